"""The page: its head, and the sections one after the other."""

from importlib.metadata import version
from importlib.resources import files

from tendigits.report.about import about, in_short
from tendigits.report.classes import classes
from tendigits.report.confidence import confidence
from tendigits.report.markup import Html, element, joined
from tendigits.report.mistakes import mistakes
from tendigits.report.policy import policy
from tendigits.report.subject import Subject
from tendigits.report.training import training

__all__ = ["page"]


def page(subject: Subject) -> Html:
    """Return the report as an HTML document."""
    style = files("tendigits.report").joinpath("style.css").read_text(encoding="utf-8")
    sections = (training, classes, mistakes, confidence, about)
    body = element(
        "body", _header(subject), element("main", *(section(subject) for section in sections)), _footer(subject)
    )
    return joined(Html("<!DOCTYPE html>\n"), element("html", _head(subject, style), body, lang="en"), Html("\n"))


def _head(subject: Subject, style: str) -> Html:
    return element(
        "head",
        element("meta", charset="utf-8"),
        policy(style),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{_name(subject)}: {subject.evaluation.accuracy:.2%} of {subject.source}"),
        element("style", Html(style)),
    )


def _name(subject: Subject) -> str:
    return subject.run.path.absolute().name


def _header(subject: Subject) -> Html:
    scores = subject.evaluation
    low, high = scores.interval
    figures = {
        "mistakes": f"{scores.wrong:,}",
        "loss (negative log-likelihood), nats": f"{scores.loss:.4f}",
        "calibration error": f"{scores.calibration_error:.2%}",
        "accuracy without the 1% it is least sure of": f"{scores.accuracy_at_99_coverage:.2%}",
    }
    return element(
        "header",
        element("p", "Report of a run", class_="kind"),
        element("h1", _name(subject)),
        element(
            "p",
            element("strong", f"{scores.accuracy:.2%}"),
            f" of {scores.n:,} test images are read right ",
            element("span", f"95% interval {low:.2%} to {high:.2%}", class_="interval"),
            class_="accuracy",
        ),
        element("p", in_short(subject)),
        element("p", _test_set(subject), class_=None if subject.is_the_run_s_own else "warning"),
        element("dl", *(_figure(name, value) for name, value in figures.items()), class_="figures"),
    )


def _test_set(subject: Subject) -> str:
    if subject.is_the_run_s_own:
        return f"Measured on the test set of {subject.source}, the one that the run began with, by its SHA-256."
    return f"Measured on the test set of {subject.source}, which is not the one that the run began with."


def _figure(name: str, value: str) -> Html:
    return element("div", element("dt", name), element("dd", value))


def _footer(subject: Subject) -> Html:
    return element(
        "footer",
        element("p", f"Written by tendigits {version('tendigits')}; {subject.run.model.name}."),
    )
