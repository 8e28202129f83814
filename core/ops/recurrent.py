"""Recurrent layers over whole sequences: RNN, LSTM and GRU, one direction of one layer an operation.

Inside, samples are columns: then the gates of a step are blocks of memory, and one product a step, of
[weight_ih, weight_hh, biases] with [x, h, 1], gives all of them. Sigmoids are taken as (1 + tanh(a / 2)) / 2, for which
the halves are already in the matrix: numpy has a quick tanh, and one call of it does for all gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, ClassVar

from core.arrays.backend import Array, StandIn, namespace
from core.kernels.recurrent import recurrence
from core.ops import masks
from core.ops.activation import sigmoid
from core.ops.operation import Operation

Cell = tuple[Array, Array | None]
"""h and c of some sequences; c is the LSTM's alone."""


class Recurrence(Operation):
    """(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh, weight_hr) -> (y, h, c), the last two after the last step.

    x: (rows, features), the steps one after the other, each with a row for every sequence that runs then; h and c:
    (batch, hidden). c and weight_hr are the LSTM's and None elsewhere, as biases may be; without c none is returned.
    sizes: how many sequences run in each step, never growing. reverse: whether the last step is taken first.
    """

    __slots__ = ("columns", "kept", "loops", "reverse", "sizes")
    replays = True
    saves = (tuple(range(8)),) * 8

    rows: ClassVar[int]
    """How many rows of the matrix each hidden unit has."""

    sigmoids: ClassVar[tuple[slice, ...]] = ()
    """Which of these rows are sigmoids."""

    loop: ClassVar[str] = ""
    """Its compiled loops, which do it all for sequences of one length."""

    turn: ClassVar[int] = 0
    """By how many of them weight_ih is turned in the matrix, so that what it has and weight_hh lacks comes first."""

    def __init__(self, sizes: Sequence[int], reverse: bool = False) -> None:
        self.sizes = sizes
        self.reverse = reverse

    def step(self, gates: Array, h: Array, c: Any, weight_hr: Array | None) -> Any:
        """Brings h and c (hidden, size) one step on, in place, and returns what `step_back` will need."""
        raise NotImplementedError

    def step_back(self, kept: Any, before: Array, dh: Array, dc: Any, weight_hr: Array | None) -> tuple[Array, Any]:
        """The gradients of the gates and of `before`, the h before the step, as far as it did not go through them.

        dh: of h after the step. dc: of c after the step; becomes, in place, that of c before it.
        """
        raise NotImplementedError

    def formula(self, by_x: Array, by_h: Array, h: Array, c: Any) -> Cell:
        """The step in plain words, samples being rows, for gradients of gradients."""
        raise NotImplementedError

    def forward(self, x: Array, h: Array, c: Array | None, *weights: Any) -> tuple[Array, ...]:
        if isinstance(x, StandIn):
            return self._composed(x, h, c, *weights)
        self.loops = self.loop and recurrence(self.loop, x, h, weights, self.sizes, self.reverse)
        if self.loops:
            made: tuple[Array, ...] = self.loops.forward(x, h, c, *weights)
            return made
        xp, hidden, matrix = namespace(x), h.shape[1], self._matrix(*weights[:4])
        self.columns = columns = xp.empty((matrix.shape[1], len(x)), x.dtype)
        columns[: x.shape[1]], columns[-1] = x.T, 1
        y = xp.empty((len(x), hidden), x.dtype)
        h, c = h.T.copy(), None if c is None else c.T.copy()
        self.kept: list[Any] = []
        for start, size in self._steps():
            span, running = slice(start, start + size), h[:, :size]
            columns[-hidden - 1 : -1, span] = running
            cell = None if c is None else c[:, :size]
            self.kept.append(self.step(matrix @ columns[:, span], running, cell, weights[4]))
            y[span] = running.T
        return (y, h.T.copy()) if c is None else (y, h.T.copy(), c.T.copy())

    def backward(self, grad: tuple[Any, ...], x: Array, h: Array, c: Array | None, *weights: Any) -> tuple[Any, ...]:
        if self.loops:
            found: tuple[Any, ...] = self.loops.backward(grad, x, self.needs(0), *weights)
            return found
        xp, hidden = namespace(x), h.shape[1]
        by_y, by_h, by_c = (*grad, None)[:3]
        dh = xp.zeros(h.T.shape, h.dtype) if by_h is None else by_h.T.copy()
        dc = None if c is None else xp.zeros(c.T.shape, c.dtype) if by_c is None else by_c.T.copy()
        slopes = xp.empty((self.rows * self._units(weights[0]), len(x)), x.dtype)
        to_hidden = weights[1].T.copy()
        for (start, size), kept in zip(self._steps()[::-1], self.kept[::-1], strict=True):
            span, running = slice(start, start + size), dh[:, :size]
            if by_y is not None:
                running += by_y[span].T
            before, cell = self.columns[-hidden - 1 : -1, span], None if dc is None else dc[:, :size]
            slope, direct = self.step_back(kept, before, running, cell, weights[4])
            slopes[:, span] = slope
            xp.add(to_hidden @ slope[-to_hidden.shape[1] :], direct, out=running)
        states = dh.T.copy(), None if dc is None else dc.T.copy()
        return self._by_x(slopes, weights[0]), *states, *self._by_weights(slopes, *weights)

    def _steps(self) -> list[tuple[int, int]]:
        """Where the rows of each step begin and how many there are, in the order in which they are taken."""
        steps = list(zip(accumulate(self.sizes, initial=0), self.sizes, strict=False))
        return steps[::-1] if self.reverse else steps

    def _units(self, weight_ih: Array) -> int:
        return int(weight_ih.shape[0]) // (self.rows - self.turn)

    def _matrix(self, weight_ih: Array, weight_hh: Array, bias_ih: Any, bias_hh: Any) -> Array:
        """What [x, h, 1] is multiplied by: (rows * units, features + hidden + 1)."""
        xp, units, inputs = namespace(weight_ih), self._units(weight_ih), weight_ih.shape[0]
        columns = weight_ih.shape[1] + weight_hh.shape[1] + 1
        matrix = xp.zeros((self.rows * units, columns), weight_ih.dtype)
        matrix[:inputs, : weight_ih.shape[1]] = xp.roll(weight_ih, self.turn * units, axis=0)
        matrix[-weight_hh.shape[0] :, weight_ih.shape[1] : -1] = weight_hh
        if bias_ih is not None:
            matrix[:inputs, -1] += xp.roll(bias_ih, self.turn * units)
            matrix[-weight_hh.shape[0] :, -1] += bias_hh
        for part in self.sigmoids:
            matrix[part.start * units : part.stop * units] *= 0.5
        return matrix

    def _by_x(self, slopes: Array, weight_ih: Array) -> Array | None:
        if not self.needs(0):
            return None
        turned = namespace(slopes).roll(weight_ih, self.turn * self._units(weight_ih), axis=0)
        return slopes[: len(turned)].T @ turned

    def _by_weights(self, slopes: Array, weight_ih: Array, weight_hh: Array, *others: Any) -> tuple[Array | None, ...]:
        xp, features, back = namespace(slopes), weight_ih.shape[1], -self.turn * self._units(weight_ih)
        of_x, of_h = slopes[: weight_ih.shape[0]], slopes[-weight_hh.shape[0] :]
        by_ih = xp.roll(of_x @ self.columns[:features].T, back, axis=0)
        by_hh = of_h @ self.columns[features:-1].T
        biases = (None, None) if others[0] is None else (xp.roll(of_x.sum(axis=1), back), of_h.sum(axis=1))
        return by_ih, by_hh, *biases, None

    def _composed(self, x: Array, h: Array, c: Any, *weights: Any) -> tuple[Array, ...]:
        """`forward` of operations that can be recorded one by one."""
        xp, (weight_ih, weight_hh, bias_ih, bias_hh, weight_hr) = namespace(x), weights
        found: dict[int, Array] = {}
        for start, size in self._steps():
            by_x, by_h = x[start : start + size] @ weight_ih.T, h[:size] @ weight_hh.T
            if bias_ih is not None:
                by_x, by_h = by_x + bias_ih, by_h + bias_hh
            new, cell = self.formula(by_x, by_h, h[:size], None if c is None else c[:size])
            found[start] = new if weight_hr is None else new @ weight_hr.T
            h = xp.concatenate([found[start], h[size:]])
            c = None if c is None else xp.concatenate([cell, c[size:]])
        y = xp.concatenate([found[start] for start in sorted(found)])
        return (y, h) if c is None else (y, h, c)


class Rnn(Recurrence):
    """h' = tanh or relu of weight_ih x + bias_ih + weight_hh h + bias_hh."""

    __slots__ = ("relu",)
    rows = 1

    def __init__(self, sizes: Sequence[int], reverse: bool = False, relu: bool = False) -> None:
        super().__init__(sizes, reverse)
        self.relu = relu

    def step(self, gates: Array, h: Array, c: Any, weight_hr: Array | None) -> Any:
        xp = namespace(gates)
        h[...] = xp.maximum(gates, 0) if self.relu else xp.tanh(gates)
        return h.copy()

    def step_back(self, kept: Any, before: Array, dh: Array, dc: Any, weight_hr: Array | None) -> tuple[Array, Any]:
        return masks.kept(dh, ~(kept <= 0)) if self.relu else dh * (1 - kept * kept), 0

    def formula(self, by_x: Array, by_h: Array, h: Array, c: Any) -> Cell:
        xp = namespace(by_x)
        return (xp.maximum(by_x + by_h, 0) if self.relu else xp.tanh(by_x + by_h)), None


class Lstm(Recurrence):
    """i, f, g, o = gates; c' = sigmoid(f) c + sigmoid(i) tanh(g); h' = sigmoid(o) tanh(c'), times weight_hr if given.

    Hochreiter and Schmidhuber, 1997; the projection: Sak, Senior and Beaufays, 2014.
    """

    __slots__ = ("by_projection",)
    by_projection: Array | None
    rows = 4
    sigmoids = (slice(0, 2), slice(3, 4))
    loop = "lstm"

    def step(self, gates: Array, h: Array, c: Any, weight_hr: Array | None) -> Any:
        xp, units, before = namespace(gates), c.shape[0], c.copy()
        xp.tanh(gates, out=gates)
        _to_sigmoid(gates[: 2 * units])
        _to_sigmoid(gates[3 * units :])
        i, f, g, o = gates.reshape(4, units, -1)
        c *= f
        c += i * g
        curved = xp.tanh(c)
        if weight_hr is None:
            xp.multiply(o, curved, out=h)
            return gates, before, curved, None
        raw = o * curved
        h[...] = weight_hr @ raw
        return gates, before, curved, raw

    def step_back(self, kept: Any, before: Array, dh: Array, dc: Any, weight_hr: Array | None) -> tuple[Array, Any]:
        gates, c, curved, raw = kept
        xp, units = namespace(gates), c.shape[0]
        i, f, g, o = gates.reshape(4, units, -1)
        if weight_hr is not None:
            part = dh @ raw.T
            self.by_projection = part if self.by_projection is None else self.by_projection + part
            dh = weight_hr.T @ dh
        slope = 1 - gates
        slope *= gates
        xp.multiply(g, g, out=slope[2 * units : 3 * units])
        xp.subtract(1, slope[2 * units : 3 * units], out=slope[2 * units : 3 * units])
        through = curved * curved
        xp.subtract(1, through, out=through)
        through *= dh
        through *= o
        dc += through
        by_i, by_f, by_g, by_o = slope.reshape(4, units, -1)
        by_i *= dc
        by_i *= g
        by_f *= dc
        by_f *= c
        by_g *= dc
        by_g *= i
        by_o *= dh
        by_o *= curved
        dc *= f
        return slope, 0

    def formula(self, by_x: Array, by_h: Array, h: Array, c: Any) -> Cell:
        gates, units = by_x + by_h, c.shape[1]
        i, f, g, o = (gates[:, start : start + units] for start in range(0, 4 * units, units))
        cell = sigmoid(f) * c + sigmoid(i) * namespace(g).tanh(g)
        return sigmoid(o) * namespace(cell).tanh(cell), cell

    def backward(self, grad: tuple[Any, ...], x: Array, h: Array, c: Array | None, *weights: Any) -> tuple[Any, ...]:
        self.by_projection = None
        return *super().backward(grad, x, h, c, *weights)[:-1], self.by_projection


class Gru(Recurrence):
    """n = tanh(x's + sigmoid(r) h's); h' = (1 - sigmoid(z)) n + sigmoid(z) h. Rows: x's n, r, z, h's n.

    Cho et al., 2014, with the biases where PyTorch has them.
    """

    __slots__ = ()
    rows = 4
    sigmoids = (slice(1, 3),)
    turn = 1
    loop = "gru"

    def step(self, gates: Array, h: Array, c: Any, weight_hr: Array | None) -> Any:
        xp, units = namespace(gates), h.shape[0]
        both = gates[units : 3 * units]
        xp.tanh(both, out=both)
        _to_sigmoid(both)
        n, r, z, by_h = gates.reshape(4, units, -1)
        n += r * by_h
        xp.tanh(n, out=n)
        h -= n
        h *= z
        h += n
        return gates

    def step_back(self, kept: Any, before: Array, dh: Array, dc: Any, weight_hr: Array | None) -> tuple[Array, Any]:
        slope = namespace(kept).empty_like(kept)
        n, r, z, by_h = kept.reshape(4, len(dh), -1)
        by_n, by_r, by_z, by_hidden = slope.reshape(4, len(dh), -1)
        direct = dh * z
        by_n[...] = (dh - direct) * (1 - n * n)
        by_hidden[...] = by_n * r
        by_r[...] = by_hidden * by_h * (1 - r)
        by_z[...] = direct * (1 - z) * (before - n)
        return slope, direct

    def formula(self, by_x: Array, by_h: Array, h: Array, c: Any) -> Cell:
        units = h.shape[1]
        r, z = sigmoid(by_x[:, :units] + by_h[:, :units]), sigmoid((by_x + by_h)[:, units : 2 * units])
        n = namespace(r).tanh(by_x[:, 2 * units :] + r * by_h[:, 2 * units :])
        return n + z * (h - n), None


def _to_sigmoid(tangent: Array) -> None:
    """tanh(a / 2) to sigmoid(a), in place."""
    tangent *= 0.5
    tangent += 0.5
