"""What all distributions share: shapes, drawing, checks."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from core.functions.creation import tensor
from core.functions.joining import broadcast_tensors
from core.tensors.grad_mode import no_grad
from core.tensors.size import Size
from core.tensors.tensor import Tensor


class Distribution:
    """Distributions of the shape `batch_shape`, whose outcomes have the shape `event_shape`.

    A subclass gives `rsample` (or `sample`), `log_prob` and what else is known of it. parameters: their names, in the
    order in which its text shows them. has_rsample: whether gradients flow through what is drawn.
    """

    parameters: ClassVar[tuple[str, ...]] = ()
    has_rsample: ClassVar[bool] = False
    batch_shape: Size
    event_shape: Size

    def _set(self, batch: Any, event: Any = ()) -> None:
        self.batch_shape, self.event_shape = Size(batch), Size(event)

    def _extended_shape(self, sample_shape: Any = ()) -> Size:
        return Size([*sample_shape, *self.batch_shape, *self.event_shape])

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Drawn outcomes, `sample_shape` times, through which no gradient flows."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Drawn outcomes through which gradients flow. Raises NotImplementedError where there is no such way."""
        self._lacks("rsample")

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the probability, or its density, of an outcome."""
        self._lacks("log_prob")

    def entropy(self) -> Tensor:
        """The expected surprise, minus `log_prob`."""
        self._lacks("entropy")

    @property
    def mean(self) -> Tensor:
        """The expected outcome."""
        self._lacks("mean")

    @property
    def variance(self) -> Tensor:
        """The expected square distance from the mean."""
        self._lacks("variance")

    @property
    def stddev(self) -> Tensor:
        """The square root of the variance."""
        return self.variance.sqrt()

    def cdf(self, value: Tensor) -> Tensor:
        """How probable outcomes up to `value` are."""
        self._lacks("cdf")

    def icdf(self, value: Tensor) -> Tensor:
        """Up to which outcome they are that probable."""
        self._lacks("icdf")

    def perplexity(self) -> Tensor:
        """exp(entropy)."""
        return self.entropy().exp()

    def expand(self, batch_shape: Any) -> Distribution:
        """The same distribution in a larger shape."""
        shape = Size(batch_shape)
        given = {name: getattr(self, name) for name in self._given()}
        return type(self)(**{name: each.expand(shape + self._beyond(each)) for name, each in given.items()})

    def _given(self) -> tuple[str, ...]:
        return self.parameters

    def _shown(self) -> tuple[str, ...]:
        """What its text shows, which in PyTorch is what it keeps itself."""
        return self._given()

    def _beyond(self, parameter: Tensor) -> Size:
        return Size(parameter.shape[len(self.batch_shape) :])

    def _lacks(self, what: str) -> NoReturn:
        raise NotImplementedError(f"{type(self).__name__}.{what} is not implemented here")

    def _check(self, name: str, value: Tensor, holds: Tensor, constraint: str) -> None:
        if not bool(holds.all()):
            raise ValueError(
                f"Expected parameter {name} ({type(value).__name__} of shape {tuple(value.shape)}) of distribution "
                f"{self!r} to satisfy the constraint {constraint}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        shown = [(name, getattr(self, name)) for name in self._shown()]
        parts = [f"{name}: {each if each.numel() == 1 else each.size()}" for name, each in shown]
        return f"{type(self).__name__}({', '.join(parts)})"


def broadcast(*values: Any) -> tuple[Tensor, ...]:
    """The parameters as tensors of one shape; numbers become tensors as the others are."""
    like = next((each for each in values if isinstance(each, Tensor)), None)
    found = [
        each
        if isinstance(each, Tensor)
        else tensor(
            float(each), dtype=None if like is None else like.dtype, device=None if like is None else like.device
        )
        for each in values
    ]
    return tuple(broadcast_tensors(*found)) if len(found) > 1 else tuple(found)
