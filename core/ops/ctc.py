"""Connectionist temporal classification (A. Graves et al., 2006): all ways to read labels off a longer sequence.

Between, before and after the labels stands a blank; a place may be read several times, blanks may be left out except
between equal labels. L = 2 * S + 1 places for S labels.
"""

from __future__ import annotations

from core.arrays.backend import Array, StandIn, namespace
from core.ops.operation import OUTPUT, Operation


class CtcLoss(Operation):
    """Minus the logarithm of the probability of the labels: (T, N, C) -> (N,).

    labels: (N, S) integers, input_lengths and target_lengths: (N,) integers. The gradient supposes, as PyTorch's does,
    that `log_probs` are the outcome of a log_softmax.
    """

    __slots__ = ("emitted", "forwards", "input_lengths", "places", "skips", "target_lengths")
    saves = ((0, OUTPUT),)

    def __init__(self, labels: Array, input_lengths: Array, target_lengths: Array, blank: int) -> None:
        xp = namespace(labels)
        self.input_lengths, self.target_lengths = input_lengths, target_lengths
        self.places = xp.full((len(labels), 2 * labels.shape[1] + 1), blank, dtype=labels.dtype)
        self.places[:, 1::2] = labels
        self.skips = xp.zeros(self.places.shape, dtype=bool)
        self.skips[:, 2:] = (self.places[:, 2:] != blank) & (self.places[:, 2:] != self.places[:, :-2])

    def forward(self, log_probs: Array) -> Array:
        xp = namespace(log_probs)
        places = xp.broadcast_to(self.places, (len(log_probs), *self.places.shape))
        self.emitted = xp.take_along_axis(log_probs, places, 2)
        self.forwards = self._walk(self.emitted)
        rows = xp.arange(len(self.places))
        last = self.forwards[xp.maximum(self.input_lengths - 1, 0), rows]
        end = 2 * self.target_lengths
        before = xp.where(end > 0, last[rows, xp.maximum(end - 1, 0)], -xp.inf)
        likelihood = xp.logaddexp(last[rows, end], before)
        unread = xp.where(end > 0, -xp.inf, 0.0)
        return -xp.where(self.input_lengths > 0, likelihood, unread).astype(log_probs.dtype)

    def backward(self, grad: Array, log_probs: Array, out: Array) -> Array:
        if isinstance(grad, StandIn):
            raise RuntimeError("the derivative for '_ctc_loss_backward' is not implemented.")
        xp = namespace(log_probs)
        shares = xp.exp(self.forwards + self._walk_back() + out[:, None])
        slopes = xp.exp(log_probs)
        rows = xp.arange(len(self.places))
        for place in range(self.places.shape[1]):
            slopes[:, rows, self.places[:, place]] -= shares[:, :, place]
        slopes *= (xp.arange(len(log_probs))[:, None] < self.input_lengths)[..., None]
        return xp.where(grad[:, None] == 0, 0, slopes * grad[:, None])

    def _walk(self, emitted: Array) -> Array:
        """For each time the logarithm of the probability to have come to each place: (T, N, L)."""
        xp = namespace(emitted)
        start = xp.arange(self.places.shape[1]) < xp.where(self.target_lengths > 0, 2, 1)[:, None]
        reached = [xp.where(start, emitted[0], -xp.inf)]
        for row in emitted[1:]:
            come = xp.logaddexp(reached[-1], _shifted(reached[-1], 1))
            come = xp.logaddexp(come, xp.where(self.skips, _shifted(reached[-1], 2), -xp.inf))
            reached.append(come + row)
        return xp.stack(reached)

    def _walk_back(self) -> Array:
        """For each time the logarithm of the probability to read the rest from each place: (T, N, L)."""
        xp = namespace(self.emitted)
        end = 2 * self.target_lengths[:, None]
        place = xp.arange(self.places.shape[1])
        is_end = (place == end) | ((place == end - 1) & (end > 0))
        beyond = xp.full(self.places.shape, -xp.inf, dtype=self.emitted.dtype)
        after, left = beyond, []
        for time in range(len(self.emitted) - 1, -1, -1):
            come = xp.logaddexp(
                xp.logaddexp(after, _shifted(after, -1)), _shifted(xp.where(self.skips, after, beyond), -2)
            )
            come = xp.where((time == self.input_lengths - 1)[:, None] & is_end, 0.0, come)
            left.append(xp.where((time < self.input_lengths)[:, None], come, beyond))
            after = left[-1] + self.emitted[time]
        return xp.stack(left[::-1])


def _shifted(x: Array, by: int) -> Array:
    """The columns moved right (left if `by` is negative), with minus infinity moving in."""
    xp = namespace(x)
    out = xp.full(x.shape, -xp.inf, dtype=x.dtype)
    if by > 0:
        out[:, by:] = x[:, :-by]
    else:
        out[:, :by] = x[:, -by:]
    return out
