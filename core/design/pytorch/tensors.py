"""Functions and methods of tensors as cards: each is a layer that does the same, where there is one."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.design import catalog
from core.design.model import Value
from core.design.pytorch.flowing import (
    MOST_STEPS,
    TRAINING,
    Every,
    Feed,
    Flowing,
    Size,
    Sizes,
    State,
    Step,
    are_places,
    is_batch,
    rank_of,
    size_of,
)  # fmt: skip
from core.design.pytorch.functions import FUNCTIONS, OF_TWO, PASSED_ON
from core.design.pytorch.interpreting import Interpreter
from core.design.pytorch.members import Layer, Member
from core.design.pytorch.values import NotUnderstoodError


class Tensors(Interpreter):
    """Makes a card of each function of tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self._whole: ast.AST = ast.Pass()
        self._ranks: dict[int, int] = {}
        """The numbers of axes that are seen where a shape is taken apart."""

    def unknown(self, node: ast.AST) -> NotUnderstoodError:
        """What to raise for what cannot be drawn."""
        return NotUnderstoodError(node, f"'{ast.unparse(node).splitlines()[0][:60]}' in forward")

    def _is_both_ways(self, step: int) -> bool:
        member = self.steps[step].member
        return isinstance(member, Layer) and bool(member.options.get("bidirectional"))

    def _last(self, step: int) -> Flowing:
        return Flowing(step, 2)

    def _flow(self, value: object, node: ast.AST) -> Flowing:
        """A value as a tensor. Raises NotUnderstoodError."""
        if isinstance(value, Flowing) and not value.expanded:
            return value
        if isinstance(value, Every):
            self._option(value.step, "output", "every step")
            return Flowing(value.step, 3)
        if isinstance(value, list | tuple | dict):
            raise NotUnderstoodError(node, f"'{ast.unparse(node).splitlines()[0][:60]}' gives several values")
        raise self.unknown(node)

    def _option(self, step: int, name: str, value: Value) -> None:
        """Set an option that is about how a layer is used, if its type has it."""
        found = self.steps[step]
        if isinstance(found.member, Layer) and catalog.types()[found.member.key].option(name) is not None:
            member = Layer(found.member.key, {**found.member.options, name: value})
            self.steps[step] = Step(member, found.name, found.inputs)

    def _function(self, name: str, arguments: list[Any], words: dict[str, Any], node: ast.Call) -> object:
        if name in ("cat", "concat"):
            return self._joined(arguments, words, node)
        if name in OF_TWO and len(arguments) == 2 and not words:
            return self._merged(OF_TWO[name], [self._flow(each, node) for each in arguments])
        first = self._flow(arguments[0], node) if arguments else None
        if first is None:
            raise self.unknown(node)
        if name in PASSED_ON:
            return first
        if name == "expand_as":
            return replace(first, expanded=True)
        if name == "size":
            return size_of(first.step, arguments[1]) if len(arguments) > 1 else Sizes(first.step)
        return self._arranged(name, first, arguments[1:], words, node)

    def _arranged(
        self, name: str, first: Flowing, arguments: list[Any], words: dict[str, Any], node: ast.Call
    ) -> object:
        if name in ("view", "reshape"):
            return self._laid(first, arguments, node)
        if name in ("split", "chunk"):
            return self._parts(name, first, arguments, words, node)
        if name == "select" and len(arguments) == 2:
            return self._selected(first, arguments[0], arguments[1], node)
        if name in ("permute", "transpose"):
            return self._turned(first, name, arguments, node)
        if name == "mean":
            return self._mean(first, arguments, words, node)
        name = name.removesuffix("_")
        if name in FUNCTIONS:
            return self._layered(name, first, arguments, words, node)
        raise self.unknown(node)

    def _layered(
        self, name: str, first: Flowing, arguments: Sequence[Any], words: Mapping[str, Any], node: ast.Call
    ) -> Flowing:
        key, names = FUNCTIONS[name]
        given = dict(zip(names, arguments, strict=False))
        given |= {word: value for word, value in words.items() if value is not TRAINING and word != "inplace"}
        given = {word: value for word, value in given.items() if value is not TRAINING and value is not None}
        if name.startswith("avg_pool") and self._is_whole(given, first):
            key, given = f"Adaptive{key}", {"output_size": 1}
        kind = catalog.types()[key]
        options = {word: tuple(value) if isinstance(value, list) else value for word, value in given.items()}
        if unknown := options.keys() - {option.name for option in kind.options}:
            if any(options[word] not in (False, None) for word in unknown):
                raise NotUnderstoodError(node, f"{name} with {min(unknown)}")
            options = {word: value for word, value in options.items() if word not in unknown}
        if any(isinstance(value, Size | Sizes | Flowing) for value in options.values()):
            raise NotUnderstoodError(node, f"'{ast.unparse(node)[:60]}' depends on what flows")
        if key == "Flatten" and options.get("start_dim", 0) == 0:
            raise NotUnderstoodError(node, "flatten from axis 0 mixes the samples of a batch")
        defaults = {option.name: option.default for option in kind.options if not option.required}
        told = {word: value for word, value in options.items() if defaults.get(word) != value or word not in defaults}
        layer = Layer(key, told)
        return Flowing(self._step(layer, key.lower(), (first.feed,)), rank_of(layer, first.rank))

    def _is_whole(self, given: Mapping[str, Any], first: Flowing) -> bool:
        """Whether a pooling goes over all there is: `F.avg_pool2d(x, x.size()[2:])`."""
        kernel = given.get("kernel_size")
        if isinstance(kernel, list | tuple):
            kernel = kernel[0] if kernel and all(isinstance(each, Size) and each.axis >= 2 for each in kernel) else None
        whole = (isinstance(kernel, Sizes) and kernel.start == 2) or (isinstance(kernel, Size) and kernel.axis >= 2)
        return whole and (isinstance(kernel, Size) or kernel.step == first.step)  # type: ignore[union-attr]

    def _joined(self, arguments: list[Any], words: Mapping[str, Any], node: ast.Call) -> Flowing:
        parts = words.get("tensors", arguments[0] if arguments else None)
        if not isinstance(parts, list | tuple):
            raise NotUnderstoodError(node, "what is put side by side is not written out")
        if len(parts) == 2 and all(isinstance(part, State) for part in parts):
            first, second = parts
            if (first.step, first.part, second.part) == (second.step, -2, -1):
                return self._last(first.step)
        dim = words.get("dim", words.get("axis", arguments[1] if len(arguments) > 1 else 0))
        flows = [self._flow(part, node) for part in parts]
        return flows[0] if len(flows) == 1 else self._merged("Concat", flows, {"dim": dim} if dim != 1 else {})

    def _merged(self, key: str, parts: Sequence[Flowing], options: Mapping[str, Value] | None = None) -> Flowing:
        step = self._step(Layer(key, options or {}), key.lower(), tuple(part.feed for part in parts))
        return Flowing(step, next((part.rank for part in parts if part.rank is not None), None))

    def _laid(self, first: Flowing, target: list[Any], node: ast.Call) -> Flowing:
        """Another shape, as far as its sizes say what they are: all in one row, channels in groups, and so on."""
        if len(target) == 1 and isinstance(target[0], list | tuple):
            target = list(target[0])
        if not target or not (is_batch(target[0]) or (target[0] == -1 and -1 not in target[1:])):
            raise self.unknown(node)
        rest, rank = target[1:], first.rank or self._ranks.get(first.step)
        if len(rest) == 1 and (rest[0] == -1 or isinstance(rest[0], Size) or target[0] == -1):
            return self._put(Layer("Flatten"), first, 2)
        if rank == 4 and len(rest) == 4 and isinstance(rest[0], int) and are_places(rest[2:]):
            split = Layer("Unflatten", {"dim": 1, "unflattened_size": (rest[0], -1)})
            return self._put(split, first, 5)
        if rank == 5 and len(rest) == 3 and are_places(rest[1:]):
            return self._put(Layer("Flatten", {"end_dim": 2}), first, 4)
        told = [-1 if isinstance(size, Size) and size.axis == 1 else size for size in rest]
        if not all(isinstance(size, int) for size in told) or told.count(-1) > 1 or not told:
            raise self.unknown(node)
        return self._put(Layer("Reshape", {"sizes": tuple(told)}), first, 1 + len(told))

    def _parts(
        self, name: str, first: Flowing, arguments: list[Any], words: Mapping[str, Any], node: ast.Call
    ) -> list[Flowing]:
        """`x.split((3, 5), 1)`, `torch.chunk(x, 2, dim=1)`: a card of several outputs."""
        told = {"dim" if word in ("dim", "axis") else "sizes": value for word, value in words.items()}
        given = {**dict(zip(("sizes", "dim"), arguments, strict=False)), **told}
        sizes, dim = given.get("sizes"), given.get("dim", 0)
        options: dict[str, Value] = {} if dim == 1 else {"dim": dim}
        if name == "chunk" and isinstance(sizes, int):
            count = sizes
            options |= {} if count == 2 else {"parts": count}
        elif isinstance(sizes, list | tuple) and all(isinstance(size, int) for size in sizes):
            count = len(sizes)
            options["sizes"] = tuple(sizes)
        else:
            raise self.unknown(node)
        step = self._step(Layer("Split", options), "split", (first.feed,))
        return [Flowing(step, first.rank, number) for number in range(count)]

    def _selected(self, first: Flowing, dim: Any, index: Any, node: ast.AST) -> Flowing:
        if not isinstance(dim, int) or not isinstance(index, int):
            raise self.unknown(node)
        rank = None if first.rank is None else first.rank - 1
        return self._put(Layer("Select", {"dim": dim, "index": index}), first, rank)

    def _turned(self, first: Flowing, name: str, axes: list[Any], node: ast.Call) -> Flowing:
        if len(axes) == 1 and isinstance(axes[0], list | tuple):
            axes = list(axes[0])
        if not all(isinstance(axis, int) for axis in axes):
            raise self.unknown(node)
        if name == "transpose":
            if first.rank is None or len(axes) != 2 or not all(-first.rank <= axis < first.rank for axis in axes):
                raise self.unknown(node)
            one, other = (axis % first.rank for axis in axes)
            order = list(range(first.rank))
            order[one], order[other] = other, one
            axes = order
        return self._put(Layer("Permute", {"dims": tuple(axes)}), first, len(axes))

    def _mean(self, first: Flowing, arguments: list[Any], words: Mapping[str, Any], node: ast.Call) -> Flowing:
        """Over all places of a picture it is a pooling."""
        dims = words.get("dim", arguments[0] if arguments else None)
        keep = words.get("keepdim", arguments[1] if len(arguments) > 1 else False)
        if first.rank != 4 or not isinstance(dims, list | tuple) or {dim % 4 for dim in dims} != {2, 3}:
            raise self.unknown(node)
        pooled = self._put(Layer("AdaptiveAvgPool2d", {"output_size": 1}), first, 4)
        return pooled if keep else self._put(Layer("Flatten"), pooled, 2)

    def _put(self, layer: Layer, first: Flowing, rank: int | None) -> Flowing:
        return Flowing(self._step(layer, layer.key.lower(), (first.feed,)), rank)

    def _step(self, member: Member, name: str, inputs: tuple[Feed, ...]) -> int:
        if len(self.steps) >= MOST_STEPS:
            raise NotUnderstoodError(self._whole, f"forward calls more than {MOST_STEPS} layers")
        self.steps.append(Step(member, name, inputs))
        return len(self.steps) - 1
