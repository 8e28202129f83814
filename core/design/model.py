"""Design: a drawn network as one immutable value.

Nothing here is ever changed in place: `core.design.edits` makes a new design from an old one, and nodes that an edit
does not touch are the same objects in both. Comparing nodes by identity is therefore enough to find what changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.design.node import MARKS as MARKS
from core.design.node import Node as Node
from core.design.node import NodeId as NodeId
from core.design.node import Value as Value
from core.design.node import Wire as Wire
from core.design.node import new_id as new_id
from core.design.settings import Settings
from core.design.unfolding import unfolded

LARGEST_WHOLE = 2**53
"""How large a whole number in a design may be: beyond, no computer holds what it would count."""
FARTHEST = 10_000_000
"""How far from the middle a card may lie, in canvas units: farther, painters lose their precision."""


@dataclass(frozen=True, slots=True)
class CustomLayer:
    """A layer of the user's own: a class named `name` in the Python text `source`, read from the file `path`."""

    name: str
    source: str
    path: str | None = None


@dataclass(frozen=True)
class Design:
    """The whole drawing: nodes by id, the root container (a Module), custom layers and training settings.

    `initialisers` are functions of the user's own that fill a tensor: their Python text by their name.
    """

    nodes: Mapping[NodeId, Node]
    root: NodeId
    customs: Mapping[str, CustomLayer] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    initialisers: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, node_id: NodeId) -> Node:
        return self.nodes[node_id]

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.nodes

    @cached_property
    def parents(self) -> Mapping[NodeId, NodeId]:
        """The container of each node but the root."""
        return {child: node.id for node in self.nodes.values() for child in node.children}

    def ancestors(self, node_id: NodeId) -> Iterator[NodeId]:
        """The containers around a node, innermost first, the root last."""
        parents = self.parents
        while (parent := parents.get(node_id)) is not None:
            yield parent
            node_id = parent

    def walk(self, node_id: NodeId | None = None) -> Iterator[Node]:
        """A node (by default the root) and everything in it, parents before children, in order."""
        stack = [self.root if node_id is None else node_id]
        while stack:
            node = self.nodes[stack.pop()]
            yield node
            stack.extend(reversed(node.children))

    @cached_property
    def as_it_runs(self) -> Design:
        """What networks are made of: no marks, bypassed nodes let through, containers as often as they are repeated."""
        nodes = unfolded(self.nodes, self.root)
        return self if nodes is self.nodes else replace(self, nodes=nodes)

    def let_go(self) -> None:
        """Forget what was worked out of it, which may be a hundred times its size; who asks has it worked out again."""
        for name in ("parents", "as_it_runs", "_owners"):
            self.__dict__.pop(name, None)

    @cached_property
    def _owners(self) -> Mapping[str, NodeId]:
        owners: dict[str, NodeId] = {}
        for node in self.walk():
            if node.tie is not None and not node.bypassed:
                owners.setdefault(node.tie, node.id)
        return owners

    def owner(self, node_id: NodeId) -> NodeId:
        """Whose parameters a layer has: those of the first of its twins, in order, or its own."""
        tie = self.nodes[node_id].tie
        return node_id if tie is None else self._owners.get(tie, node_id)

    def path(self, node_id: NodeId) -> str:
        """The dotted name under the root, as `state_dict` has it: `net.block.fc2`. Empty for the root."""
        names = [self.nodes[node_id].name, *(self.nodes[i].name for i in self.ancestors(node_id))]
        return ".".join(reversed(names[:-1]))

    def with_nodes(self, changed: Mapping[NodeId, Node | None]) -> Design:
        """This design with some nodes replaced or added, or, where None is given, removed."""
        nodes = dict(self.nodes)
        for node_id, node in changed.items():
            if node is None:
                del nodes[node_id]
            else:
                nodes[node_id] = node
        return replace(self, nodes=nodes)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Nodes outside any design: what the palette makes, what is on the clipboard.

    `roots` are the topmost nodes in order, `wires` those among the roots, `customs` the custom layers they use.
    """

    nodes: Mapping[NodeId, Node]
    roots: tuple[NodeId, ...]
    wires: tuple[Wire, ...] = ()
    customs: Mapping[str, CustomLayer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """What flows along a wire. `shape` has None for the batch, written `N`: (None, 784) is `N × 784`."""

    shape: tuple[int | None, ...]
    dtype: str = "float32"

    def __str__(self) -> str:
        return " × ".join("N" if size is None else str(size) for size in self.shape)
