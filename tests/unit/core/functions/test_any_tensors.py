"""Tensors of any shape, type and place in memory, empty, without dimensions, overlapping, with nan and infinity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import core as torch

Numbers = np.ndarray[Any, Any]
FLOATS = st.sampled_from([np.float32, np.float64])
TYPES = st.sampled_from([np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64, np.uint8, np.bool_])
SHAPES = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
SMALL = {"i": st.integers(-5, 5), "u": st.integers(0, 5), "b": st.booleans()}
EDGES = st.sampled_from([0.0, -0.0, 1.0, -1.0, float("nan"), float("inf"), -float("inf"), 0.5, -3.25, 7.0])
UNARY = "abs neg exp sqrt sin tanh floor ceil trunc square isnan isfinite".split()
BINARY = "add sub mul maximum minimum eq ne lt le".split()
NUMPYS = {"neg": "negative", "sub": "subtract", "mul": "multiply", "eq": "equal", "ne": "not_equal", "lt": "less"}
NUMPYS |= {"le": "less_equal"}
quiet = pytest.mark.filterwarnings("ignore:(.*encountered|Mean of empty):RuntimeWarning")


@st.composite
def placed(draw: st.DrawFn, shape: tuple[int, ...] | None = None, types: Any = FLOATS) -> Numbers:
    """Numbers of a shape, as a part of greater memory with steps in between, turned, or in order."""
    shape = draw(SHAPES) if shape is None else shape
    kind = np.dtype(draw(types))
    values = draw(arrays.arrays(kind, shape, elements=SMALL.get(kind.kind, EDGES)))
    way = draw(st.sampled_from(["in order", "steps", "turned"]))
    if way == "turned":
        return np.asfortranarray(values)
    if way == "steps":
        whole = np.zeros([2 * length + 1 for length in shape], kind)
        whole[(*(slice(1, 1 + 2 * length, 2) for length in shape), ...)] = values
        return whole[(*(slice(1, 1 + 2 * length, 2) for length in shape), ...)]
    return values


def same(found: torch.Tensor, expected: Any) -> None:
    expected = np.asarray(expected)
    assert tuple(found.shape) == expected.shape
    exact = found.dtype.numpy.itemsize
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol={2: 2e-3, 4: 2e-6}.get(exact, 1e-12), atol=0)


@quiet
@given(placed(), st.sampled_from(UNARY))
def test_of_one(array: Numbers, name: str) -> None:
    before = array.copy()
    result = getattr(torch, name)(torch.from_numpy(array))
    same(result, getattr(np, NUMPYS.get(name, name))(array))
    np.testing.assert_array_equal(array, before)


@quiet
@given(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0), st.data())
def test_of_two_that_broadcast(shapes: Any, data: st.DataObject) -> None:
    first, second = (data.draw(placed(shape, TYPES)) for shape in shapes.input_shapes)
    name = data.draw(st.sampled_from(BINARY))
    assume(name != "sub" or "b" not in (first.dtype.kind, second.dtype.kind))
    a, b = torch.from_numpy(first), torch.from_numpy(second)
    kind = torch.result_type(a, b)
    result = getattr(torch, name)(a, b)
    expected = getattr(np, NUMPYS.get(name, name))(first.astype(kind.numpy), second.astype(kind.numpy))
    assert result.dtype == (torch.bool if name in "eq ne lt le".split() else kind)
    same(result, expected)


@given(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0))
def test_gradients_of_what_was_broadcast(shapes: Any) -> None:
    leaves = [torch.full(shape, 2.0, requires_grad=True) for shape in shapes.input_shapes]
    (leaves[0] * leaves[1]).sum().backward()
    for leaf in leaves:
        assert leaf.grad is not None
        copies = np.prod(shapes.result_shape) / max(leaf.numel(), 1)
        assert leaf.grad.shape == leaf.shape
        same(leaf.grad, np.full(leaf.shape, 2.0 * copies))


@quiet
@given(placed(), st.sampled_from(["sum", "prod", "mean", "amax", "amin", "any", "all"]), st.booleans(), st.data())
def test_reductions(array: Numbers, name: str, keepdim: bool, data: st.DataObject) -> None:
    x = torch.from_numpy(array)
    dim = data.draw(st.integers(-x.ndim, x.ndim - 1)) if x.ndim else None
    function = getattr(np, name)
    assume(array.size or name not in ("amax", "amin"))
    expected = function(array, axis=dim, keepdims=keepdim) if dim is not None else function(array)
    call = getattr(torch, name)
    same(call(x, dim, keepdim=keepdim) if dim is not None else call(x), expected)


@given(placed(), st.data())
def test_parts_are_views_and_have_gradients(array: Numbers, data: st.DataObject) -> None:
    key = data.draw(arrays.basic_indices(array.shape, allow_newaxis=True, allow_ellipsis=True))
    steps = [each.step for each in (key if isinstance(key, tuple) else (key,)) if isinstance(each, slice)]
    assume(all(step is None or step > 0 for step in steps))
    x = torch.from_numpy(array)
    same(x[key], array[key])
    leaf = torch.zeros(array.shape, requires_grad=True)
    leaf[key].sum().backward()
    ones = np.zeros(array.shape)
    ones[key] = 1
    assert leaf.grad is not None
    same(leaf.grad, ones)
    x[key] = 3
    np.testing.assert_array_equal(array[key], np.full_like(array[key], 3))


@given(placed(), st.data())
def test_picking_by_number(array: Numbers, data: st.DataObject) -> None:
    assume(array.ndim and array.size)
    index = data.draw(arrays.integer_array_indices(array.shape))
    same(torch.from_numpy(array)[tuple(map(torch.tensor, index))], array[index])


@given(placed(), st.data())
def test_another_order_and_shape(array: Numbers, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(array.ndim)))
    turned, expected = torch.from_numpy(array).permute(order), array.transpose(order)
    same(turned, expected)
    same(turned.flatten(), expected.reshape(-1))
    same(turned.reshape(expected.shape[::-1]), expected.reshape(expected.shape[::-1]))
    same(turned.contiguous(), expected)


WAYS: dict[str, Callable[[Any], Any]] = {
    "twice": lambda x: x.unsqueeze(0).squeeze(0),
    "flipped": lambda x: x.flip(tuple(range(x.ndim))).flip(tuple(range(x.ndim))),
    "rolled": lambda x: x.roll(1).roll(-1),
    "joined": lambda x: torch.cat([x.flatten(), x.flatten()])[: x.numel()].reshape(x.shape),
    "stacked": lambda x: torch.stack([x, x]).unbind()[1],
}


@given(placed(types=TYPES), st.sampled_from(sorted(WAYS)))
def test_there_and_back(array: Numbers, way: str) -> None:
    back = WAYS[way](torch.from_numpy(array))
    assert back.dtype.numpy == array.dtype
    np.testing.assert_array_equal(back.numpy(), array)


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.lists(st.integers(0, 2), max_size=2), st.data())
def test_products_of_any_lengths(n: int, m: int, k: int, stack: list[int], data: st.DataObject) -> None:
    first = np.nan_to_num(data.draw(placed((*stack, n, k))), posinf=2, neginf=-2).astype(np.float64)
    second = np.nan_to_num(data.draw(placed((k, m))), posinf=2, neginf=-2).astype(np.float64)
    a, b = torch.tensor(first, requires_grad=True), torch.tensor(second, requires_grad=True)
    result = a @ b
    same(result, first @ second)
    result.sum().backward()
    assert a.grad is not None
    assert b.grad is not None
    same(a.grad, np.broadcast_to(second.sum(1), first.shape))
    same(b.grad, np.broadcast_to(first.sum(tuple(range(first.ndim - 1)))[:, None], second.shape))


@given(st.integers(1, 8), st.integers(1, 8), st.integers(1, 4))
def test_overlapping_windows(length: int, size: int, step: int) -> None:
    assume(size <= length)
    x = torch.arange(float(length)).requires_grad_()
    windows = x.unfold(0, size, step)
    expected = np.lib.stride_tricks.sliding_window_view(np.arange(float(length)), size)[::step]
    same(windows, expected)
    (windows * windows).sum().backward()
    counts = np.bincount(expected.astype(int).ravel(), minlength=length)
    assert x.grad is not None
    same(x.grad, 2 * np.arange(length) * counts)


@given(st.integers(2, 6), st.data())
def test_what_is_written_through_one_view_is_seen_through_another(length: int, data: st.DataObject) -> None:
    base = torch.zeros(length)
    start, other = (data.draw(st.integers(0, length - 1)) for _ in range(2))
    first, second = base[start:], base[other:]
    first += 1
    expected = np.zeros(length)
    expected[start:] = 1
    same(second, expected[other:])
    leaf = torch.ones(length, requires_grad=True)
    copy = leaf * 1
    seen = copy[other:]
    copy[start:] *= 3
    seen.sum().backward()
    slopes = np.zeros(length)
    slopes[other:] = 1
    slopes[start:] *= 3
    assert leaf.grad is not None
    same(leaf.grad, slopes)
