"""Looking at images at places given by a grid, as functions."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from core.arrays.backend import Array, namespace
from core.functions import indexing
from core.functions.creation import linspace, ones, ones_like
from core.functions.operands import refuse
from core.functions.shape import stack
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["affine_grid", "grid_sample"]


class Term(NamedTuple):
    """Along one axis: a place for each point of the grid, whether it is inside the image, and its weight."""

    place: Array
    inside: Array
    weight: Tensor


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """(N, C, *size) looked at where the grid says, (N, *out, axes) with the last axis first: (N, C, *out).

    -1 and 1 are the edges of the image, or the middles of its outermost places if `align_corners`. mode: 'bilinear',
    'nearest' or 'bicubic'. padding_mode: what is seen outside, 'zeros', the 'border', or the image by 'reflection'.
    """
    _check(input, grid, mode, padding_mode)
    refuse(f"grid_sampler_{input.ndim - 2}d_cpu", input, "iub")
    aligned = _aligned(align_corners)
    size, out = tuple(input._array.shape[2:]), tuple(grid._array.shape[1:-1])
    axes = [
        _terms(mode, padding_mode, aligned, grid.select(-1, len(size) - 1 - axis), n) for axis, n in enumerate(size)
    ]
    flat, total = input.flatten(2), None
    for terms in product(*axes):
        index: Array = 0
        for term, n in zip(terms, size, strict=True):
            index = index * n + term.place
        inside = math.prod([term.inside for term in terms])
        share = math.prod([term.weight for term in terms]) * tensor_of(inside).to(input.dtype)
        places = tensor_of(index.reshape(len(index), 1, -1)).expand(-1, flat.shape[1], -1)
        seen = flat.gather(2, places).reshape(*flat.shape[:2], *out) * share.unsqueeze(1)
        total = seen if total is None else total + seen
    assert total is not None
    return total


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The grid for `grid_sample` that an affine map makes. theta: (N, axes, axes + 1), size: (N, C, *out)."""
    aligned = _aligned(align_corners)
    if theta._array.dtype.kind != "f":
        raise ValueError(f"Expected theta to have floating point type, but got {theta.dtype}")
    axes = len(size) - 2
    if axes not in (2, 3):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size "
            f"{size}."
        )
    if theta.ndim != 3 or tuple(theta.shape[1:]) != (axes, axes + 1):
        raise ValueError(
            f"Expected a batch of {axes}D affine matrices of shape Nx{axes}x{axes + 1} for size {size}. Got "
            f"{theta.shape}."
        )
    if aligned and min(size[2:]) == 1:
        warnings.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This "
            "is not an intended use case of affine_grid.",
            stacklevel=2,
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {size}")
    places = [_edge_to_edge(n, aligned, theta) for n in reversed(size[2:])]
    shapes = [(*(1,) * (axes - 1 - axis), -1, *(1,) * axis) for axis in range(axes)]
    spread = [place.reshape(shape).expand(*size[2:]) for place, shape in zip(places, shapes, strict=True)]
    one = ones(*size[2:], dtype=theta.dtype, device=theta.device)
    points = stack([*spread, one], -1).reshape(1, -1, axes + 1).expand(size[0], -1, -1)
    return points.matmul(theta.transpose(1, 2)).reshape(size[0], *size[2:], axes)


def _edge_to_edge(count: int, aligned: bool, like: Tensor) -> Tensor:
    if count == 1:
        return linspace(0, 0, 1, dtype=like.dtype, device=like.device)
    places = linspace(-1, 1, count, dtype=like.dtype, device=like.device)
    return places if aligned else places * ((count - 1) / count)


def _terms(mode: str, padding_mode: str, aligned: bool, points: Tensor, size: int) -> list[Term]:
    """Along one axis: the places whose weighted sum is seen at each point."""
    at = (points + 1) * ((size - 1) / 2) if aligned else ((points + 1) * size - 1) / 2
    xp = namespace(at._array)
    if mode == "bicubic":
        first = xp.floor(at._array)
        share = at - tensor_of(first)
        spread = [(_put_inside(padding_mode, aligned, first + step, size)[0], step) for step in range(-1, 3)]
        return [_term(place, size, _cubic((share - step).abs())) for place, step in spread]
    place, slope = _put_inside(padding_mode, aligned, at._array, size)
    if mode == "nearest":
        return [_term(xp.rint(place), size, at.where(tensor_of(xp.zeros(place.shape, bool)), ones_like(at)))]
    first = xp.floor(place)
    # The value is that of the place that is looked at, the gradient that of the point times the slope.
    share = tensor_of(place - first) + (at - at.detach()) * tensor_of(slope)
    return [_term(first, size, 1 - share), _term(first + 1, size, share)]


def _term(place: Array, size: int, weight: Tensor) -> Term:
    inside = (place >= 0) & (place < size)
    if not inside.all():  # what lies outside, or nowhere, has no weight, not even one that is no number
        weight = indexing.masked_fill(weight, tensor_of(~inside), 0)
    return Term(namespace(place).where(inside, place, 0).astype("int64"), inside, weight)


def _put_inside(padding_mode: str, aligned: bool, at: Array, size: int) -> tuple[Array, Array]:
    """Where the image is looked at for a place that may lie outside, and the slope of that as a function."""
    xp = namespace(at)
    slope = xp.ones_like(at)
    if padding_mode == "zeros":
        return at, slope
    if padding_mode == "reflection":
        low, span = (0.0, size - 1.0) if aligned else (-0.5, float(size))
        if not span:
            return xp.zeros_like(at), xp.zeros_like(at)
        away = abs(at - low)
        slope = xp.where(at < low, -1, 1).astype(at.dtype)
        rest, odd = xp.fmod(away, span), xp.floor(away / span) % 2 == 1
        at = xp.where(odd, span - rest, rest) + low
        slope = xp.where(odd, -slope, slope)
    beyond = (at <= 0) | (at >= size - 1)
    return xp.clip(at, 0, size - 1), xp.where(beyond, 0, slope).astype(at.dtype)


def _cubic(away: Tensor) -> Tensor:
    """The weight of a place at a distance (Keys, 1981, with a = -0.75)."""
    a = -0.75
    near = ((a + 2) * away - (a + 3)) * away * away + 1
    far = (((away - 5) * away + 8) * away - 4) * a
    return near.where(away <= 1, far)


def _aligned(align_corners: bool | None) -> bool:
    if align_corners is None:
        warnings.warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please "
            "specify align_corners=True if the old behavior is desired.",
            stacklevel=3,
        )
    return bool(align_corners)


def _check(input: Tensor, grid: Tensor, mode: str, padding_mode: str) -> None:
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{mode}'"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: "
            f"'{padding_mode}'"
        )
    sizes = f"{list(input.shape)} and grid with sizes {list(grid.shape)}"
    if input.shape[:1] != grid.shape[:1]:
        raise RuntimeError(
            f"grid_sampler(): expected grid and input to have same batch size, but got input with sizes {sizes}"
        )
    if grid.shape[-1] != input.ndim - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {input.ndim - 2} in last dimension, but got grid with sizes "
            f"{list(grid.shape)}"
        )
    if input.ndim not in (4, 5) or grid.ndim != input.ndim:
        raise RuntimeError(
            "grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with "
            f"sizes {sizes}"
        )
    if input.dtype != grid.dtype:
        raise RuntimeError(f"expected scalar type {input.dtype.title} but found {grid.dtype.title}")
    if mode == "bicubic" and input.ndim != 4:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
