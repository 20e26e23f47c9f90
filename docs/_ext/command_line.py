"""The directive `commands`: every command of a Typer application, with its help, as the application itself has it."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

_EXAMPLE = "Example:  "
_OPTION = re.compile(r"(--[a-z-]+)")


class Commands(SphinxDirective):
    """A section for each command: usage, description, arguments, options and examples."""

    required_arguments = 2  # the application, as module:name, and what its command is called

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        module, _, name = self.arguments[0].partition(":")
        group = typer.main.get_command(getattr(import_module(module), name))
        return [self._section(path, command) for path, command in _leaves(group, self.arguments[1])]

    def _section(self, path: str, command: Any) -> nodes.section:
        section = nodes.section(ids=[nodes.make_id(path)], names=[path])
        self.state.document.note_implicit_target(section, section)
        context = command.make_context(path, [], resilient_parsing=True)
        usage = " ".join([path, *command.collect_usage_pieces(context)])
        section += [nodes.title("", "", nodes.literal("", path)), _shell(usage, language="text")]
        words = command.help.split("\n") + (command.epilog or "").split("\n")
        section += [nodes.paragraph("", line) for line in words if line and not line.startswith(_EXAMPLE)]
        section += _table(parameter.get_help_record(context) for parameter in command.get_params(context))
        examples = [line.removeprefix(_EXAMPLE) for line in words if line.startswith(_EXAMPLE)]
        section += _shell("\n".join(examples), language="sh")
        return section


def _leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each command that is no group, and how it is called."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, below in command.commands.items():
        yield from _leaves(below, f"{path} {name}")


def _shell(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


def _table(records: Iterator[tuple[str, str] | None]) -> nodes.table:
    """Return what is given on the left, and what it does on the right."""
    body = nodes.tbody("", *(_row(nodes.literal("", names), said) for names, said in filter(None, records)))
    columns = [nodes.colspec(colwidth=width) for width in (35, 65)]
    return nodes.table("", nodes.tgroup("", *columns, body, cols=2), classes=["options"])


def _row(left: nodes.Node, right: str) -> nodes.row:
    words = (nodes.literal("", part) if part.startswith("--") else nodes.Text(part) for part in _OPTION.split(right))
    cells = nodes.paragraph("", "", left), nodes.paragraph("", "", *words)
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directive known."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
