"""Distributions of several numbers together."""

from __future__ import annotations

import math
from typing import Any

from core import linalg
from core.distributions.continuous import standard_normal
from core.distributions.distribution import Distribution
from core.functions.products import matmul
from core.tensors.tensor import Tensor

__all__ = ["Independent", "MultivariateNormal"]


class Independent(Distribution):
    """Takes the last `reinterpreted_batch_ndims` dimensions of a distribution's batch for parts of one outcome."""

    def __init__(self, base: Distribution, reinterpreted_batch_ndims: int, validate_args: bool | None = None) -> None:
        if reinterpreted_batch_ndims > len(base.batch_shape):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual "
                f"{reinterpreted_batch_ndims} vs {len(base.batch_shape)}"
            )
        self.base_dist = base
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        whole = [*base.batch_shape, *base.event_shape]
        at = len(base.batch_shape) - reinterpreted_batch_ndims
        self._set(whole[:at], whole[at:])

    @property
    def mean(self) -> Tensor:
        return self.base_dist.mean

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    def sample(self, sample_shape: Any = ()) -> Tensor:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        return summed(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        return summed(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"


class MultivariateNormal(Distribution):
    """Normal numbers that depend on each other: a mean vector, and a covariance, its inverse or its Cholesky factor."""

    parameters = ("loc", "scale_tril")
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if sum(each is not None for each in (covariance_matrix, precision_matrix, scale_tril)) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        if precision_matrix is not None:
            covariance_matrix = linalg.inv(precision_matrix)
        factor = linalg.cholesky(covariance_matrix) if covariance_matrix is not None else scale_tril
        assert factor is not None
        shape = (loc.unsqueeze(-1) + factor).shape[:-1]
        self.loc = loc.expand(shape)
        self.scale_tril = factor.expand([*shape, shape[-1]])
        self._named = "scale_tril" if scale_tril is not None else "covariance_matrix"
        self._named = "precision_matrix" if precision_matrix is not None else self._named
        self._set(shape[:-1], shape[-1:])

    def _shown(self) -> tuple[str, ...]:
        return ("loc", self._named)

    @property
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariance."""
        return linalg.inv(self.covariance_matrix)

    @property
    def covariance_matrix(self) -> Tensor:
        """How the numbers vary together."""
        return matmul(self.scale_tril, self.scale_tril.mT)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        return self.scale_tril.pow(2).sum(-1)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        drawn = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + matmul(self.scale_tril, drawn.unsqueeze(-1)).squeeze(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        off = (value - self.loc).unsqueeze(-1)
        factor = self.scale_tril.expand([*off.shape[:-2], *self.scale_tril.shape[-2:]])
        square = linalg.solve_triangular(factor, off, upper=False).pow(2).sum((-2, -1))
        result: Tensor = -0.5 * (self.event_shape[0] * math.log(2 * math.pi) + square) - self.half_log_determinant()
        return result

    def half_log_determinant(self) -> Tensor:
        """Half the logarithm of the covariance's determinant."""
        return self.scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def entropy(self) -> Tensor:
        result: Tensor = 0.5 * self.event_shape[0] * (1.0 + math.log(2 * math.pi)) + self.half_log_determinant()
        return result


def summed(values: Tensor, dimensions: int) -> Tensor:
    """Over the last so many dimensions."""
    return values.sum(tuple(range(-dimensions, 0))) if dimensions else values
