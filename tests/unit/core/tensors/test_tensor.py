"""Tensors: making, converting, copying, and errors in words."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import core as torch


def test_from_numpy_shares_and_tensor_copies() -> None:
    array = np.zeros(2, dtype=np.float32)
    shared, copied = torch.from_numpy(array), torch.tensor(array)
    array[0] = 5
    assert shared.tolist() == [5.0, 0.0]
    assert copied.tolist() == [0.0, 0.0]
    assert torch.as_tensor(array).data_ptr() == shared.data_ptr()


@pytest.mark.parametrize("kind", [np.uint16, object])
def test_types_without_use_are_refused(kind: type) -> None:
    with pytest.raises(TypeError, match="The only supported types are: float16, float32"):
        torch.from_numpy(np.zeros(1, dtype=kind))


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.tensor(1j),
        lambda: torch.tensor([1, 2j]),
        lambda: torch.as_tensor(np.zeros(2, np.complex128)),
        lambda: torch.asarray(1j),
        lambda: torch.from_numpy(np.zeros(1, np.complex64)),
        lambda: torch.full((2,), 1j),
        lambda: torch.full_like(torch.ones(2), 1j),
        lambda: torch.arange(1j),
        lambda: torch.linspace(0, 1j, 3),
        lambda: torch.complex64,
    ],
)
def test_complex_numbers_are_refused_with_a_sentence(make: Callable[[], Any]) -> None:
    with pytest.raises((TypeError, RuntimeError, AttributeError), match="engine computes with real"):
        make()


@pytest.mark.parametrize(
    ("data", "kind", "sentence"),
    [
        ("text", TypeError, "invalid data type 'str'"),
        ([1, "a"], TypeError, "invalid data type 'str'"),
        (["a"], ValueError, "too many dimensions 'str'"),
        ({"a": 1}, RuntimeError, "Could not infer dtype of dict"),
        (None, RuntimeError, "Could not infer dtype of NoneType"),
        (2**70, ValueError, "Overflow"),
    ],
)
def test_data_that_is_no_number_is_refused(data: object, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        torch.tensor(data)


def test_ragged_data_is_refused() -> None:
    with pytest.raises(ValueError, match="expected sequence of length"):
        torch.tensor([[1, 2], [3]])


def test_operands_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(TypeError):
        torch.ones(1) + "a"
    with pytest.raises(TypeError, match="must be a Tensor or a number, not str"):
        torch.add(torch.ones(1), "a")
    with pytest.raises(TypeError):
        _ = torch.ones(1) < None


def test_pickle_and_deepcopy() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x * 3).sum().backward()
    again = pickle.loads(pickle.dumps(x))
    assert again.requires_grad
    assert torch.equal(again, x)
    twin = copy.deepcopy(x)
    twin.data += 1
    assert x.tolist() == [1.0, 2.0]
    assert twin.grad.tolist() == [3.0, 3.0]


def test_numpy_takes_tensors() -> None:
    assert np.asarray(torch.ones(2)).sum() == 2
    with pytest.raises(RuntimeError, match="requires grad"):
        np.asarray(torch.ones(2, requires_grad=True))


def test_python_numbers() -> None:
    x = torch.tensor(3)
    assert [int(x), float(x), [0, 1, 2, 3][x], f"{torch.tensor(2.5):.1f}"] == [3, 3.0, 3, "2.5"]
    with pytest.raises(TypeError, match="only integer tensors"):
        [0, 1][torch.tensor(1.0)]


def test_to() -> None:
    x = torch.ones(2)
    assert x.to(torch.float32) is x
    assert x.to("cpu") is x
    assert x.to(torch.float64, copy=True).dtype == torch.float64
    assert x.to(torch.float32, copy=True) is not x
    assert x.to(torch.ones(1, dtype=torch.int64)).dtype == torch.int64
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        x.to(colour="red")


def test_writing_where_memory_repeats_is_refused() -> None:
    with pytest.raises(RuntimeError, match="clone"):
        torch.ones(1).expand(3).add_(1)


def test_assignment_of_a_shape_that_does_not_fit() -> None:
    x = torch.ones(2, 3)
    with pytest.raises(RuntimeError):
        x[0] = torch.ones(4)


def test_the_default_type_can_be_set() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        assert torch.tensor(1.5).dtype == torch.float64
        assert torch.rand(2).dtype == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    with pytest.raises(TypeError, match="floating-point"):
        torch.set_default_dtype(torch.int64)


def test_the_face_knows_its_names() -> None:
    assert "matmul" in dir(torch)
    assert all(hasattr(torch, name) for name in torch.__all__)
    with pytest.raises(AttributeError, match="no attribute 'matmull'"):
        _ = torch.matmull


NUMBERS = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    elements=st.floats(allow_nan=True, allow_infinity=True, width=32),
)


@given(NUMBERS)
def test_any_numbers_give_a_text_and_come_back(array: np.ndarray) -> None:
    x = torch.tensor(array)
    assert repr(x).startswith("tensor(")
    np.testing.assert_array_equal(x.numpy(), array)
    np.testing.assert_array_equal((x * 1 + 0).numpy(), array)
    np.testing.assert_array_equal(x.flatten().numpy(), array.ravel())


@given(
    arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    st.sampled_from(["add", "mul", "maximum", "sub"]),
)
def test_broadcasting_is_numpys(shapes: arrays.BroadcastableShapes, name: str) -> None:
    first, second = (np.arange(np.prod(shape), dtype=np.float64).reshape(shape) - 2 for shape in shapes.input_shapes)
    a, b = torch.tensor(first, requires_grad=True), torch.tensor(second, requires_grad=True)
    result = getattr(torch, name)(a, b)
    expected = {"add": np.add, "mul": np.multiply, "maximum": np.maximum, "sub": np.subtract}[name](first, second)
    np.testing.assert_array_equal(result.detach().numpy(), expected)
    result.sum().backward()
    assert a.grad.shape == a.shape
    assert b.grad.shape == b.shape
