"""`show`: what a project holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.commands.check import problems
from core.commands.examined import Examined, command_line, examine
from core.design import project
from core.design.own_code import own_code
from core.design.tree import BOUNDARY, tree_text


def run(arguments: Sequence[str]) -> int:
    """Print the tree text, and a line for each layer. Raises FileError if the project cannot be read."""
    parser = command_line("show", "Print the tree of a project, its shapes and parameters.")
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--code", action="store_true", help="print the code that comes with the project, and run none")
    options = parser.parse_args(arguments)
    if options.code:
        for name, source in own_code(project.read(options.project).design):
            print(f"# --- {name} ---\n{source.strip()}\n")
        return 0
    examined = examine(options.project, options.trust)
    print(tree_text(examined.design, examined.report), end="\n\n")
    print("\n".join(_aligned([("layer", "type", "output", "parameters", ""), *_rows(examined)])), end="\n\n")
    least = "" if examined.report.knows_parameters() else "at least "
    print(f"{least}{examined.report.parameter_count():,} parameters")
    if count := len(list(problems(examined))):
        print(f"{count} problem{'s' if count > 1 else ''}: `netloom check {options.project}` says which")
    return 0


def _rows(examined: Examined) -> Iterator[tuple[str, ...]]:
    """Name, type, output, count of parameters and their shapes of each layer."""
    report = examined.report
    for node in examined.design.walk():
        inner = node.type in BOUNDARY and examined.design.parents.get(node.id) != examined.design.root
        if node.children or inner:
            continue
        parameters = report.parameters.get(node.id, {})
        shapes = ", ".join(f"{name} {' × '.join(map(str, shape))}" for name, shape in parameters.items())
        count = f"{report.parameter_count(node.id):,}" if parameters else ""
        if (owner := examined.design.owner(node.id)) != node.id:
            count, shapes = "shared", f"{shapes}: those of {examined.name(owner)}"
        outputs = ", ".join(str(spec) if spec else "?" for spec in report.all_leaving(node.id))
        yield examined.name(node.id), node.type, outputs, count, shapes


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The rows as lines, columns below each other, counts at their right edge."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, type, output, count, shapes in rows:
        cells = (name.ljust(widths[0]), type.ljust(widths[1]), output.ljust(widths[2]), count.rjust(widths[3]), shapes)
        yield "  ".join(cells).rstrip()
