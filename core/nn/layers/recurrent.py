"""Recurrent layers: RNN, LSTM and GRU over whole sequences."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

from core.arrays.device import Device
from core.functions.creation import empty
from core.nn import init
from core.nn.functional.recurrent import Passed, Weights, pass_layers
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.nn.utils.rnn import PackedSequence
from core.tensors.dtypes import dtype as DType
from core.tensors.tensor import Tensor

__all__ = ["GRU", "LSTM", "RNN", "RNNBase"]

_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}
Input = Tensor | PackedSequence


class RNNBase(Module):
    """What RNN, LSTM and GRU have in common: parameters, checks, and the way through the layers.

    Of layer k there are weight_ih_lk, weight_hh_lk, bias_ih_lk, bias_hh_lk (and weight_hr_lk of a projection), and the
    same with `_reverse` behind for the way back.
    """

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        _check_dropout(dropout, num_layers)
        _check_sizes(input_size, hidden_size, num_layers, bias, batch_first, proj_size)
        if mode not in _GATES:
            raise ValueError("Unrecognized RNN mode: " + mode)
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        for names in self._names():
            for name in names:
                self.register_parameter(name, Parameter(empty(self._shape(name), device=device, dtype=dtype)))
        self.reset_parameters()

    @property
    def _out_size(self) -> int:
        return self.proj_size or self.hidden_size

    def _names(self) -> Iterator[list[str]]:
        """The parameters' names, for each layer and direction."""
        kinds = ["weight_ih", "weight_hh"] + (["bias_ih", "bias_hh"] if self.bias else [])
        kinds += ["weight_hr"] if self.proj_size else []
        for layer in range(self.num_layers):
            for way in ("", "_reverse") if self.bidirectional else ("",):
                yield [f"{kind}_l{layer}{way}" for kind in kinds]

    def _shape(self, name: str) -> tuple[int, ...]:
        rows = _GATES[self.mode] * self.hidden_size
        if name.startswith("bias"):
            return (rows,)
        if name.startswith("weight_hh"):
            return rows, self._out_size
        if name.startswith("weight_hr"):
            return self.proj_size, self.hidden_size
        below = self._out_size * (2 if self.bidirectional else 1)
        return rows, self.input_size if name.split("_")[2] == "l0" else below

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._names()]

    @property
    def _flat_weights_names(self) -> list[str]:
        """All parameters' names: private in PyTorch, but used by initialisers in textbooks."""
        return [name for names in self._names() for name in names]

    def flatten_parameters(self) -> None:
        """Does nothing: parameters here are quick wherever they lie."""

    def reset_parameters(self) -> None:
        """Even within 1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _layers(self) -> list[list[Weights]]:
        """The weights of each layer's directions, as `pass_layers` wants them."""
        flat: list[Weights] = []
        for names in self._names():
            known = {name.rpartition("_l")[0]: getattr(self, name) for name in names}
            kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
            flat.append([known.get(kind) for kind in kinds])
        ways = 2 if self.bidirectional else 1
        return [flat[start : start + ways] for start in range(0, len(flat), ways)]

    def _pass(self, input: Input, h: Tensor | None, c: Tensor | None) -> tuple[Input, Tensor, Tensor | None]:
        """The output in the form of `input`, and the states after the last step."""
        if isinstance(input, PackedSequence):
            return self._pass_packed(input, h, c)
        single = input.ndim == 2
        steps = input.unsqueeze(1) if single else input.transpose(0, 1) if self.batch_first else input
        length, batch = steps.shape[:2]
        h, c = (tensor.unsqueeze(1) if single and tensor is not None else tensor for tensor in (h, c))
        self._check(steps, batch, h, c)
        if not length:
            raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
        found = self._through(steps.reshape(length * batch, self.input_size), [batch] * length, h, c)
        output = found.output.reshape(length, batch, found.output.shape[1])
        if single:
            return output.squeeze(1), found.h.squeeze(1), None if found.c is None else found.c.squeeze(1)
        return output.transpose(0, 1) if self.batch_first else output, found.h, found.c

    def _pass_packed(
        self, input: PackedSequence, h: Tensor | None, c: Tensor | None
    ) -> tuple[PackedSequence, Tensor, Tensor | None]:
        data, batch_sizes, order, back = input
        sizes = batch_sizes.tolist()
        if order is not None:
            h, c = (tensor if tensor is None else tensor.index_select(1, order) for tensor in (h, c))
        self._check(data, sizes[0], h, c, packed=True)
        output, h, c = self._through(data, sizes, h, c)
        if back is not None:
            h, c = h.index_select(1, back), None if c is None else c.index_select(1, back)
        return PackedSequence(output, batch_sizes, order, back), h, c

    def _through(self, rows: Tensor, sizes: list[int], h: Tensor | None, c: Tensor | None) -> Passed:
        states = self.num_layers * (2 if self.bidirectional else 1)
        h = rows.new_zeros(states, sizes[0], self._out_size) if h is None else h
        if self.mode == "LSTM" and c is None:
            c = rows.new_zeros(states, sizes[0], self.hidden_size)
        return pass_layers(self.mode, rows, sizes, h, c, self._layers(), self.dropout if self.training else 0.0)

    def _check(self, input: Tensor, batch: int, h: Tensor | None, c: Tensor | None, packed: bool = False) -> None:
        weight: Tensor = self.weight_ih_l0
        if input.dtype != weight.dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({weight.dtype}). Convert input: "
                f"input.to({weight.dtype}), or convert model: model.to({input.dtype})"
            )
        if input.ndim != (2 if packed else 3):
            raise RuntimeError(f"input must have {2 if packed else 3} dimensions, got {input.ndim}")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got {input.shape[-1]}"
            )
        states = self.num_layers * (2 if self.bidirectional else 1)
        for number, (state, size) in enumerate(((h, self._out_size), (c, self.hidden_size))):
            if state is not None and tuple(state.shape) != (states, batch, size):
                which = f"hidden[{number}]" if self.mode == "LSTM" else "hidden"
                raise RuntimeError(f"Expected {which} size {(states, batch, size)}, got {list(state.shape)}")

    def extra_repr(self) -> str:
        parts = [f"{self.input_size}, {self.hidden_size}"]
        parts += [f"proj_size={self.proj_size}"] if self.proj_size else []
        parts += [f"num_layers={self.num_layers}"] if self.num_layers != 1 else []
        parts += [] if self.bias else ["bias=False"]
        parts += ["batch_first=True"] if self.batch_first else []
        parts += [f"dropout={self.dropout}"] if self.dropout else []
        return ", ".join(parts + (["bidirectional=True"] if self.bidirectional else []))


class _OneState(RNNBase):
    """RNN and GRU, whose only state is h."""

    def forward(self, input: Input, hx: Tensor | None = None) -> tuple[Input, Tensor]:
        """The h of each step from the last layer, and that of each layer after the last step."""
        if isinstance(input, Tensor):
            _check_dims(input, f"{type(self).__name__}", "tensor " if self.mode.startswith("RNN") else "")
            if hx is not None and hx.ndim != input.ndim:
                form = "batched 3-D" if input.ndim == 3 else "unbatched 2-D"
                raise RuntimeError(f"For {form} input, hx should also be {input.ndim}-D but got {hx.ndim}-D tensor")
        return self._pass(input, hx, None)[:2]


class RNN(_OneState):
    """h' = tanh (or relu) of W_ih x + b_ih + W_hh h + b_hh, over (steps, batch, input_size).

    Returns the h of each step (steps, batch, hidden_size), and the last of each layer (layers, batch, hidden_size);
    both ways side by side if `bidirectional`. Without batch the input is 2-D; batch_first puts the batch first.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        nonlinearity = args[3] if len(args) > 3 else kwargs.pop("nonlinearity", "tanh")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        super().__init__(f"RNN_{nonlinearity.upper()}", *args[:3], *args[4:], **kwargs)
        self.nonlinearity = nonlinearity


class LSTM(RNNBase):
    """Long short-term memory: a state h and a cell c, which gates write, forget and show.

    Input, output and options as RNN's, and `proj_size`, to which h is brought by a matrix. Returns output, (h, c).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__("LSTM", *args, **kwargs)

    def forward(self, input: Input, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Input, tuple[Tensor, Tensor]]:
        if isinstance(input, Tensor):
            _check_dims(input, "LSTM")
            if hx is not None and not hx[0].ndim == hx[1].ndim == input.ndim:
                form = "batched 3-D" if input.ndim == 3 else "unbatched 2-D"
                raise RuntimeError(
                    f"For {form} input, hx and cx should also be {input.ndim}-D but got ({hx[0].ndim}-D, "
                    f"{hx[1].ndim}-D) tensors"
                )
        output, h, c = self._pass(input, *((None, None) if hx is None else hx))
        assert c is not None
        return output, (h, c)


class GRU(_OneState):
    """Gated recurrent unit: as RNN, with gates that decide how much of h is kept and how much of it is looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "proj_size" in kwargs:
            raise ValueError("proj_size argument is only supported for LSTM, not RNN or GRU")
        super().__init__("GRU", *args, **kwargs)


def _check_dims(input: Tensor, name: str, what: str = "") -> None:
    if input.ndim not in (2, 3):
        raise ValueError(f"{name}: Expected input to be 2D or 3D, got {input.ndim}D {what}instead")


def _check_dropout(dropout: Any, num_layers: int) -> None:
    if isinstance(dropout, bool) or not isinstance(dropout, int | float) or not 0 <= dropout <= 1:
        raise ValueError(
            "dropout should be a number in range [0, 1] representing the probability of an element being zeroed"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers "
            f"greater than 1, but got dropout={dropout} and num_layers={num_layers}",
            stacklevel=4,
        )


def _check_sizes(
    input_size: int, hidden_size: int, num_layers: int, bias: bool, batch_first: bool, proj_size: int
) -> None:
    for name, value, kind in (
        ("bias", bias, bool),
        ("batch_first", batch_first, bool),
        ("input_size", input_size, int),
        ("hidden_size", hidden_size, int),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"{name} should be of type {kind.__name__}, got: {type(value).__name__}")
    for name, value in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
        if value <= 0:
            raise ValueError(f"{name} must be greater than zero")
    if proj_size < 0:
        raise ValueError("proj_size should be a positive integer or zero to disable projections")
    if proj_size >= hidden_size:
        raise ValueError("proj_size has to be smaller than hidden_size")
