"""The tree text of a design: what `print(net)` says in PyTorch, without making the network."""

from __future__ import annotations

from core.design.model import Design, Node, NodeId
from core.design.shapes import Report

BOUNDARY = ("Input", "Output")


def tree_text(design: Design, report: Report, node_id: NodeId | None = None) -> str:
    """The text of a node (by default the root) and all in it, as its module's `repr`.

    Behind a layer that has the parameters of another one, a comment says whose, which PyTorch's text does not.
    A custom layer is one line until the engine has made it and found what it holds inside.
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
        head = node.type + "(" if children else _text(report, node).replace("\n", "\n" + "  " * depth)
        if (owner := design.owner(node.id)) != node.id:
            head += f"  # shares the parameters of {design.path(owner)}"
        text.append("  " * depth + label + head)
        if children:
            waiting.append("  " * depth + ")")
            waiting.extend((child, depth + 1) for child in reversed(children))
    return "\n".join(text)


def _text(report: Report, node: Node) -> str:
    finding, entry = report.findings.get(node.id), report.type_of(node.id)
    if finding is not None and finding.text:
        return finding.text
    options = "" if entry is None or entry.container else entry.text(report.options[node.id])
    return f"{node.type}({options})"
