"""Scaled dot-product attention (Vaswani et al., 2017), alone and with the splitting into heads around it."""

from __future__ import annotations

from typing import Any, ClassVar

from core.arrays.backend import Array, StandIn, namespace
from core.kernels import rows
from core.ops.operation import OUTPUT, Operation


class Attention(Operation):
    """softmax(scale * query @ key.T + bias) @ value, the softmax over the keys.

    query: (..., L, E), key: (..., S, E), value: (..., S, Ev), bias: broadcast against (..., L, S), or None. A query
    that all keys are forbidden to by -inf gets 0. kept: factors of dropout for the softmax, or None.
    """

    __slots__ = ("kept", "scale", "shares")
    title = "ScaledDotProductAttention"
    saves: ClassVar[tuple[tuple[int, ...], ...]] = ((0, 1, 2, 3, OUTPUT),) * 4
    replays = True

    def __init__(self, scale: float, kept: Array | None = None) -> None:
        self.scale = scale
        self.kept = kept

    def forward(self, query: Array, key: Array, value: Array, bias: Array | None) -> Array:
        return namespace(query).matmul(self._dropped(self._share(query, key, bias)), value)

    def backward(
        self, grad: Array, query: Array, key: Array, value: Array, bias: Array | None, out: Array
    ) -> tuple[Array | None, ...]:
        xp = namespace(grad)
        slope = self._slope(grad, value, out)
        by_value = xp.matmul(self._dropped(self.shares).swapaxes(-1, -2), grad)
        by_key = xp.matmul(slope.swapaxes(-1, -2), query * self.scale)
        return xp.matmul(slope, key) * self.scale, by_key, by_value, None if bias is None else slope

    def _share(self, query: Array, key: Array, bias: Array | None) -> Array:
        """What share of each query's attention each key gets: (..., L, S)."""
        xp = namespace(query)
        scores = xp.matmul(query * self.scale, key.swapaxes(-1, -2))
        if bias is not None:
            scores = scores + bias
        if not scores.size:
            self.shares = scores
            return scores
        if bias is None and (made := rows.made("softmax", -1, scores)) is not None:
            self.shares = made
            return made
        highest = scores.max(axis=-1, keepdims=True)
        scores -= highest if bias is None else xp.where(highest == -xp.inf, 0, highest).astype(scores.dtype)
        powers = xp.exp(scores)
        # A product with ones sums rows several times quicker than `sum`.
        total = xp.matmul(powers, xp.ones((powers.shape[-1], 1), powers.dtype))
        powers /= total if bias is None else total + (total == 0)
        self.shares = powers
        return powers

    def _dropped(self, shares: Array) -> Array:
        return shares if self.kept is None else shares * self.kept

    def _slope(self, grad: Array, value: Array, out: Array) -> Array:
        """The gradient of the scores. grad, out: (..., L, Ev)."""
        slope = self._dropped(namespace(grad).matmul(grad, value.swapaxes(-1, -2)))
        if (made := rows.made("softmax_backward", -1, slope, self.shares)) is not None:
            return made
        slope -= (grad * out).sum(axis=-1, keepdims=True)
        slope *= self.shares
        return slope


class HeadsAttention(Attention):
    """Attention of each head on queries, keys and values that lie side by side: (N, L, 3 * E) -> (N, L, E).

    The gradient is written where the three lie, so that nothing has to be split or put together. steps_first: whether
    it is (L, N, 3 * E) -> (L, N, E); if not, the output lies in memory as if it were.
    """

    __slots__ = ("heads", "steps_first")
    saves = ((0, 1, OUTPUT),) * 2

    def __init__(self, heads: int, steps_first: bool, scale: float, kept: Array | None = None) -> None:
        super().__init__(scale, kept)
        self.heads = heads
        self.steps_first = steps_first

    def forward(self, packed: Array, bias: Array | None) -> Array:  # type: ignore[override]
        query, key, value = self._heads(packed, 3)
        shares = self._dropped(self._share(query, key, bias))
        if isinstance(packed, StandIn):
            return self._side_by_side(shares @ value, packed)
        xp, (first, second, width) = namespace(packed), packed.shape
        if self.steps_first:
            out = xp.empty((first, second, width // 3), packed.dtype)
        else:
            out = xp.empty((second, first, width // 3), packed.dtype).swapaxes(0, 1)
        xp.matmul(shares, value, out=self._heads(out, 1)[0])
        return out

    def backward(self, grad: Array, packed: Array, bias: Array | None, out: Array) -> tuple[Array | None, ...]:  # type: ignore[override]
        xp = namespace(grad)
        by_packed = xp.empty(packed.shape, packed.dtype)
        (by_query, by_key, by_value), (query, key, value) = self._heads(by_packed, 3), self._heads(packed, 3)
        (grad,), (out,) = self._heads(grad, 1), self._heads(out, 1)
        slope = self._slope(grad, value, out)
        xp.matmul(self._dropped(self.shares).swapaxes(-1, -2), grad, out=by_value)
        xp.matmul(slope, key * self.scale, out=by_query)
        xp.matmul(slope.swapaxes(-1, -2), query * self.scale, out=by_key)
        return by_packed, None if bias is None else slope

    def _heads(self, packed: Array, parts: int) -> Any:
        """Each part for each sample and head: `parts` times (N, heads, L, E / heads), views."""
        first, second, width = packed.shape
        split = packed.reshape(first, second, parts, self.heads, width // (parts * self.heads))
        return split.transpose((2, 1, 3, 0, 4) if self.steps_first else (2, 0, 3, 1, 4))

    def _side_by_side(self, out: Array, packed: Array) -> Array:
        turned = out.transpose((2, 0, 1, 3) if self.steps_first else (0, 2, 1, 3))
        return turned.reshape(*packed.shape[:2], packed.shape[2] // 3)
