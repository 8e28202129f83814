"""Python numbers beside half precision: which of PyTorch's kernels round them to it first, and which do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

EXACT = """
x + s | x - s | s - x | x * s | x / s | s / x | x % s | x.detach() // s | L.fmod(x, s) |
L.div(x, s, rounding_mode='trunc') |
x > s | x <= s | x == s | x.clamp(min=s) | x.clamp(-s, s) | L.where(x > 0, x, s) | x.clone().add_(s) |
x.clone().mul_(s) | L.nn.functional.hardshrink(x, s) | L.nn.functional.softshrink(x, s) |
L.nn.functional.threshold(x, s, 1.0) | L.nn.functional.leaky_relu(x, s) |
L.nn.functional.hinge_embedding_loss(x, -L.ones_like(x), margin=s, reduction='none')
"""


def at_the_edge() -> list[tuple[float, np.ndarray[Any, Any]]]:
    """Numbers that half precision cannot hold, each with the halves about it."""
    found = []
    for number in np.abs(np.random.default_rng(0).normal(0, 4, 40)):
        edge = np.float16(number)
        found.append((float(number), np.array([edge, np.nextafter(edge, np.float16(0)), np.nextafter(edge, 2 * edge)])))
    return [(number, np.concatenate([values, -values])) for number, values in found]


@pytest.mark.parametrize("text", [text.strip() for text in EXACT.split("|")])
def test_values_and_gradients_at_a_number(torch: Any, text: str) -> None:
    for number, values in at_the_edge():
        got = []
        for library in (torch, core):
            x = library.tensor(values).requires_grad_()
            out = eval(text, {"L": library, "x": x, "s": number})
            if out.requires_grad:
                out.backward(library.ones_like(out))
            got.append((out.detach().numpy(), None if x.grad is None else x.grad.numpy()))
        (value, grad), (our_value, our_grad) = got
        np.testing.assert_array_equal(our_value, value, err_msg=f"{text} with s = {number}")
        if grad is not None:
            np.testing.assert_allclose(our_grad, grad, rtol=2e-3, err_msg=f"gradient of {text} with s = {number}")
