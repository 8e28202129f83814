"""What flows through a `forward` while it is followed: tensors, their sizes, and what recurrent layers give."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from core.design import catalog
from core.design.pytorch.functions import MOVES, RANKS
from core.design.pytorch.members import Chain, Layer, Member
from core.design.pytorch.values import Library

MOST_STEPS = 10_000
"""Cards that a `forward` may become."""


Feed: TypeAlias = tuple[int, int]
"""A step by its number, or an argument below 0, and which of its outputs."""


@dataclass(frozen=True, slots=True)
class Step:
    """A card that runs: what it is, its name, and what feeds its inputs."""

    member: Member
    name: str
    inputs: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class Flowing:
    """A tensor: the step that gives it, or below 0 the argument; and how many axes it has, where that is known.

    `tap`: which of the step's outputs it is.
    """

    step: int
    rank: int | None = None
    tap: int = 0
    expanded: bool = False
    """Whether it was spread out to the shape of another, which sums and products do by themselves."""

    @property
    def feed(self) -> Feed:
        """As an input of a step."""
        return self.step, self.tap


@dataclass(frozen=True, slots=True)
class Size:
    """The size of an axis of a tensor, in words: what it was calculated of."""

    axis: int
    words: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of a tensor, or its end from an axis on."""

    step: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Ref:
    """A member by its dotted path below `self`."""

    path: str
    member: Member


@dataclass(frozen=True, slots=True)
class Every:
    """What a recurrent layer gives at each step, once it is used."""

    step: int


@dataclass(frozen=True, slots=True)
class State:
    """What a recurrent layer gives besides its steps; `part`: one of its layers, from the end."""

    step: int
    part: int | None = None


SIGNS: Mapping[type[ast.AST], str] = {ast.Add: "Add", ast.Mult: "Multiply", ast.Sub: "Subtract", ast.MatMult: "MatMul"}
"""Cards of two tensors by the signs between them."""
TRAINING, MASK = Library("whether it is being trained"), Library("a mask of what comes later")


def parameters_of(layer: Layer) -> tuple[str, ...]:
    """The names of the parameters that a layer can have."""
    kind = catalog.get(layer.key)
    return kind.parameters if kind else ("what a class of the source has",)


def size_of(step: int, axis: Any) -> Size:
    """The size of an axis."""
    return Size(axis, "N" if axis == 0 else f"{step}.{axis}")


def is_chain(value: object) -> bool:
    """Whether it is a member that holds others."""
    return isinstance(value, Ref) and isinstance(value.member, Chain)


def is_batch(value: object) -> bool:
    """Whether it is the size of the batch."""
    return isinstance(value, Size) and value.words == "N"


def are_places(values: list[Any]) -> bool:
    """Whether these are the sizes of the axes behind the channels, as they were."""
    return all(isinstance(value, Size) and value.axis >= 2 and "(" not in value.words for value in values)


def rank_of(member: Member, given: int | None) -> int | None:
    """How many axes a member gives, where it is known."""
    if isinstance(member, Layer):
        if member.key == "Flatten":
            return 2 if not member.options else None
        return None if member.key in MOVES else RANKS.get(member.key, given)
    if isinstance(member, Chain):
        for inside in member.members.values():
            given = rank_of(inside, given)
        return given
    return None
