"""What the table of operations holds for each: how to call it, on what, and what numpy says it should give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import core as torch
from core import Tensor

Numbers = np.ndarray[Any, Any]
TWO = ((2, 3), (2, 3))


@dataclass(frozen=True)
class Case:
    """name: shown by pytest. shapes: of the inputs. domain: from where their numbers are drawn.

    is_view: whether the output shares its input's memory. smooth: whether it has a gradient to check.
    """

    name: str
    call: Callable[..., Tensor]
    reference: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...] = ((2, 3),)
    domain: tuple[float, float] = (-2.0, 2.0)
    is_view: bool = False
    smooth: bool = True

    def numbers(self) -> list[Numbers]:
        """Different numbers on either side of zero, none of them near a multiple of a half, where functions bend."""
        source = np.random.default_rng(len(self.name))
        low, high = self.domain
        drawn = []
        for shape in self.shapes:
            values = source.uniform(low, high, shape)
            drawn.append(np.asarray(np.where(np.abs(values * 2 - np.round(values * 2)) < 0.1, values + 0.11, values)))
        return drawn


def unary(name: str, reference: Callable[..., Any], domain: tuple[float, float] = (-2.0, 2.0), **more: Any) -> Case:
    return Case(name, getattr(torch, name), reference, domain=domain, **more)


def on(like: Tensor, data: Any) -> Tensor:
    """`data` as a tensor on the device of `like`."""
    return torch.tensor(data, device=like.device)
