"""Tensors beside arrays of numpy: their operators, and numpy's functions of tensors."""

from __future__ import annotations

import operator
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import core

OPERATORS = (
    "add sub mul truediv floordiv mod pow matmul eq ne lt le gt ge and_ or_ xor lshift rshift iadd isub imul itruediv "
    "ifloordiv imod ipow iand ior"
).split()
KINDS = [
    ("float32", "float32"),
    ("float32", "float64"),
    ("int64", "int64"),
    ("float32", "int64"),
    ("int64", "float32"),
    ("bool", "bool"),
]
FUNCTIONS = """
np.clip(x,0,1); np.exp(x); np.maximum(x,0); np.isnan(x); np.sum(x); np.mean(x); np.mean(x,0); np.sum(x,axis=0);
np.concatenate([x,x]); np.stack([x,x]); np.dot(x,x); np.sqrt(x); np.abs(x); np.where(x>0,x,0); np.argmax(x);
np.array(x); np.asarray(x); np.add(x,a); np.add(a,x); np.multiply(x,2); np.allclose(x,a); np.array_equal(x,a);
np.linalg.norm(x); np.max(x); np.sort(x); np.cumsum(x); np.round(x); np.reshape(x,(1,2)); np.transpose(x);
np.expand_dims(x,0); np.squeeze(x); np.float32(2)*x; x*np.float32(2); np.float64(2)*x; x*np.float64(2);
np.float64(2)/x; x/np.float64(2); np.int64(2)*x; np.int64(2)-x; np.array(2.0)*x; x*np.array(2.0); np.array(2.0)-x;
x==np.array(1.0); np.float64(1)==x; a.dot(x); np.outer(x,a); np.zeros(2)+x; x+np.zeros(2); np.zeros((3,2))+x;
x+np.zeros((3,2)); x.numpy()+a; np.greater(x,1); np.logical_not(x); np.std(x); np.add.reduce(x);
np.multiply.outer(x,a); np.isfinite(x); np.negative(x); np.sign(x); np.power(x,2); np.mod(x,2); np.std(x, axis=0);
np.var(x); np.prod(x); np.min(x); np.any(x); np.all(x); np.ravel(x); np.repeat(x,2); np.tile(x,2); np.split(x,2)[0];
np.ones_like(x); np.zeros_like(x); np.full_like(x,2); np.diff(x); np.percentile(x,50); np.median(x);
np.hstack([x,x]); np.copy(x); len(x); list(np.nditer(x))[0]
"""


def shown(call: Any) -> str:
    """What a call gives, its kind and type included, or the class of its error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = call()
    except (TypeError, RuntimeError, ValueError) as error:
        return next(each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins")
    kind = type(made).__name__
    return f"{kind} {made.dtype} {made.tolist()}" if hasattr(made, "tolist") else f"{kind} {made}"


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize(("ours", "numpys"), KINDS)
def test_operators(torch: Any, name: str, ours: str, numpys: str) -> None:
    for turned in (False, True):
        found = []
        for library in (core, torch):
            pair = library.tensor([1, 2]).to(getattr(library, ours)), np.array([1, 3]).astype(numpys)
            function, operands = getattr(operator, name), pair[::-1] if turned else pair
            found.append(shown(lambda function=function, operands=operands: function(*operands)))
        assert found[0] == found[1], turned


@pytest.mark.parametrize("wants", [False, True])
@pytest.mark.parametrize("expression", FUNCTIONS.replace("\n", " ").strip().split("; "))
def test_functions(torch: Any, expression: str, wants: bool) -> None:
    found = []
    for library in (core, torch):
        x = library.tensor([1.0, 2.0], requires_grad=wants)
        names = {"np": np, "x": x, "a": np.array([1, 3], dtype="float32")}
        found.append(shown(lambda names=names: eval(expression, names)))
    assert found[0] == found[1]


def test_memory_maps(tmp_path: Path) -> None:
    np.arange(12, dtype=np.float32).tofile(tmp_path / "numbers")
    mapped = np.memmap(tmp_path / "numbers", dtype=np.float32, mode="r+")
    x = core.from_numpy(mapped)
    assert core.stack([x, core.as_tensor(mapped), core.tensor(mapped)]).shape == (3, 12)
    x[0] = 5.0
    assert mapped[0] == 5.0
