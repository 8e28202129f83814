"""What PyTorch refuses is refused, with an error of the same class that says something."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import core
from tests.parity import refused

CALLS = "".join((refused.TENSORS, refused.LAYERS, refused.TRAINING, refused.DATA)).split("\n")


def refusal(library: Any, call: str) -> tuple[str, str]:
    parameter = library.nn.Parameter(library.ones(2, 3))
    names = {
        "torch": library,
        "nn": library.nn,
        "F": library.nn.functional,
        "np": np,
        "OrderedDict": OrderedDict,
        "w": library.ones(2, 3),
        "p": parameter,
        "opt": lambda: library.optim.SGD([parameter], lr=0.1),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(call, names)
        except Exception as error:
            return type(error).__name__, str(error)
    raise AssertionError(f"{call} raises nothing")


@pytest.mark.parametrize("call", list(filter(None, CALLS)))
def test_same_class(torch: Any, call: str) -> None:
    expected, _ = refusal(torch, call)
    kind, sentence = refusal(core, call)
    assert kind == expected, sentence
    assert sentence
