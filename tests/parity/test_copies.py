"""Copies and pickles of tensors, parameters, results and layers."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any

import pytest

import core

EXPRESSIONS = """
copy.deepcopy(t.nn.Parameter(t.ones(2)))
type(copy.deepcopy(t.nn.Parameter(t.ones(2)))).__name__
copy.deepcopy(t.nn.Parameter(t.ones(2),requires_grad=False)).requires_grad
copy.deepcopy(t.ones(2,3).T).stride()
copy.deepcopy(t.ones(4,4)[1:3,::2]).stride()
copy.deepcopy(t.ones(3).expand(2,3)).stride()
copy.deepcopy(t.ones(3,requires_grad=True)*2)
copy.copy(t.ones(3,requires_grad=True)*2)
copy.copy(t.nn.Parameter(t.ones(2)))
type(copy.copy(t.nn.Parameter(t.ones(2)))).__name__
type(copy.copy(t.ones(2))).__name__
share(copy.copy)
share(copy.deepcopy)
share(again)
again(t.nn.Parameter(t.ones(2)))
type(again(t.nn.Parameter(t.ones(2)))).__name__
again(t.ones(2,3).T).stride()
again(t.ones(3,requires_grad=True)*2).requires_grad
again(t.ones(3,requires_grad=True)).requires_grad
again(t.ones(3,4).max(0))
again(t.ones(3,4).sort(0))
copy.deepcopy(t.ones(3,4).max(0))
type(copy.deepcopy(t.ones(3,4).max(0))).__name__
again(t.Size([1,2]))
copy.deepcopy(t.Size([1,2]))
again(t.float32)
copy.deepcopy(t.float32) is t.float32
again(t.device('cpu'))
copy.deepcopy(t.device('cpu'))
copy.deepcopy(t.nn.Linear(2,2)).weight.grad
grads(copy.deepcopy)
grads(again)
attrs(copy.deepcopy)
attrs(again)
attrs(copy.copy)
copy.deepcopy(t.Generator().manual_seed(3)).initial_seed()
two(copy.deepcopy)
two(again)
again(t.optim.SGD(t.nn.Linear(1,1).parameters(),lr=.1)).param_groups[0]['lr']
copy.deepcopy(t.optim.Adam(t.nn.Linear(1,1).parameters(),lr=.1)).param_groups[0]['lr']
len(again(t.utils.data.TensorDataset(t.ones(3))))
saved(t.nn.Parameter(t.ones(2)))
saved({'a':t.ones(2,2).T})
saved(t.ones(4).max(0))
saved([t.ones(3)[1:]])
copy.deepcopy(t.nn.ParameterList([t.nn.Parameter(t.ones(1))]))
copy.deepcopy(t.nn.ModuleDict({'a':t.nn.Linear(1,1)}))
again(t.ones(2).bool())
copy.deepcopy(hooked()).weight.shape
"""


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


class Checks:
    """What a copy shares with its original, with one library."""

    def __init__(self, library: Any) -> None:
        self.t = library

    def share(self, function: Any) -> Any:
        x = self.t.zeros(3)
        y = function(x)
        x[0] = 1
        return y.tolist()

    def grads(self, function: Any) -> Any:
        parameter = self.t.nn.Parameter(self.t.ones(2))
        (parameter * 2).sum().backward()
        twin = function(parameter)
        return None if twin.grad is None else twin.grad.tolist()

    def attrs(self, function: Any) -> Any:
        x = self.t.ones(2)
        x.label = "hi"
        return getattr(function(x), "label", "none")

    def two(self, function: Any) -> Any:
        whole = self.t.zeros(4)
        first, part = function([whole, whole[:2]])
        first[0] = 5
        return part.tolist()

    def saved(self, value: Any) -> Any:
        memory = io.BytesIO()
        self.t.save(value, memory)
        memory.seek(0)
        found = self.t.load(memory, weights_only=False)
        return type(found).__name__, str(found)

    def hooked(self) -> Any:
        layer = self.t.nn.Linear(2, 2)
        layer.register_forward_hook(len)
        return layer


def outcome(library: Any, expression: str) -> str:
    library.manual_seed(0)
    checks = Checks(library)
    names = {name: getattr(checks, name) for name in dir(checks) if not name.startswith("_")}
    try:
        return str(eval(expression, {"copy": copy, "again": again, **names}))
    except (RuntimeError, TypeError) as error:
        return type(error).__name__


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().split("\n"))
def test_copies(torch: Any, expression: str) -> None:
    assert outcome(core, expression) == outcome(torch, expression)
