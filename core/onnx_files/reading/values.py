"""What flows through an ONNX graph while it is read: constants, results of cards, and numbers bent one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from numpy.typing import NDArray

from core.design.model import TensorSpec
from core.errors import DesignError

Array: TypeAlias = NDArray[Any]
Sizes: TypeAlias = tuple[int, ...]

BATCH = 7_919
"""Stands for the size of the batch wherever shapes are calculated: a prime, so that products of it are known again."""


class NotUnderstoodError(DesignError):
    """An operator that cannot be drawn as a built-in layer."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a card gives, or what enters (`source` below 0), and how it was turned since, of which no card was made yet.

    `spec`: what the card gives. `shape`: in which sizes those numbers were laid since, BATCH among them. `order`: which
    axis of these each axis is now.
    """

    source: int
    spec: TensorSpec
    shape: Sizes
    order: Sizes

    @property
    def sizes(self) -> Sizes:
        """The present shape."""
        return tuple(self.shape[axis] for axis in self.order)

    @property
    def is_plain(self) -> bool:
        """Whether it is just what the card gives."""
        return self.shape == sizes_of(self.spec) and self.order == tuple(range(len(self.shape)))

    def turned(self, order: Sequence[int]) -> Flow:
        """With its present axes in another order."""
        return replace(self, order=tuple(self.order[axis] for axis in order))

    def laid(self, target: Sizes) -> Flow | None:
        """In another shape; None where axes would have to move first. Axes of size 1 come and go as they like."""
        flow, wanted = self._without_ones(), tuple(size for size in target if size != 1)
        if (blocks := _blocks(flow.sizes, wanted)) is None:
            return None
        starts, shape, order = dict[int, int](), list[int](), list[int]()
        unders = [flow.order[start:stop] for start, stop, _ in blocks]
        if any(under != tuple(range(under[0], under[0] + len(under))) for under in unders):
            return None
        for under, (_, _, sizes) in sorted(zip(unders, blocks, strict=True)):
            starts[under[0]] = len(shape)
            shape.extend(sizes)
        for under, (_, _, sizes) in zip(unders, blocks, strict=True):
            order.extend(starts[under[0]] + number for number in range(len(sizes)))
        return replace(flow, shape=tuple(shape), order=tuple(order))._with_ones(target)

    def _without_ones(self) -> Flow:
        kept = [axis for axis, size in enumerate(self.shape) if size != 1]
        order = tuple(kept.index(axis) for axis in self.order if self.shape[axis] != 1)
        return replace(self, shape=tuple(self.shape[axis] for axis in kept), order=order)

    def _with_ones(self, target: Sizes) -> Flow:
        """Axes of size 1 where the target has them, each in front of the axis that follows it."""
        shape, order = list(self.shape), list(self.order)
        for place, size in enumerate(target):
            if size == 1:
                under = order[place] if place < len(order) else len(shape)
                shape.insert(under, 1)
                order = [axis + (axis >= under) for axis in order]
                order.insert(place, under)
        return replace(self, shape=tuple(shape), order=tuple(order))


def _blocks(sizes: Sizes, target: Sizes) -> list[tuple[int, int, Sizes]] | None:
    """Runs of axes, from start to stop, and the sizes of as many numbers that take their place. None of them is 1."""
    blocks, i, k = [], 0, 0
    while i < len(sizes) and k < len(target):
        start, first = i, k
        left, right = sizes[i], target[k]
        i, k = i + 1, k + 1
        while left != right:
            if left < right and i < len(sizes):
                left, i = left * sizes[i], i + 1
            elif right < left and k < len(target):
                right, k = right * target[k], k + 1
            else:
                return None
        blocks.append((start, i, target[first:k]))
    return blocks if (i, k) == (len(sizes), len(target)) else None


@dataclass(frozen=True, slots=True, eq=False)
class Bent:
    """Numbers changed one by one, all made of one flow (`leaf`) and constants: an operator on what went before."""

    kind: str
    attributes: dict[str, Any]
    inputs: tuple[Flow | Bent | Array, ...]
    leaf: Flow
    path: str = ""
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A range of an axis of a flow, from `start` to `stop`; `drop`: a single place, whose axis is gone."""

    flow: Flow
    axis: int
    start: int
    stop: int
    drop: bool = False
    path: str = field(default="", compare=False)


Value: TypeAlias = "Flow | Bent | Part | Array"


def sizes_of(spec: TensorSpec) -> Sizes:
    """A shape with BATCH where it says N."""
    return tuple(BATCH if size is None else size for size in spec.shape)


def spec_of(sizes: Sequence[int], dtype: str = "float32") -> TensorSpec:
    """The other way round."""
    return TensorSpec(tuple(None if size == BATCH else size for size in sizes), dtype)


def flow_from(source: int, spec: TensorSpec) -> Flow:
    """What a card gives, as it gives it."""
    sizes = sizes_of(spec)
    return Flow(source, spec, sizes, tuple(range(len(sizes))))


def elements(sizes: Sequence[int]) -> int:
    """How many numbers there are in all."""
    return math.prod(sizes)
