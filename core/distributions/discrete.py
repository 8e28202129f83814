"""Distributions of counts and choices, given by probabilities or by their logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.distributions.distribution import Distribution, broadcast
from core.nn.functional.embedding import one_hot
from core.nn.functional.loss import binary_cross_entropy_with_logits
from core.random.draws import bernoulli, multinomial, poisson
from core.tensors.grad_mode import no_grad
from core.tensors.size import Size
from core.tensors.tensor import Tensor

__all__ = ["Bernoulli", "Categorical", "Geometric", "OneHotCategorical", "Poisson"]


class _OfProbabilities(Distribution):
    """Given by `probs` or `logits`, the other of which is worked out when it is asked for."""

    parameters = ("probs", "logits")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: bool | None = None) -> None:
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        self._given_name = "probs" if logits is None else "logits"
        (self._parameter,) = broadcast(probs if logits is None else logits)
        self._begin()
        if validate_args is not False and logits is None:
            self._check(
                "probs", self._parameter, self._allowed(self._parameter), "Interval(lower_bound=0.0, upper_bound=1.0)"
            )

    def _begin(self) -> None:
        self._set(self._parameter.shape)

    def _allowed(self, probs: Tensor) -> Tensor:
        result: Tensor = (probs >= 0) & (probs <= 1)
        return result

    def _given(self) -> tuple[str, ...]:
        return (self._given_name,)

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._parameter if self._given_name == "probs" else self._parameter.sigmoid()

    @property
    def logits(self) -> Tensor:
        """log(p / (1 - p))."""
        if self._given_name == "logits":
            return self._parameter
        inside = kept_inside(self._parameter)
        return inside.log() - (-inside).log1p()


class Bernoulli(_OfProbabilities):
    """1 with a probability, else 0."""

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    @property
    def mode(self) -> Tensor:
        """The likelier outcome, nan where both are as likely."""
        found = (self.probs >= 0.5).to(self.probs.dtype)
        result: Tensor = found.masked_fill(self.probs == 0.5, float("nan"))
        return result

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            return bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        logits, value = broadcast(self.logits, value)
        return -binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> Tensor:
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")


class Geometric(_OfProbabilities):
    """How often it fails before the first success of this probability."""

    def _allowed(self, probs: Tensor) -> Tensor:
        result: Tensor = (probs > 0) & (probs <= 1)
        return result

    @property
    def mean(self) -> Tensor:
        return 1.0 / self.probs - 1.0

    @property
    def variance(self) -> Tensor:
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            drawn = self.probs.new_empty(shape).uniform_(float(np.finfo(self.probs._array.dtype).tiny), 1)
            return (drawn.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Tensor) -> Tensor:
        value, probs = broadcast(value, self.probs)
        shares = probs.masked_fill((probs == 1) & (value == 0), 0)
        return value * (-shares).log1p() + self.probs.log()

    def entropy(self) -> Tensor:
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs


class Categorical(_OfProbabilities):
    """One of n classes; the last dimension of `probs`, which need not add up to 1, or of `logits` is n."""

    def _begin(self) -> None:
        if self._parameter.ndim < 1:
            raise ValueError(f"`{self._given_name}` parameter must be at least one-dimensional.")
        if self._given_name == "probs":
            self._parameter = self._parameter / self._parameter.sum(-1, keepdim=True)
        else:
            self._parameter = self._parameter - self._parameter.logsumexp(-1, keepdim=True)
        self._num_events = self._parameter.shape[-1]
        self._set(self._parameter.shape[:-1])

    @property
    def probs(self) -> Tensor:
        """The probabilities, which add up to 1."""
        return self._parameter if self._given_name == "probs" else self._parameter.softmax(-1)

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self._parameter if self._given_name == "logits" else kept_inside(self._parameter).log()

    @property
    def mean(self) -> Tensor:
        return self.probs.new_full(self._extended_shape(), float("nan"))

    variance = mean

    @property
    def mode(self) -> Tensor:
        """The likeliest class."""
        return self.probs.argmax(-1)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = Size(sample_shape)
        with no_grad():
            drawn = multinomial(self.probs.reshape(-1, self._num_events), shape.numel(), True).T
            result: Tensor = drawn.reshape(Size([*shape, *self.batch_shape]))
            return result

    def log_prob(self, value: Tensor) -> Tensor:
        place, logits = broadcast(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, place[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        logits = self.logits.clamp(min=float(np.finfo(self.logits._array.dtype).min))
        return -(logits * self.probs).sum(-1)


class OneHotCategorical(Categorical):
    """As `Categorical`, whose outcomes are rows of zeros with one 1."""

    def _shown(self) -> tuple[str, ...]:
        return ()

    def _begin(self) -> None:
        super()._begin()
        self._set(self.batch_shape, (self._num_events,))

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        return one_hot(super().sample(sample_shape), self._num_events).to(self.probs.dtype)

    def log_prob(self, value: Tensor) -> Tensor:
        return super().log_prob(value.argmax(-1))


class Poisson(Distribution):
    """How often something happens of which `rate` are expected."""

    parameters = ("rate",)

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast(rate)
        self._set(self.rate.shape)
        if validate_args is not False:
            self._check("rate", self.rate, self.rate >= 0, "GreaterThanEq(lower_bound=0.0)")

    @property
    def mean(self) -> Tensor:
        return self.rate

    variance = mean

    def sample(self, sample_shape: Any = ()) -> Tensor:
        with no_grad():
            return poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        rate, value = broadcast(self.rate, value)
        return value.xlogy(rate) - rate - (value + 1).lgamma()


def kept_inside(probs: Tensor) -> Tensor:
    """Away from 0 and 1 by the rounding of the type."""
    eps = float(np.finfo(probs._array.dtype).eps)
    return probs.clamp(min=eps, max=1 - eps)
