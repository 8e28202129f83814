"""The tree text of a design: what `print(net)` says in PyTorch, without making the network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from core.design.model import Design, Node, NodeId
from core.design.shapes import Report
from core.design.shapes.flow import DEEPEST

BOUNDARY = ("Input", "Output")


def tree_text(design: Design, report: Report, node_id: NodeId | None = None, around: int = 0) -> str:
    """The text of a node (by default the root) and all in it, as its module's `repr`.

    Behind a layer that has the parameters of another one, a comment says whose, which PyTorch's text does not.
    A custom layer is one line until the engine has made it and found what it holds inside. Neighbours in a ModuleList
    whose texts are equal are shown once, with their count. `around`: how many containers the text will stand in.
    """
    design, report = design.as_it_runs, report.as_it_runs
    text: list[str] = []
    waiting: list[tuple[Node, int] | str] = [(design[design.root if node_id is None else node_id], 0)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            text.append(item)
            continue
        node, depth = item
        children = [child for child in (design[i] for i in node.children) if child.type not in BOUNDARY]
        label = f"({node.name}): " if depth else ""
        head = node.type + "(" if children else _text(report, node).replace("\n", "\n" + "  " * depth)
        if (owner := design.owner(node.id)) != node.id and report.parameters.get(node.id):
            head += f"  # shares the parameters of {design.path(owner)}"
        text.append("  " * depth + label + head)
        if node.type == "ModuleList" and children and around + depth < DEEPEST:
            text += [*_folded(design, report, children, around + depth + 1, "  " * (depth + 1)), "  " * depth + ")"]
        elif children:
            waiting.append("  " * depth + ")")
            waiting.extend((child, depth + 1) for child in reversed(children))
    return "\n".join(text)


def _folded(design: Design, report: Report, members: list[Node], around: int, indent: str) -> Iterator[str]:
    """The members of a ModuleList, "(0-1): 2 x Linear(…)" for equal neighbours."""
    texts = ((member.name, tree_text(design, report, member.id, around)) for member in members)
    for text, group in groupby(texts, key=itemgetter(1)):
        names = [name for name, _ in group]
        label = f"({names[0]})" if len(names) == 1 else f"({names[0]}-{names[-1]})"
        times = "" if len(names) == 1 else f"{len(names)} x "
        yield f"{indent}{label}: {times}" + text.replace("\n", f"\n{indent}")


def _text(report: Report, node: Node) -> str:
    finding, entry = report.findings.get(node.id), report.type_of(node.id)
    if finding is not None and finding.text:
        return finding.text
    options = "" if entry is None or entry.container else entry.text(report.options[node.id])
    return f"{node.type}({options})"
