"""The tree text of a design: what `print(net)` says in PyTorch, without making the network."""

from __future__ import annotations

from core.design.model import Design, Node, NodeId
from core.design.shapes import Report

BOUNDARY = ("Input", "Output")


def tree_text(design: Design, report: Report, node_id: NodeId | None = None) -> str:
    """The text of a node (by default the root) and all in it, as its module's `repr`.

    What a custom layer holds inside is known to the engine only, so a custom layer is one line.
    """
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
        text.append("  " * depth + label + node.type + ("(" if children else f"({_options(report, node)})"))
        if children:
            waiting.append("  " * depth + ")")
            waiting.extend((child, depth + 1) for child in reversed(children))
    return "\n".join(text)


def _options(report: Report, node: Node) -> str:
    entry = report.type_of(node.id)
    return "" if entry is None or entry.container else entry.text(report.options[node.id])
