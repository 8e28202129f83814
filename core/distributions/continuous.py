"""Distributions of real numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.distributions.distribution import Distribution, broadcast
from core.functions.pairwise import xlogy
from core.random.draws import normal, rand
from core.random.generator import Generator, default_generator
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor, tensor_of

__all__ = ["Exponential", "Gamma", "Laplace", "LogNormal", "Normal", "Uniform", "standard_gamma"]


class Normal(Distribution):
    """The bell curve around `loc` with the deviation `scale`."""

    parameters = ("loc", "scale")
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast(loc, scale)
        self._set(self.loc.shape)
        if validate_args is not False:
            self._check("scale", self.scale, self.scale > 0, "GreaterThan(lower_bound=0.0)")
            self._check("loc", self.loc, self.loc == self.loc, "Real()")

    @property
    def mean(self) -> Tensor:
        return self.loc

    mode = mean

    @property
    def stddev(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        return self.stddev.pow(2)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        return self.loc + standard_normal(shape, self.loc) * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        variance = self.scale**2
        distance: Tensor = (value - self.loc) ** 2
        return -distance / (2 * variance) - self.scale.log() - math.log(math.sqrt(2 * math.pi))

    def cdf(self, value: Tensor) -> Tensor:
        inner: Tensor = (value - self.loc) * self.scale.reciprocal() / math.sqrt(2)
        return 0.5 * (1 + inner.erf())

    def icdf(self, value: Tensor) -> Tensor:
        return self.loc + self.scale * (2 * value - 1).erfinv() * math.sqrt(2)

    def entropy(self) -> Tensor:
        return 0.5 + 0.5 * math.log(2 * math.pi) + self.scale.log()


class LogNormal(Normal):
    """exp of a normal number."""

    def _shown(self) -> tuple[str, ...]:
        return ()

    def sample(self, sample_shape: Any = ()) -> Tensor:
        return super().sample(sample_shape).exp()

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        return super().rsample(sample_shape).exp()

    def log_prob(self, value: Tensor) -> Tensor:
        return super().log_prob(value.log()) - value.log()

    @property
    def mean(self) -> Tensor:
        return (self.loc + self.scale.pow(2) / 2).exp()

    @property
    def mode(self) -> Tensor:
        """The likeliest outcome."""
        return (self.loc - self.scale.square()).exp()

    @property
    def variance(self) -> Tensor:
        square = self.scale.pow(2)
        return square.expm1() * (2 * self.loc + square).exp()

    @property
    def stddev(self) -> Tensor:
        return self.variance.sqrt()

    def cdf(self, value: Tensor) -> Tensor:
        return super().cdf(value.log())

    def icdf(self, value: Tensor) -> Tensor:
        return super().icdf(value).exp()

    def entropy(self) -> Tensor:
        return super().entropy() + self.loc


class Uniform(Distribution):
    """Numbers from [low, high), each as likely as the other."""

    parameters = ("low", "high")
    has_rsample = True

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = broadcast(low, high)
        self._set(self.low.shape)
        if validate_args is not False and not bool((self.low < self.high).all()):
            raise ValueError("Uniform is not defined when low>= high")

    @property
    def mean(self) -> Tensor:
        return (self.high + self.low) / 2

    @property
    def variance(self) -> Tensor:
        return (self.high - self.low).pow(2) / 12

    @property
    def stddev(self) -> Tensor:
        return (self.high - self.low) / 12**0.5

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        drawn: Tensor = rand(shape, dtype=self.low.dtype, device=self.low.device)
        return self.low + drawn * (self.high - self.low)

    def log_prob(self, value: Tensor) -> Tensor:
        inside = self.low.le(value).type_as(self.low) * self.high.gt(value).type_as(self.low)
        return inside.log() - (self.high - self.low).log()

    def cdf(self, value: Tensor) -> Tensor:
        found: Tensor = (value - self.low) / (self.high - self.low)
        return found.clamp(min=0, max=1)

    def icdf(self, value: Tensor) -> Tensor:
        found: Tensor = value * (self.high - self.low) + self.low
        return found

    def entropy(self) -> Tensor:
        return (self.high - self.low).log()


class Exponential(Distribution):
    """Waiting times for what happens `rate` times in a unit."""

    parameters = ("rate",)
    has_rsample = True

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast(rate)
        self._set(self.rate.shape)
        if validate_args is not False:
            self._check("rate", self.rate, self.rate > 0, "GreaterThan(lower_bound=0.0)")

    @property
    def mean(self) -> Tensor:
        return self.rate.reciprocal()

    @property
    def stddev(self) -> Tensor:
        return self.rate.reciprocal()

    @property
    def variance(self) -> Tensor:
        return self.rate.pow(-2)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        drawn: Tensor = self.rate.detach().new_empty(self._extended_shape(sample_shape)).exponential_()
        return drawn / self.rate

    def log_prob(self, value: Tensor) -> Tensor:
        return self.rate.log() - self.rate * value

    def cdf(self, value: Tensor) -> Tensor:
        return 1 - (-self.rate * value).exp()

    def icdf(self, value: Tensor) -> Tensor:
        return -(-value).log1p() / self.rate

    def entropy(self) -> Tensor:
        return 1.0 - self.rate.log()


class Laplace(Distribution):
    """Two exponential distributions back to back around `loc`."""

    parameters = ("loc", "scale")
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast(loc, scale)
        self._set(self.loc.shape)
        if validate_args is not False:
            self._check("scale", self.scale, self.scale > 0, "GreaterThan(lower_bound=0.0)")

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        return 2 * self.scale.pow(2)

    @property
    def stddev(self) -> Tensor:
        return 2**0.5 * self.scale

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        eps = float(np.finfo(self.loc._array.dtype).eps)
        drawn: Tensor = self.loc.detach().new_empty(shape).uniform_(eps - 1, 1)
        return self.loc - self.scale * drawn.sign() * (-drawn.abs()).log1p()

    def log_prob(self, value: Tensor) -> Tensor:
        return -(2 * self.scale).log() - (value - self.loc).abs() / self.scale

    def cdf(self, value: Tensor) -> Tensor:
        off = value - self.loc
        return 0.5 - 0.5 * off.sign() * (-off.abs() / self.scale).expm1()

    def icdf(self, value: Tensor) -> Tensor:
        term = value - 0.5
        return self.loc - self.scale * term.sign() * (-2 * term.abs()).log1p()

    def entropy(self) -> Tensor:
        return 1 + (2 * self.scale).log()


class Gamma(Distribution):
    """Sums of waiting times: of `concentration` many for what happens `rate` times in a unit."""

    parameters = ("concentration", "rate")

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast(concentration, rate)
        self._set(self.concentration.shape)
        if validate_args is not False:
            for name in self.parameters:
                self._check(name, getattr(self, name), getattr(self, name) > 0, "GreaterThan(lower_bound=0.0)")

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.rate

    @property
    def variance(self) -> Tensor:
        return self.concentration / self.rate.pow(2)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            drawn = standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)
            return drawn.clamp(min=float(np.finfo(drawn._array.dtype).tiny))

    def log_prob(self, value: Tensor) -> Tensor:
        shape, rate = self.concentration, self.rate
        return xlogy(shape, rate) + xlogy(shape - 1, value) - rate * value - shape.lgamma()

    def entropy(self) -> Tensor:
        shape = self.concentration
        return shape - self.rate.log() + shape.lgamma() + (1.0 - shape) * shape.digamma()


def standard_normal(shape: Any, like: Tensor) -> Tensor:
    """Numbers of the standard normal distribution in the type of `like`."""
    plain = like.detach()
    return normal(plain.new_zeros(shape), plain.new_ones(shape))


def standard_gamma(concentration: Tensor) -> Tensor:
    """A number of the gamma distribution of rate 1 for each concentration."""
    array = concentration._array
    drawn = [_one_gamma(each, default_generator) for each in array.ravel().tolist()]
    return tensor_of(np.array(drawn, array.dtype).reshape(array.shape)).to(concentration.device)


def _one_gamma(alpha: float, source: Generator) -> float:
    """G. Marsaglia and W. Tsang, "A simple method for generating gamma variables" (2000)."""
    double, scale = np.dtype(np.float64), 1.0
    if alpha < 1:
        if not alpha:
            return 0.0
        scale = (1 - float(source.uniform(1, double)[0])) ** (1 / alpha)
        alpha += 1
    d = alpha - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        y = 0.0
        while y <= 0:
            x = source.one_normal()
            y = 1 + c * x
        v, u, square = y**3, 1 - float(source.uniform(1, double)[0]), x * x
        if u < 1 - 0.0331 * square * square or math.log(u) < 0.5 * square + d * (1 - v + math.log(v)):
            return scale * d * v
