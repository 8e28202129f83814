"""Every operation whose results have no gradient, beside numpy; and that no operation is left out of the tables."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np
import pytest

import core as torch
from core.nn import functional as F
from tests.unit.core.gpu import stand_in
from tests.unit.core.operation_cases import CASES

NUMBERS = np.array([[0.5, -1.0, np.nan], [np.inf, -np.inf, 0.0]])
FINITE = np.array([[0.5, -1.0, 2.0], [2.0, -0.25, 0.0]])
OTHERS = np.array([[0.5, 1.0, 2.0], [-2.0, 0.0, 0.0]])
INTEGERS = np.array([[3, 0, 12], [7, 5, 1]])
MORE = np.array([[2, 4, 8], [1, 3, 0]])
TRUTH, LIES = INTEGERS > 4, MORE > 2
ROW = np.array([1, 3, 3, 5])


@dataclass(frozen=True)
class Constant:
    """name: of the function. reference: what numpy says of the same arrays; None: numpy's function of that name."""

    name: str
    arrays: tuple[np.ndarray[Any, Any], ...] = ()
    reference: Callable[..., Any] | None = None
    call: Callable[..., Any] | None = None

    def found(self, *tensors: torch.Tensor) -> Any:
        return (self.call or getattr(torch, self.name))(*tensors)

    def expected(self) -> Any:
        return (self.reference or getattr(np, self.name))(*self.arrays)


def _of(names: str, *arrays: np.ndarray[Any, Any]) -> list[Constant]:
    return [Constant(name, arrays) for name in names.split()]


TABLE = [
    *_of("isfinite isinf isnan isneginf isposinf signbit isreal", NUMBERS),
    *_of("logical_and logical_or logical_xor", TRUTH, LIES),
    *_of("logical_not", NUMBERS),
    *_of("equal greater greater_equal less less_equal not_equal heaviside nextafter isclose", FINITE, OTHERS)[1:],
    *_of("bitwise_and bitwise_or bitwise_xor gcd lcm isin", INTEGERS, MORE),
    *_of("bitwise_left_shift bitwise_right_shift", INTEGERS, MORE % 3),
    *_of("bitwise_not", INTEGERS),
    *_of("argmax argmin argwhere count_nonzero all any", FINITE),
    *_of("bincount", ROW),
    Constant("equal", (FINITE, FINITE), np.array_equal),
    Constant("allclose", (FINITE, FINITE)),
    Constant("argsort", (FINITE[0],)),
    Constant("nonzero", (FINITE,), lambda x: np.argwhere(x)),
    Constant("is_nonzero", (np.array([2.0]),), lambda x: bool(x)),
    Constant("histc", (FINITE,), lambda x: np.histogram(x, 4, (-2, 2))[0], lambda x: torch.histc(x, 4, -2, 2)),
    Constant("searchsorted", (ROW, MORE)),
    Constant("bucketize", (MORE, ROW), lambda x, row: np.searchsorted(row, x)),
    Constant("unique", (INTEGERS % 3,)),
    Constant("unique_consecutive", (ROW,), lambda row: np.array([1, 3, 5])),
    Constant("unravel_index", (ROW,), lambda x: np.unravel_index(x, (2, 3)), lambda x: torch.unravel_index(x, (2, 3))),
    Constant("matrix_rank", (FINITE,), np.linalg.matrix_rank, torch.linalg.matrix_rank),
    Constant("one_hot", (ROW,), lambda x: np.eye(6, dtype=int)[x], lambda x: F.one_hot(x, 6)),
    Constant("zeros_like", (FINITE,)),
    Constant("ones_like", (FINITE,)),
    Constant("full_like", (FINITE,), lambda x: np.full_like(x, 3), lambda x: torch.full_like(x, 3)),
    Constant("empty_like", (FINITE,), lambda x: x.shape, lambda x: torch.empty_like(x).shape),
    Constant("numel", (FINITE,), np.size),
    Constant("arange", (), lambda: np.arange(1, 2.5, 0.5, np.float32), lambda: torch.arange(1, 2.5, 0.5)),
    Constant("range", (), lambda: np.float32([1, 1.5, 2]), lambda: torch.range(1, 2, 0.5)),
    Constant("linspace", (), lambda: np.linspace(0, 1, 5, dtype=np.float32), lambda: torch.linspace(0, 1, 5)),
    Constant("logspace", (), lambda: np.float32([1, 10, 100]), lambda: torch.logspace(0, 2, 3)),
    Constant("eye", (), lambda: np.eye(2, 3, dtype=np.float32), lambda: torch.eye(2, 3)),
    Constant("full", (), lambda: np.full((2, 3), 7), lambda: torch.full((2, 3), 7)),
    Constant("zeros", (), lambda: np.zeros((2, 3), np.float32), lambda: torch.zeros(2, 3)),
    Constant("ones", (), lambda: np.ones((2, 3), np.float32), lambda: torch.ones(2, 3)),
    Constant("empty", (), lambda: (2, 3), lambda: torch.empty(2, 3).shape),
    Constant("scalar_tensor", (), lambda: np.float32(3), lambda: torch.scalar_tensor(3)),
    Constant("tensor", (), lambda: np.float32([1, 2.5]), lambda: torch.tensor([1, 2.5])),
    Constant("as_tensor", (), lambda: np.array([1, 2]), lambda: torch.as_tensor([1, 2])),
    Constant("asarray", (), lambda: np.array([1, 2]), lambda: torch.asarray([1, 2])),
    Constant("from_numpy", (), lambda: FINITE, lambda: torch.from_numpy(FINITE)),
    Constant("frombuffer", (), lambda: np.int64([1, 2]), lambda: torch.frombuffer(np.int64([1, 2]), dtype=torch.int64)),
    Constant("tril_indices", (), lambda: np.array(np.tril_indices(2, m=3)), lambda: torch.tril_indices(2, 3)),
    Constant("triu_indices", (), lambda: np.array(np.triu_indices(2, m=3)), lambda: torch.triu_indices(2, 3)),
    *[
        Constant(
            f"{name}_window",
            (),
            lambda name=name: getattr(np, "hanning" if name == "hann" else name)(5).astype(np.float32),
            lambda name=name: getattr(torch, f"{name}_window")(5, periodic=False),
        )
        for name in ("bartlett", "blackman", "hamming", "hann")
    ],
    Constant(
        "kaiser_window",
        (),
        lambda: np.kaiser(5, 12).astype(np.float32),
        lambda: torch.kaiser_window(5, periodic=False),
    ),
]
pytestmark = pytest.mark.filterwarnings("ignore:torch.range is deprecated")
every_constant = pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)


def _plain(found: Any) -> Any:
    if isinstance(found, torch.Tensor):
        assert not found.requires_grad
        return found.cpu().numpy()
    return np.asarray([_plain(each) for each in found] if isinstance(found, tuple) else found)


@every_constant
def test_value_and_type_are_numpys(case: Constant) -> None:
    found, expected = _plain(case.found(*map(torch.tensor, case.arrays))), np.asarray(case.expected())
    assert found.shape == expected.shape
    assert found.dtype.kind == expected.dtype.kind or case.name == "histc"
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


@every_constant
def test_same_on_a_gpu(case: Constant) -> None:
    if case.name in ("from_numpy", "frombuffer"):
        return
    with stand_in():
        here = case.found(*map(torch.tensor, case.arrays))
        there = case.found(*(torch.tensor(each, device="cuda") for each in case.arrays))
        np.testing.assert_array_equal(_plain(there), _plain(here))


LEFT_OUT = {
    "numbers drawn at random: tests of `random` hold their distributions and PyTorch's own numbers": (
        "alpha_dropout bernoulli dropout1d dropout2d dropout3d feature_alpha_dropout fractional_max_pool2d "
        "fractional_max_pool3d gumbel_softmax multinomial normal poisson rand rand_like randint randint_like randn "
        "randn_like randperm"
    ),
    "questions and settings, not operations": (
        "can_cast get_default_dtype get_device get_rng_state initial_seed is_anomaly_check_nan_enabled "
        "is_anomaly_enabled is_complex is_floating_point is_grad_enabled is_inference is_inference_mode_enabled "
        "is_same_size is_signed is_tensor load manual_seed promote_types result_type save seed set_default_dtype "
        "set_printoptions set_rng_state use_deterministic_algorithms are_deterministic_algorithms_enabled "
        "get_float32_matmul_precision get_num_interop_threads get_num_threads is_autocast_available "
        "is_autocast_enabled set_float32_matmul_precision set_num_interop_threads set_num_threads set_warn_always"
    ),
    "functions of functions, which tests of names hold against PyTorch's": "compile vmap",
    "refused with a sentence, as its numbers are complex": "eig",
    "for tensors of real numbers, nothing but its argument": "conj real resolve_conj resolve_neg",
}


def _codes_of_all_cases() -> set[CodeType]:
    """What runs while the tables do."""
    codes: set[CodeType] = set()

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            codes.add(frame.f_code)

    sys.setprofile(watch)
    try:
        for case in CASES:
            case.call(*map(torch.tensor, case.numbers()))
        for constant in TABLE:
            constant.found(*map(torch.tensor, constant.arrays))
    finally:
        sys.setprofile(None)
    return codes


def _public(room: ModuleType) -> dict[str, CodeType]:
    """Functions by name. Those that change their tensor in place have tests of their own."""
    found = {
        name: getattr(room, name)
        for name in getattr(room, "__all__", dir(room))
        if name[0] != "_" and not name.endswith("_")
    }
    return {name: inspect.unwrap(each).__code__ for name, each in found.items() if inspect.isfunction(each)}


def test_no_operation_is_left_out() -> None:
    rooms = [_public(room) for room in (torch, torch.linalg, torch.special, F)]
    codes = _codes_of_all_cases()
    missing = {name for room in rooms for name, code in room.items() if code not in codes}
    assert sorted(missing - set(" ".join(LEFT_OUT.values()).split())) == []
