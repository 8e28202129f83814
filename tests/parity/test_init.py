# ruff: noqa: E501 - one experiment a line
"""Initialisers draw PyTorch's numbers from the same seed, and refuse what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from tests.parity.lines import outcome

DRAWN: dict[str, str] = {
    "uniform_": "init.uniform_(empty(5, 7), -2, 3)",
    "normal_": "init.normal_(empty(5, 7), 1, 0.5)",
    "normal_ of few": "init.normal_(empty(3), 1, 0.5)",
    "normal_ of more": "init.normal_(empty(3, 7), 1, 0.5)",
    "trunc_normal_": "init.trunc_normal_(empty(50, 7))",
    "trunc_normal_ narrow": "init.trunc_normal_(empty(5, 7), std=0.02)",
    "trunc_normal_ aside": "init.trunc_normal_(empty(5, 7), mean=1.0, std=2.0, a=0.0, b=1.5)",
    "trunc_normal_ in the tail": "init.trunc_normal_(empty(4, 20), mean=0.0, std=1.0, a=1.9, b=3.0)",
    "constant_": "init.constant_(empty(2, 3), 0.3)",
    "ones_": "init.ones_(empty(2, 3))",
    "zeros_": "init.zeros_(empty(2, 3))",
    "eye_": "init.eye_(empty(2, 3))",
    "dirac_": "init.dirac_(empty(4, 3, 3))",
    "dirac_ 2d": "init.dirac_(empty(3, 4, 3, 4))",
    "dirac_ 3d in groups": "init.dirac_(empty(4, 2, 3, 3, 3), groups=2)",
    "xavier_uniform_": "init.xavier_uniform_(empty(5, 7), gain=2)",
    "xavier_uniform_ of a kernel": "init.xavier_uniform_(empty(5, 7, 3, 3))",
    "xavier_normal_": "init.xavier_normal_(empty(5, 7))",
    "kaiming_uniform_": "init.kaiming_uniform_(empty(5, 7), nonlinearity='relu')",
    "kaiming_uniform_ out": "init.kaiming_uniform_(empty(5, 7, 2), a=0.2, mode='fan_out')",
    "kaiming_normal_": "init.kaiming_normal_(empty(5, 7))",
    "orthogonal_": "init.orthogonal_(empty(5, 7), gain=2)",
    "orthogonal_ tall": "init.orthogonal_(empty(7, 5))",
    "orthogonal_ of a kernel": "init.orthogonal_(empty(4, 3, 3))",
    "sparse_": "init.sparse_(empty(10, 4), 0.3)",
}
OF_CONSTANTS: dict[str, str] = {
    "gains": "[init.calculate_gain(n) for n in 'linear conv1d conv_transpose3d sigmoid tanh relu leaky_relu selu'.split()]",
    "gain of a slope": "init.calculate_gain('leaky_relu', 0.2)",
    "gain of no slope": "init.calculate_gain('leaky_relu', 'a')",
    "gain of a truth": "init.calculate_gain('leaky_relu', True)",
    "gain of nonsense": "init.calculate_gain('nonsense')",
    "eye_ of a vector": "init.eye_(empty(3))",
    "dirac_ of a matrix": "init.dirac_(empty(3, 3))",
    "dirac_ of odd groups": "init.dirac_(empty(3, 3, 3), groups=2)",
    "xavier_ of a vector": "init.xavier_normal_(empty(3))",
    "kaiming_ of a vector": "init.kaiming_normal_(empty(3))",
    "kaiming_ of a mode": "init.kaiming_normal_(empty(3, 3), mode='fan')",
    "kaiming_ of a nonlinearity": "init.kaiming_normal_(empty(3, 3), nonlinearity='nonsense')",
    "orthogonal_ of a vector": "init.orthogonal_(empty(3))",
    "orthogonal_ of nothing": "init.orthogonal_(empty(0, 3))",
    "sparse_ of a vector": "init.sparse_(empty(3), 0.1)",
    "kept": "p = nn.Parameter(empty(3)); init.uniform_(p) is p, p.requires_grad, p.is_leaf",
    "by position": "init.trunc_normal_(empty(2), 0.0, 1.0, -2.0, 2.0).shape",
}
UNDRAWN = ("constant", "ones", "zeros", "eye", "dirac")
PREFIX = """
init = torch.nn.init
def empty(*shape):
    return torch.empty(*shape, dtype=torch.KIND)
torch.manual_seed(5)
"""


def drawn(library: Any, lines: str, kind: str) -> tuple[np.ndarray[Any, Any], float]:
    """The numbers, and the next one from the generator."""
    names: dict[str, Any] = {"torch": library}
    exec(PREFIX.replace("KIND", kind), names)
    return eval(lines, names).numpy(), library.rand(1).item()


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_same_numbers(name: str, kind: str, torch: Any) -> None:
    (ours, after), (theirs, then) = drawn(core, DRAWN[name], kind), drawn(torch, DRAWN[name], kind)
    near = 2e-6 if kind == "float32" else 1e-12
    np.testing.assert_allclose(ours, theirs, rtol=near, atol=near)
    assert after == then


@pytest.mark.parametrize("name", [name for name in DRAWN if "uniform" in name])
def test_even_numbers_are_the_same_to_the_bit(name: str, torch: Any) -> None:
    np.testing.assert_array_equal(drawn(core, DRAWN[name], "float32")[0], drawn(torch, DRAWN[name], "float32")[0])


@pytest.mark.parametrize("name", [name for name in DRAWN if name.split("_")[0] not in UNDRAWN])
def test_a_generator_is_used(name: str, torch: Any) -> None:
    given = DRAWN[name][:-1] + ", generator=torch.Generator().manual_seed(9))"
    (ours, after), (theirs, then) = drawn(core, given, "float64"), drawn(torch, given, "float64")
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    assert after == then


@pytest.mark.parametrize("name", OF_CONSTANTS)
def test_same(name: str, torch: Any) -> None:
    prefix = PREFIX.replace("KIND", "float32")
    assert outcome(core, OF_CONSTANTS[name], prefix) == outcome(torch, OF_CONSTANTS[name], prefix)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("init.trunc_normal_(empty(4), mean=5.0)", "mean is more than 2 std"),
        ("init.kaiming_uniform_(empty(0, 3))", "zero-element"),
        ("init.kaiming_normal_(empty(0, 3))", "zero-element"),
    ],
)
def test_warned_of_alike(lines: str, sentence: str, torch: Any) -> None:
    for library in (core, torch):
        names: dict[str, Any] = {"torch": library}
        exec(PREFIX.replace("KIND", "float32"), names)
        with pytest.warns(Warning, match=sentence):
            eval(lines, names)
