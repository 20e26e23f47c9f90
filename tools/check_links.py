"""Follow every link of a site on disk: `python tools/check_links.py docs/_build/html`.

A page, a file or a place on a page that a link names has to be there. Nothing that a page needs to be shown may come
from another host; links for people to other hosts are not followed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}
"""What a browser fetches without being asked."""


@dataclass
class Page:
    """What a page names.

    Attributes:
        places: what a link may name after its #.
        links: what people may follow.
        loaded: what the browser fetches.

    """

    places: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)


class PageParser(HTMLParser):
    """Collects what a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.page.places.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))
        if tag == "a" and (link := given.get("href")):
            self.page.links.append(link)
        if loaded := given.get(LOADED.get(tag, "")):
            self.page.loaded.append(loaded)


def parsed(path: Path) -> Page:
    parser = PageParser()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser.page


def faults(folder: Path) -> Iterator[str]:
    """Yield a sentence for each link that leads nowhere, and for each file that is loaded from elsewhere."""
    pages = {path.resolve(): parsed(path) for path in sorted(folder.rglob("*.html"))}
    for path, page in pages.items():
        named = path.relative_to(folder.resolve())
        for link in dict.fromkeys(page.links + page.loaded):
            if is_elsewhere(link):
                if link in page.loaded:
                    yield f"{named} loads {link} from another host"
            elif not leads_somewhere(link, path, pages):
                yield f"{named}: {link} leads nowhere"


def is_elsewhere(link: str) -> bool:
    parts = urlsplit(link)
    return bool(parts.netloc) or parts.scheme in {"mailto", "data", "javascript"}


def leads_somewhere(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target /= "index.html"
    place = unquote(parts.fragment)
    return target.is_file() and (not place or target not in pages or place in pages[target].places)


def main() -> None:
    folder = Path(sys.argv[1])
    found = list(faults(folder))
    print(*found, sep="\n", end="\n" if found else "")
    pages = len(list(folder.rglob("*.html")))
    if found or not pages:
        sys.exit(f"{folder}: {len(found)} faults in {pages} pages")
    print(f"{folder}: every link of {pages} pages leads somewhere")


if __name__ == "__main__":
    main()
