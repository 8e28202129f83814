"""What a card or a frame says: the texts of a node, worked out once until the design or its report changes."""

from __future__ import annotations

from dataclasses import dataclass

from app.look import units
from app.look.sentences import tr
from core.design.edits import is_container
from core.design.model import Design, Node, NodeId
from core.design.shapes import Report
from core.design.unfolding import repeats
from core.training.messages import NodeStatistics


@dataclass(frozen=True, slots=True)
class Words:
    """`kind` is the second line of a card, `telling` stands at its right, `note` at the right of a frame's title."""

    name: str
    kind: str
    telling: str
    note: str
    icon: str
    family: str
    tie: str
    is_frozen: bool
    is_bypassed: bool = False
    times: str = ""
    """Of a container that is repeated: "×6"."""

    @property
    def far_name(self) -> str:
        """What can be read where little can."""
        return f"{self.name} {self.times}" if self.times else self.name


class Speaker:
    """Gives the words of nodes. A new one is made when the design or the report is another."""

    def __init__(self, design: Design, report: Report) -> None:
        self._design, self._report = design, report
        self._known: dict[NodeId, Words] = {}
        self._ties: dict[str, str] | None = None

    def words(self, node_id: NodeId) -> Words:
        """The texts of a node."""
        known = self._known.get(node_id)
        if known is None:
            known = self._known[node_id] = self._words(self._design[node_id])
        return known

    def family(self, node_id: NodeId) -> str:
        """The family of a node's type; that of custom layers where the type is not built in."""
        entry = self._report.type_of(node_id)
        return entry.family if entry else "custom"

    def _words(self, node: Node) -> Words:
        entry = self._report.type_of(node.id)
        holds = is_container(node)
        note = tr("bypassed") if holds and node.bypassed else self._note(node) if holds else ""
        return Words(
            name=node.name,
            kind=tr("{type} · bypassed").format(type=node.type) if node.bypassed else self._kind(node),
            telling=(self._count(node) if holds else compact(self._report.telling(node.id))) if entry else "",
            note=note,
            icon=entry.icon if entry else "unknown",
            family=entry.family if entry else "custom",
            tie=self._letter(node.tie) if node.tie else "",
            is_frozen=bool(node.frozen),
            is_bypassed=self._report.is_bypassed(node.id),
            times=self._times(node),
        )

    def _kind(self, node: Node) -> str:
        if is_container(node):
            count = len(node.children)
            layers = tr("empty") if not count else tr("1 layer") if count == 1 else tr("{count} layers")
            kind = f"{node.type} {times}" if (times := self._times(node)) else node.type
            return f"{kind} · {layers.format(count=units.count(count))}"
        data = self._report.facts.data
        is_data = node.type == "Input" and self._design.parents.get(node.id) == self._design.root
        if is_data and data is not None and data.settings == self._design.settings.data:
            sizes = tr("{train} train, {test} test")
            return f"{node.type} · {sizes.format(train=units.count(data.train_size), test=units.count(data.test_size))}"
        return node.type

    def _times(self, node: Node) -> str:
        return f"×{repeats(node)}" if repeats(node) > 1 and node.id != self._design.root else ""

    def _count(self, node: Node) -> str:
        count = self._report.parameter_count(node.id)
        template = tr("{count} params") if self._report.knows_parameters(node.id) else tr("≥ {count} params")
        return template.format(count=units.count(count)) if count else ""

    def _note(self, node: Node) -> str:
        count = self._report.parameter_count(node.id)
        if not count:
            return ""
        if not self._report.knows_parameters(node.id):
            return tr("at least {count} parameters").format(count=units.count(count))
        return tr("1 parameter") if count == 1 else tr("{count} parameters").format(count=units.count(count))

    def _letter(self, tie: str) -> str:
        """A letter for each group of twins, in the order of the design."""
        if self._ties is None:
            ties = dict.fromkeys(node.tie for node in self._design.walk() if node.tie)
            self._ties = {tie: _nth_letter(index) for index, tie in enumerate(ties)}
        return self._ties[tie]


def _nth_letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def compact(sizes: str) -> str:
    """Sizes as they stand on the canvas, where every space is wide: "N × 64" as "N×64"."""
    return sizes.replace(" × ", "×")


def telling(words: Words, statistics: NodeStatistics | None) -> str:
    """What stands at a card's right: of an activation that runs, its share of zeros, "38 % zero"."""
    if words.family != "activation" or statistics is None or statistics.zeros is None:
        return words.telling
    share = round(statistics.zeros * 100)
    if share == 100 and statistics.zeros < 1:
        return tr("> 99 % zero")
    return tr("< 1 % zero") if not share and statistics.zeros else tr("{share} % zero").format(share=share)
