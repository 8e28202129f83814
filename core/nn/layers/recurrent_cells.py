"""One step of a recurrent layer, for loops that people write themselves."""

from __future__ import annotations

import math

from core.arrays.device import Device
from core.functions.creation import empty
from core.nn import init
from core.nn.functional.recurrent import step
from core.nn.module import Module
from core.nn.parameter import Parameter
from core.tensors.dtypes import dtype as DType
from core.tensors.tensor import Tensor

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "RNNCellBase"]


class RNNCellBase(Module):
    """What the cells have in common: weight_ih, weight_hh, bias_ih, bias_hh, and the step."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        for name, shape in (("ih", (rows, input_size)), ("hh", (rows, hidden_size))):
            self.register_parameter(f"weight_{name}", Parameter(empty(shape, device=device, dtype=dtype)))
        for name in ("ih", "hh"):
            made = Parameter(empty(rows, device=device, dtype=dtype)) if bias else None
            self.register_parameter(f"bias_{name}", made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Even within 1 / sqrt(hidden_size)."""
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(self, mode: str, input: Tensor, h: Tensor | None, c: Tensor | None = None) -> tuple[Tensor, ...]:
        """The new states; input and states of one sample if `input` is 1-D, else of a batch."""
        single = input.ndim == 1
        if single:
            input = input.unsqueeze(0)
            h, c = (tensor if tensor is None else tensor.unsqueeze(0) for tensor in (h, c))
        h = input.new_zeros(len(input), self.hidden_size) if h is None else h
        c = input.new_zeros(len(input), self.hidden_size) if c is None and mode == "LSTM" else c
        self._check(input, h, c)
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh, None)
        new = step(mode, input, h, c, weights)
        return tuple([state.squeeze(0) for state in new]) if single else new

    def _check(self, input: Tensor, h: Tensor, c: Tensor | None) -> None:
        if input.shape[1] != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.shape[1]} expected {self.input_size}")
        for number, state in enumerate((h,) if c is None else (h, c)):
            if len(state) != len(input):
                raise RuntimeError(
                    f"Input batch size {len(input)} doesn't match hidden{number} batch size {len(state)}"
                )
            if state.shape[1] != self.hidden_size:
                raise RuntimeError(
                    f"hidden{number} has inconsistent hidden_size: got {state.shape[1]}, expected {self.hidden_size}"
                )

    def extra_repr(self) -> str:
        nonlinearity = getattr(self, "nonlinearity", "tanh")
        return (
            f"{self.input_size}, {self.hidden_size}{'' if self.bias is True else f', bias={self.bias}'}"
            f"{'' if nonlinearity == 'tanh' else f', nonlinearity={nonlinearity}'}"
        )


class RNNCell(RNNCellBase):
    """h' = tanh (or relu) of W_ih x + b_ih + W_hh h + b_hh. (batch, input_size) -> (batch, hidden_size)."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        _check_dims("RNNCell", input=input, hidden=hx)
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return self._step(f"RNN_{self.nonlinearity.upper()}", input, hx)[0]


class LSTMCell(RNNCellBase):
    """One step of an LSTM: (batch, input_size) and (h, c) -> the new (h, c), each (batch, hidden_size)."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        h, c = hx or (None, None)
        _check_dims("LSTMCell", **{"input": input, "hx[0]": h, "hx[1]": c})
        h, c = self._step("LSTM", input, h, c)
        return h, c


class GRUCell(RNNCellBase):
    """One step of a GRU: (batch, input_size) and h -> the new h (batch, hidden_size)."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Device = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        _check_dims("GRUCell", input=input, hidden=hx)
        return self._step("GRU", input, hx)[0]


def _check_dims(name: str, **given: Tensor | None) -> None:
    for what, tensor in given.items():
        if tensor is not None and tensor.ndim not in (1, 2):
            raise ValueError(f"{name}: Expected {what} to be 1D or 2D, got {tensor.ndim}D instead")
