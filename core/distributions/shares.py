"""Distributions of shares, which lie between 0 and 1 and add up to 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.distributions.continuous import standard_gamma
from core.distributions.distribution import Distribution, broadcast
from core.functions.pairwise import xlogy
from core.functions.shape import stack
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor

__all__ = ["Beta", "Dirichlet"]


class Dirichlet(Distribution):
    """Shares of as many parts as the last dimension of `concentration` is long."""

    parameters = ("concentration",)

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        if concentration.ndim < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        self._set(concentration.shape[:-1], concentration.shape[-1:])
        if validate_args is not False:
            holds = concentration > 0
            self._check("concentration", concentration, holds, "IndependentConstraint(GreaterThan(lower_bound=0.0), 1)")

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def variance(self) -> Tensor:
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total.pow(2) * (total + 1))

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            drawn = standard_gamma(self.concentration.expand(shape).double())
            found: Tensor = (drawn / drawn.sum(-1, keepdim=True)).to(self.concentration.dtype)
            return found.clamp(min=float(np.finfo(found._array.dtype).tiny))

    def log_prob(self, value: Tensor) -> Tensor:
        each = self.concentration
        return xlogy(each - 1.0, value).sum(-1) + each.sum(-1).lgamma() - each.lgamma().sum(-1)

    def entropy(self) -> Tensor:
        each = self.concentration
        count, total = each.shape[-1], each.sum(-1)
        normal = each.lgamma().sum(-1) - total.lgamma()
        result: Tensor = normal - (count - total) * total.digamma() - ((each - 1.0) * each.digamma()).sum(-1)
        return result


class Beta(Distribution):
    """A share, and what is left of it."""

    parameters = ("concentration1", "concentration0")

    def _shown(self) -> tuple[str, ...]:
        return ()

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: bool | None = None) -> None:
        self.concentration1, self.concentration0 = broadcast(concentration1, concentration0)
        self._dirichlet = Dirichlet(stack([self.concentration1, self.concentration0], -1), validate_args)
        self._set(self.concentration1.shape)

    @property
    def mean(self) -> Tensor:
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def variance(self) -> Tensor:
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def sample(self, sample_shape: Any = ()) -> Tensor:
        return self._dirichlet.sample(sample_shape).select(-1, 0)

    def log_prob(self, value: Tensor) -> Tensor:
        (share,) = broadcast(value)
        return self._dirichlet.log_prob(stack([share, 1.0 - share], -1))

    def entropy(self) -> Tensor:
        return self._dirichlet.entropy()
