"""Linear algebra at its edges: singular matrices, shapes that do not fit, complete factors, ranks."""

from __future__ import annotations

import numpy as np
import pytest

import core as torch
from core.autograd.gradcheck import gradcheck

L = torch.linalg
ONES = torch.ones(2, 2)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("linalg.inv", lambda: L.inv(ONES)),
        ("linalg.solve", lambda: L.solve(ONES, ONES)),
        ("linalg.cholesky", lambda: L.cholesky(-ONES)),
    ],
)
def test_what_cannot_be_done_is_a_linear_algebra_error(name, action) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(L.LinAlgError, match=name):
        action()
    assert issubclass(L.LinAlgError, RuntimeError)


def test_shapes_and_types_are_named() -> None:
    with pytest.raises(RuntimeError, match="A must be batches of square matrices, but they are 2 by 3 matrices"):
        L.det(torch.ones(2, 3))
    with pytest.raises(RuntimeError, match=r"Incompatible shapes of A and B for the equation AX = B \(2x2 and 3x1\)"):
        L.solve(ONES, torch.ones(3))
    with pytest.raises(RuntimeError, match=r"Expected a floating point or complex tensor as input\. Got Long"):
        L.qr(torch.ones(2, 2, dtype=torch.int64))
    with pytest.raises(RuntimeError, match="Order x not supported"):
        L.norm(ONES, "x")
    with pytest.raises(NotImplementedError, match="complex numbers"):
        L.eig(ONES)


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_gradient_of_a_determinant_that_may_be_zero(rank: int) -> None:
    source = np.random.default_rng(rank)
    matrix = source.standard_normal((3, rank)) @ source.standard_normal((rank, 3))
    assert gradcheck(L.det, torch.tensor(matrix, requires_grad=True))


def test_complete_factors() -> None:
    a = torch.randn(4, 2, dtype=torch.float64)
    q, r = L.qr(a, mode="complete")
    assert q.shape == (4, 4)
    assert r.shape == (4, 2)
    np.testing.assert_allclose(q @ r, a, atol=1e-12)
    np.testing.assert_allclose(q.T @ q, torch.eye(4, dtype=torch.float64), atol=1e-12)
    u, s, vh = L.svd(a)
    assert u.shape == (4, 4)
    np.testing.assert_allclose(u[:, :2] @ s.diag() @ vh, a, atol=1e-12)


def test_ranks_and_conditions() -> None:
    assert L.matrix_rank(ONES).item() == 1
    assert L.matrix_rank(torch.eye(3) * 1e-3, atol=1e-2).item() == 0
    assert L.cond(torch.zeros(2, 2), 1).item() == float("inf")
    assert torch.logdet(torch.tensor([[0.0, 1.0], [1.0, 0.0]])).isnan()
    assert torch.slogdet(torch.zeros(2, 2)).logabsdet.item() == float("-inf")


def test_least_squares_tells_its_residuals() -> None:
    a, b = torch.tensor([[1.0, 0], [0, 1], [0, 0]]), torch.tensor([[1.0], [2], [3]])
    found = L.lstsq(a, b, driver="gelsd")
    np.testing.assert_allclose(found.residuals, torch.tensor([9.0]), atol=1e-12)
    assert found.rank.item() == 2


def test_empty_matrices() -> None:
    assert L.det(torch.zeros(0, 0)).item() == 1
    assert L.inv(torch.zeros(2, 0, 0)).shape == (2, 0, 0)
    assert L.pinv(torch.zeros(0, 3)).shape == (3, 0)
