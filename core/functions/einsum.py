"""Sums of products named by letters. Each pair of operands becomes one product of (stacks of) matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.functions.products import matmul
from core.functions.shape import diagonal, permute, squeeze
from core.tensors.tensor import Tensor

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass
class _Term:
    """An operand and the name of each of its dimensions; those of an ellipsis are called by numbers."""

    tensor: Tensor
    names: list[str]


def einsum(equation: Any, *operands: Any) -> Tensor:
    """A sum of products named by letters, such as `einsum('bij,bjk->bik', a, b)`; `...` stands for any dimensions.

    Also `einsum(a, [0, 1], b, [1, 2], [0, 2])`. Raises RuntimeError if names, dimensions and lengths do not fit.
    """
    if isinstance(equation, Tensor):
        equation, operands = _from_lists((equation, *operands))
    if not isinstance(equation, str):
        raise TypeError(f"einsum(): argument 'equation' (position 1) must be str, not {type(equation).__name__}")
    tensors = operands[0] if len(operands) == 1 and isinstance(operands[0], list | tuple) else operands
    left, right = _parse(equation.replace(" ", ""), tensors)
    pairs = enumerate(zip(tensors, left, strict=True))
    terms = [_diagonals(_Term(tensor, names), number) for number, (tensor, names) in pairs]
    _fit(terms)
    found = terms[0]
    for number, term in enumerate(terms[1:], 1):
        wanted = {*right, *(name for later in terms[number + 1 :] for name in later.names)}
        found = _pair(found, term, wanted)
    found = _summed(found, set(right))
    return permute(found.tensor, [found.names.index(name) for name in right])


def _pair(a: _Term, b: _Term, wanted: set[str]) -> _Term:
    """The product of two terms, summed over the names that are not `wanted` any more."""
    a, b = _summed(a, wanted | set(b.names)), _summed(b, wanted | set(a.names))
    both = [name for name in a.names if name in b.names]
    stacked, inner = (
        [letter for letter in both if letter in wanted],
        [letter for letter in both if letter not in wanted],
    )
    rows, columns = [name for name in a.names if name not in both], [name for name in b.names if name not in both]
    if not inner or not (rows or columns):
        first = _laid(a, [stacked, rows, inner], columns)
        second = _laid(b, [stacked, inner, columns], rows, before=len(stacked))
        return _summed(_Term(first * second, [*stacked, *rows, *inner, *columns]), wanted, a.tensor.dtype)
    first, second = _matrices(a, [stacked, rows, inner]), _matrices(b, [stacked, inner, columns])
    lengths = {**dict(zip(a.names, a.tensor.shape, strict=True)), **dict(zip(b.names, b.tensor.shape, strict=True))}
    names = [*stacked, *rows, *columns]
    return _Term(matmul(first, second).reshape([lengths[name] for name in names]), names)


def _matrices(term: _Term, groups: list[list[str]]) -> Tensor:
    """The dimensions of each group made one."""
    ordered = permute(term.tensor, [term.names.index(name) for group in groups for name in group])
    lengths = dict(zip(term.names, term.tensor.shape, strict=True))
    return ordered.reshape([math.prod(lengths[name] for name in group) for group in groups])


def _laid(term: _Term, groups: list[list[str]], missing: list[str], before: int | None = None) -> Tensor:
    """The dimensions in order, with ones of length one for those that only the other term has."""
    order = [term.names.index(name) for group in groups for name in group]
    ordered = permute(term.tensor, order)
    place = ordered.ndim if before is None else before
    shape = ordered.shape
    return ordered.reshape([*shape[:place], *[1] * len(missing), *shape[place:]])


def _summed(term: _Term, kept: set[str], dtype: Any = None) -> _Term:
    gone = [place for place, name in enumerate(term.names) if name not in kept]
    if not gone:
        return term
    return _Term(term.tensor.sum(gone, dtype=dtype), [name for name in term.names if name in kept])


def _diagonals(term: _Term, number: int) -> _Term:
    """A name that stands twice picks the diagonal of its dimensions."""
    for name in dict.fromkeys(term.names):
        while term.names.count(name) > 1:
            first = term.names.index(name)
            second = term.names.index(name, first + 1)
            lengths = term.tensor.shape[first], term.tensor.shape[second]
            if lengths[0] != lengths[1]:
                raise RuntimeError(
                    f"einsum(): subscript {name} is repeated for operand {number} but the sizes don't match, "
                    f"{lengths[1]} != {lengths[0]}"
                )
            rest = [name for place, name in enumerate(term.names) if place not in (first, second)]
            term = _Term(diagonal(term.tensor, 0, first, second), [*rest, name])
    return term


def _fit(terms: list[_Term]) -> None:
    """Takes out dimensions of length one whose name is longer elsewhere. Raises RuntimeError for other lengths."""
    lengths: dict[str, int] = {}
    for number, term in enumerate(terms):
        for name, length in zip(term.names, term.tensor.shape, strict=True):
            seen = lengths.get(name, 1)
            if length != seen and 1 not in (length, seen):
                raise RuntimeError(
                    f"einsum(): subscript {name} has size {length} for operand {number} which does not broadcast with "
                    f"previously seen size {seen}"
                )
            lengths[name] = length if seen == 1 else seen
    for term in terms:
        pairs = list(zip(term.names, term.tensor.shape, strict=True))
        narrow = [place for place, (name, length) in enumerate(pairs) if length == 1 != lengths[name]]
        if narrow:
            term.tensor = squeeze(term.tensor, narrow)
            term.names = [name for place, name in enumerate(term.names) if place not in narrow]


def _parse(equation: str, tensors: Sequence[Tensor]) -> tuple[list[list[str]], list[str]]:
    """The names of each operand's dimensions and of the output's."""
    left, arrow, right = equation.partition("->")
    parts = left.split(",")
    if len(parts) != len(tensors):
        fewer = "fewer" if len(tensors) < len(parts) else "more"
        raise RuntimeError(f"einsum(): {fewer} operands were provided than specified in the equation")
    counts = [_ellipsis(part, tensor, number) for number, (part, tensor) in enumerate(zip(parts, tensors, strict=True))]
    most = max(counts)
    names = [_names(part, most, count) for part, count in zip(parts, counts, strict=True)]
    if arrow:
        output = _names(right, most, most)
    else:
        letters = "".join(parts).replace(".", "")
        output = [str(place) for place in range(most)] + sorted(
            letter for letter in set(letters) if letters.count(letter) == 1
        )
    known = {name for term in names for name in term}
    for name in output:
        if name not in known:
            raise RuntimeError(
                f"einsum(): output subscript {name} does not appear in the equation for any input operand"
            )
        if output.count(name) > 1:
            raise RuntimeError(f"einsum(): output subscript {name} appears more than once in the output")
    return names, output


def _ellipsis(part: str, tensor: Tensor, number: int) -> int:
    """How many dimensions the ellipsis of an operand stands for."""
    letters = part.replace("...", "", 1)
    for place, letter in enumerate(letters):
        if letter == ".":
            raise RuntimeError(f"einsum(): found '.' for operand {number} that is not part of any ellipsis")
        if letter not in LETTERS:
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {place} in the equation string, subscripts must be in "
                "[a-zA-Z]"
            )
    more = tensor.ndim - len(letters)
    if more < 0 or (more and letters == part):
        raise RuntimeError(
            f"einsum(): the number of subscripts in the equation ({len(letters)}) does not match the number of "
            f"dimensions ({tensor.ndim}) for operand {number}"
            + (" and no ellipsis was given" if letters == part else "")
        )
    return more


def _names(part: str, most: int, count: int) -> list[str]:
    """Letters, and numbers for the dimensions of the ellipsis, which are aligned at the end."""
    before, dots, behind = part.partition("...")
    return [*before, *(str(place) for place in range(most - count, most) if dots), *behind]


def _from_lists(args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The equation for `einsum(a, [0, 1], b, [1, 2], [0, 2])`."""
    tensors, lists = args[: len(args) // 2 * 2 : 2], args[1::2]
    right = "" if len(args) % 2 == 0 else "->" + _written(args[-1])
    return ",".join(_written(axes) for axes in lists) + right, tensors


def _written(numbers: Sequence[Any]) -> str:
    return "".join("..." if number is Ellipsis else LETTERS[number] for number in numbers)
