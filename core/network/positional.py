"""The module of the card that tells steps apart by where they stand. PyTorch has none."""

from __future__ import annotations

import math

from core import nn
from core.functions.creation import arange
from core.functions.shape import stack
from core.tensors.tensor import Tensor


class PositionalEncoding(nn.Module):
    """(N, steps, features) + sin(t / 10000^(2i/features)) at feature 2i of step t, + cos(…) at feature 2i + 1.

    After Vaswani et al., "Attention is all you need" (2017), section 3.5.
    """

    def forward(self, input: Tensor) -> Tensor:
        steps, features = input.shape[1:]
        rates = (arange(0, features, 2, device=input.device) * (-math.log(10000.0) / features)).exp()
        angles = arange(steps, device=input.device)[:, None] * rates
        waves = stack((angles.sin(), angles.cos()), -1).flatten(1)[:, :features]
        return input + waves.to(input.dtype)
