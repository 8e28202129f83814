"""Operations that users write themselves, their Jacobians, and finding the line that failed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core as torch
from core.autograd.gradcheck import gradcheck, gradgradcheck
from core.nn import functional as F

functional = torch.autograd.functional


def leaf(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


class Swish(torch.autograd.Function):
    """x * sigmoid(k * x), with the gate saved: an output that is given back too."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, k: float) -> tuple[torch.Tensor, torch.Tensor]:
        gate = (x * k).sigmoid()
        ctx.save_for_backward(x, gate)
        ctx.k = k
        return x * gate, gate

    @staticmethod
    def backward(ctx: Any, by_out: torch.Tensor, by_gate: torch.Tensor) -> tuple[torch.Tensor, None]:
        x, gate = ctx.saved_tensors
        slope = ctx.k * gate * (1 - gate)
        return by_out * (gate + x * slope) + by_gate * slope, None


def test_gradients_of_every_order() -> None:
    assert gradcheck(lambda x: Swish.apply(x, 1.5), leaf(0.5, -1.0, 2.0))
    assert gradgradcheck(lambda x: Swish.apply(x, 1.5), leaf(0.5, -1.0, 2.0))
    x = leaf(0.5, -1.0)
    np.testing.assert_allclose(
        functional.hessian(lambda x: Swish.apply(x, 1.0)[0].sum(), x),
        functional.hessian(lambda x: F.silu(x).sum(), x),
    )


def test_a_change_in_place_that_is_declared() -> None:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            ctx.mark_dirty(x)
            return x.mul_(2)

        @staticmethod
        def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
            return grad * 2

    x = leaf(1.0, 2.0, 3.0)
    y = x * 1
    assert Double.apply(y[1:]).tolist() == [4.0, 6.0]
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 2.0, 2.0]


def test_what_was_kept_is_freed_but_by_request() -> None:
    x = leaf(1.0)
    out, _ = Swish.apply(x, 1.0)
    out.backward(retain_graph=True)
    assert len(out.grad_fn.saved_tensors) == 2
    out.backward()
    with pytest.raises(RuntimeError, match="already been freed"):
        out.grad_fn.saved_tensors  # noqa: B018 - reading is what fails


def test_attributes_of_ctx_are_seen_on_the_record() -> None:
    out, gate = Swish.apply(leaf(1.0), 3.0)
    assert out.grad_fn is gate.grad_fn
    assert out.grad_fn.k == 3.0
    with pytest.raises(AttributeError, match="missing"):
        out.grad_fn.missing  # noqa: B018 - reading is what fails


def test_old_style_is_refused() -> None:
    with pytest.raises(RuntimeError, match="Legacy autograd function with non-static forward method is deprecated"):
        Swish()(leaf(1.0))


def test_products_agree_with_the_whole_matrices() -> None:
    x, v = leaf(0.3, -0.5, 1.2), leaf(1.0, 2.0, 3.0).detach()

    def several(x: torch.Tensor) -> torch.Tensor:
        return torch.stack([x.prod(), x.exp().sum()])

    whole = functional.jacobian(several, x)
    np.testing.assert_allclose(functional.jvp(several, x, v)[1], whole @ v)
    weights = torch.tensor([2.0, -1.0], dtype=torch.float64)
    np.testing.assert_allclose(functional.vjp(several, x, weights)[1], weights @ whole)
    curved = functional.hessian(torch.prod, x)
    np.testing.assert_allclose(functional.hvp(torch.prod, x, v)[1], curved @ v)
    np.testing.assert_allclose(functional.vhp(torch.prod, x, v)[1], v @ curved)
    assert x.grad is None


def test_answers_can_be_differentiated_if_asked() -> None:
    x = leaf(0.3, -0.5)
    assert gradcheck(lambda x: functional.jacobian(lambda x: x**3, x, create_graph=True), x)
    assert gradcheck(lambda x: functional.hessian(lambda x: (x**3).prod(), x, create_graph=True), x)
    assert not functional.jacobian(lambda x: x**3, x).requires_grad


def test_a_failure_names_the_line_that_recorded_it() -> None:
    with torch.autograd.set_detect_anomaly(True):
        y = leaf(1.0).exp()
        loss = y * y
        y.detach().zero_()
        failure = pytest.raises(RuntimeError, match="the backtrace further above shows the operation that failed")
        with pytest.warns(UserWarning, match="Error detected") as told, failure:
            loss.backward()
    message = str(told[0].message)
    assert message.startswith("Error detected in MulBackward0. Traceback of forward call that caused the error:")
    assert message.rstrip().endswith("loss = y * y")
    assert __file__ in message


def test_nothing_is_traced_before_and_after() -> None:
    with torch.autograd.set_detect_anomaly(True):
        assert hasattr((leaf(1.0) * 2).grad_fn.sequence, "lines")
    assert type((leaf(1.0) * 2).grad_fn.sequence) is int
    assert not torch.is_anomaly_enabled()


def test_nan_in_a_second_derivative_is_found() -> None:
    x = leaf(0.0)
    with torch.autograd.set_detect_anomaly(True):
        (first,) = torch.autograd.grad(x.pow(1.5), x, create_graph=True)
        with pytest.warns(UserWarning, match="Error detected in"), pytest.raises(RuntimeError, match="returned nan"):
            (first * 0).sqrt().mul(0).backward()
