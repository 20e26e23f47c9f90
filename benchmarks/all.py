"""All benchmarks, one after the other, and RESULTS.md of what they found.

    make bench              # or: python benchmarks/all.py [--again | --only fit,epoch]

Each writes a page of its own. A run that was broken off goes on with the first one that has not been done since it
began; `--again` begins anew. `--only` makes what it names, whatever has been done, and leaves such a run as it is.
RESULTS.md has all pages that there are, in this order, and says of each when it was made.
"""

import argparse
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pictures

HERE = Path(__file__).parent
STATE, RESULTS = HERE / "done.json", HERE / "RESULTS.md"
PAGES = {
    "fit": "the lesson's training, beside Keras, PyTorch, scikit-learn and the floor",
    "growth": "how cost grows with digits, width and batch",
    "epoch": "an epoch of the robust recipe",
    "time_to_accuracy": "seconds to 99 %",
    "accuracy": "accuracy by network and recipe, over seeds",
    "inference": "the forward pass, beside onnxruntime, PyTorch, scikit-learn and Keras",
    "handwriting": "how well handwriting is read",
    "image_fuzz": "bad and large images",
    "serving": "the server, beside LitServe and BentoML",
    "batch": "many images into one table, beside plain loops",
}
TARGETS = {
    "time_to_accuracy": "bench-time",
    "handwriting": "bench-reading",
    "image_fuzz": "bench-images",
}
"""Where the target of make is not called as the page is."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--only", help="names of pages, separated by commas")
    either.add_argument("--again", action="store_true", help="do not go on with a run that was broken off")
    options = parser.parse_args()
    only = options.only.split(",") if options.only else []
    unknown = set(only) - set(PAGES)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(PAGES)}")
    if options.again:
        STATE.unlink(missing_ok=True)
    for name in only:
        make(name)
    if not only:
        go_on()
    RESULTS.write_text(results(), encoding="utf-8")
    pictures.main()
    print(f"{RESULTS.relative_to(HERE.parent)}: {', '.join(made())}", file=sys.stderr)


def go_on() -> None:
    """Make the pages that have not been made since the run began."""
    done = json.loads(STATE.read_text()) if STATE.exists() else []
    for name in PAGES:
        if name not in done:
            make(name)
            done.append(name)
            STATE.write_text(json.dumps(done))
    STATE.unlink()


def make(name: str) -> None:
    """Make a page."""
    print(f"{name}: {PAGES[name]}", file=sys.stderr)
    subprocess.run(["make", target(name)], cwd=HERE.parent, check=True)  # noqa: S607 - whichever make there is


def made() -> list[str]:
    """Return which pages there are."""
    return [name for name in PAGES if (HERE / f"{name}.md").exists()]


def target(name: str) -> str:
    """Return what make calls a page."""
    return TARGETS.get(name, f"bench-{name}")


def results() -> str:
    pages = {name: (HERE / f"{name}.md").read_text(encoding="utf-8").rstrip() for name in made()}
    contents = "\n".join(
        f"- [{title(text)}](#{anchor(title(text))}): {PAGES[name]} (`make {target(name)}`)"
        for name, text in pages.items()
    )
    sections = "\n\n".join(section(name, text) for name, text in pages.items())
    return f"""\
# Results

What the benchmarks in this folder found, page by page; each says on which machine, how to read it, and what it does not
show. `make bench` makes all of them again, in turn, and goes on where it was broken off; it takes hours. Times are of
virtual machines with noisy neighbours: compare ratios, which are formed within a round, and not the seconds of
different pages.

{contents}

{sections}
"""


def title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")


def anchor(heading: str) -> str:
    """Return what a heading is called in an address, as GitHub does it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def section(name: str, text: str) -> str:
    """Return a page as a part of this one: its headings one step lower, and when it was made."""
    heading, _, rest = re.sub(r"^(#+ )", r"#\1", text, flags=re.MULTILINE).partition("\n")
    return f"{heading}\n\n{written(name)}\n{rest}"


def written(name: str) -> str:
    """Say when a page was made: when it was committed, or today if it has not been."""
    page = f"benchmarks/{name}.md"
    changed = git("status", "--porcelain", "--", page)
    return f"Of {date.today() if changed else git('log', '-1', '--format=%cs', '--', page)}."  # noqa: DTZ011 - the day of whoever ran it


def git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
