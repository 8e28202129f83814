"""Dropout draws PyTorch's masks from the same seed, to the bit, and says what PyTorch says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core

LAYERS = [
    ("Dropout", (0.3,), (7, 5)),
    ("Dropout", (0.1,), (1000,)),
    ("Dropout", (1.0,), (4,)),
    ("Dropout", (0.0,), (4,)),
    ("Dropout", (0.3, True), (7, 5)),
    ("Dropout1d", (), (3, 4, 5)),
    ("Dropout1d", (0.2,), (4, 5)),
    ("Dropout2d", (), (3, 4, 5, 2)),
    ("Dropout2d", (0.5, True), (3, 4, 5, 2)),
    ("Dropout3d", (), (3, 4, 5, 2, 1)),
    ("Dropout3d", (0.6,), (4, 5, 2, 1)),
    ("AlphaDropout", (), (6, 5)),
    ("AlphaDropout", (1.0,), (6, 5)),
    ("AlphaDropout", (0.1, True), (6, 5)),
    ("FeatureAlphaDropout", (0.4,), (6, 5, 2)),
]


def run(library: Any, name: str, args: tuple[Any, ...], shape: tuple[int, ...], kind: str) -> list[Any]:
    """Text, output, gradient, and the next random number."""
    layer = getattr(library.nn, name)(*args)
    values = np.random.default_rng(0).normal(size=shape)
    x = library.tensor(values.tolist(), dtype=getattr(library, kind)).requires_grad_()
    library.manual_seed(3)
    out = layer(x * 1)
    (out * out.detach()).sum().backward()
    after = library.rand(1).item()
    return [repr(layer), out.detach().numpy(), x.grad.numpy(), after]


@pytest.mark.parametrize(("name", "args", "shape"), LAYERS)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_same_masks(name: str, args: tuple[Any, ...], shape: tuple[int, ...], kind: str, torch: Any) -> None:
    ours, theirs = run(core, name, args, shape, kind), run(torch, name, args, shape, kind)
    assert ours[0] == theirs[0]
    if "Alpha" in name:
        for a, b in zip(ours[1:3], theirs[1:3], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)
    else:
        np.testing.assert_array_equal(ours[1], theirs[1])
        np.testing.assert_array_equal(ours[2], theirs[2])
    assert ours[3] == theirs[3]


@pytest.mark.parametrize(("name", "args", "shape"), LAYERS)
def test_evaluation_gives_back_the_very_input(name: str, args: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    x = core.ones(*shape)
    assert getattr(core.nn, name)(*args).eval()(x) is x


@pytest.mark.parametrize(
    ("name", "p", "shape"),
    [
        ("dropout", -0.1, (3,)),
        ("alpha_dropout", 2, (3,)),
        ("dropout1d", 0.5, (3,)),
        ("dropout1d", 0.5, (3, 2, 2, 2)),
        ("feature_alpha_dropout", 0.5, (3,)),
    ],
)
def test_same_refusal(name: str, p: float, shape: tuple[int, ...], torch: Any) -> None:
    def said(library: Any) -> str:
        with pytest.raises((ValueError, RuntimeError)) as caught:
            getattr(library.nn.functional, name)(library.ones(*shape), p, True)
        return f"{caught.type.__name__}: {caught.value}"

    assert said(core) == said(torch)


@pytest.mark.parametrize(("name", "shape"), [("dropout2d", (2, 3, 4)), ("dropout2d", (2, 3)), ("dropout3d", (2, 3, 4))])
def test_unusual_dimensions_are_warned_of(name: str, shape: tuple[int, ...], torch: Any) -> None:
    outputs = []
    for library in (core, torch):
        library.manual_seed(0)
        with pytest.warns(UserWarning, match=f"{name}: Received a {len(shape)}-?D input"):
            outputs.append(getattr(library.nn.functional, name)(library.ones(*shape)).numpy())
    np.testing.assert_array_equal(*outputs)
