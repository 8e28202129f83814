"""Running sums, products and extremes; differences and areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.arrays.backend import namespace
from core.autograd import record
from core.functions.comparison import logical_xor
from core.functions.indexing import narrow
from core.functions.operands import dimension, dimensions, refuse
from core.functions.picking import ValuesAndIndices, ordered
from core.functions.reduction import sum, summable
from core.functions.shape import cat, movedim
from core.ops import cumulative as ops
from core.tensors import dtypes
from core.tensors.tensor import Tensor, tensor_of


def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sum of all elements so far."""
    return record(ops.Cumsum(dimension(dim, input.ndim)), summable(input, dtype))


def cumprod(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The product of all elements so far."""
    return record(ops.Cumprod(dimension(dim, input.ndim)), summable(input, dtype))


def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """log(cumsum(exp(x))) without overflow. Raises NotImplementedError for integers."""
    refuse("logcumsumexp_out_cpu", input, "biu")
    return record(ops.Logcumsumexp(dimension(dim, input.ndim)), input)


def cummax(input: Tensor, dim: int) -> ValuesAndIndices:
    """The greatest value so far and where it stands, the last of equal ones."""
    return _extreme("max", input, dim)


def cummin(input: Tensor, dim: int) -> ValuesAndIndices:
    """The least value so far and where it stands, the last of equal ones."""
    return _extreme("min", input, dim)


def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """Differences of neighbours along `dim`, taken `n` times; of booleans whether they differ."""
    if not input.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    axis = dimension(dim, input.ndim)
    parts = [value for value in (prepend if n else None, input, append if n else None) if value is not None]
    result = cat(parts, axis) if len(parts) > 1 else input
    for _ in range(min(n, result._array.shape[axis])):
        count = max(result._array.shape[axis] - 1, 0)
        after, before = narrow(result, axis, 1, count), narrow(result, axis, 0, count)
        result = logical_xor(after, before) if result.dtype == dtypes.bool else after - before
    return result if n else result.clone()


def gradient(
    input: Tensor, *, spacing: Any = None, dim: int | Sequence[int] | None = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """Slopes along each dimension, by differences of the neighbours.

    spacing: a distance, or one for each dimension, or the coordinates for each dimension.
    """
    over = dimensions(dim, input.ndim) or tuple(range(input.ndim))
    steps = list(spacing) if isinstance(spacing, list | tuple) else [1 if spacing is None else spacing] * len(over)
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    if len(steps) != len(over):
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the "
            f"same length, but got a spacing argument of length {len(steps)} and a dim argument of length {len(over)}."
        )
    for axis in over:
        if input._array.shape[axis] < edge_order + 1:
            raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")
    return tuple(_slopes(input, axis, step, edge_order) for axis, step in zip(over, steps, strict=True))


def _slopes(input: Tensor, axis: int, step: Any, edge_order: int) -> Tensor:
    """B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids" (1988), for three points."""
    x = input.movedim(axis, -1)
    gaps = step[1:] - step[:-1] if isinstance(step, Tensor) and step.ndim else x.new_ones(x.shape[-1] - 1) * step
    a, b = gaps[:-1], gaps[1:]
    parts = (x[..., :-2], x[..., 1:-1], x[..., 2:])
    inner = parts[0] * (-b / (a * (a + b))) + parts[1] * ((b - a) / (a * b)) + parts[2] * (a / (b * (a + b)))
    first, last = (x[..., 1:2] - x[..., :1]) / gaps[:1], (x[..., -1:] - x[..., -2:-1]) / gaps[-1:]
    if edge_order == 2:
        curve = (x[..., 2:3] - x[..., 1:2]) / gaps[1:2]
        first = first - (curve - first) * gaps[:1] / (gaps[:1] + gaps[1:2])
        curve = (x[..., -2:-1] - x[..., -3:-2]) / gaps[-2:-1]
        last = last + (last - curve) * gaps[-1:] / (gaps[-1:] + gaps[-2:-1])
    return movedim(cat([first, inner, last], -1), -1, axis)


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float | Tensor | None = None, dim: int = -1) -> Tensor:
    """The area under `y` by the trapezoidal rule, at the points `x` or `dx` apart. Raises TypeError for both."""
    return sum(_trapezoids("trapezoid", y, x, dx, dim), dim) / 2


def cumulative_trapezoid(
    y: Tensor, x: Tensor | None = None, *, dx: float | Tensor | None = None, dim: int = -1
) -> Tensor:
    """The area under `y` so far by the trapezoidal rule. Raises TypeError for both `x` and `dx`."""
    return cumsum(_trapezoids("cumulative_trapezoid", y, x, dx, dim), dim) / 2


def _trapezoids(name: str, y: Tensor, x: Tensor | None, dx: float | Tensor | None, dim: int) -> Tensor:
    """Twice the area between neighbours."""
    if x is not None and dx is not None:
        raise TypeError(f"{name}() received an invalid combination of arguments: give x or dx, not both")
    axis = dimension(dim, y.ndim)
    count = max(y._array.shape[axis] - 1, 0)
    for name_, tensor in (("y", y), ("x", x)):
        if tensor is not None and tensor.dtype == dtypes.bool:
            raise RuntimeError(f"{name}: received a bool input for `{name_}`, but bool is not supported")
    heights = narrow(y, axis, min(1, y._array.shape[axis]), count) + narrow(y, axis, 0, count)
    if x is None:
        return heights * (1 if dx is None else dx)
    if x.ndim == 1 and y.ndim > 1:
        if x._array.shape[0] != y._array.shape[axis]:
            raise RuntimeError("There must be one `x` value for each sample point")
        x = x.reshape([-1 if place == axis else 1 for place in range(y.ndim)])
    return heights * diff(x, dim=axis - y.ndim)


def _extreme(function: str, input: Tensor, dim: int) -> ValuesAndIndices:
    axis = dimension(dim, input.ndim)
    array = input._array
    order = ops.place_of_extreme(function, array, axis) if array.ndim else namespace(array).zeros((), "int64")
    return ordered(f"cum{function}", tensor_of(order), input, axis)
