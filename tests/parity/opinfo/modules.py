"""Layers and losses on the inputs of PyTorch's own tests: text, weights, values, gradients, buffers afterwards."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch.testing._internal.common_modules import module_db

import core
from tests.parity.opinfo.adapter import Adapter, OutOfScopeError, leaves
from tests.parity.opinfo.comparison import Outcome, call_text, errors, gradients, numbers, tensors, values
from tests.parity.opinfo.forms import SEED
from tests.parity.opinfo.samples import seed, spread

MODULE_DTYPES = {"float64": 40, "float32": 20}


def have(info: Any) -> bool:
    return info.module_cls.__module__.startswith("torch.nn") and hasattr(core.nn, info.module_cls.__name__)


def known_modules() -> dict[str, Any]:
    return {info.module_cls.__name__: info for info in module_db if have(info)}


def unknown_modules() -> list[str]:
    return sorted({info.name for info in module_db if not have(info)})


def module_inputs(info: Any, dtype: str, training: bool) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seed()
        kind = getattr(torch, dtype)
        found = info.module_inputs_func(info, device="cpu", dtype=kind, requires_grad=True, training=training)
        return spread(list(found), MODULE_DTYPES[dtype])


def error_inputs(info: Any) -> list[Any]:
    if info.module_error_inputs_func is None:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = info.module_error_inputs_func(
            info, device="cpu", dtype=torch.float64, requires_grad=True, training=True
        )
        return list(found)


def title(given: Any) -> str:
    forward = given.forward_input
    inputs = call_text(forward.args, forward.kwargs) if forward is not None else ""
    return f"({call_text(given.constructor_input.args, given.constructor_input.kwargs)})({inputs})"


MODULES = known_modules()


class Pair:
    """The same layer of PyTorch and of ours, made alike. Raises OutOfScopeError."""

    def __init__(self, info: Any, given: Any) -> None:
        self.adapter = Adapter()
        args, kwargs = given.constructor_input.args, given.constructor_input.kwargs
        mine, named = self.adapter.ours((args, kwargs))
        ours = getattr(core.nn, info.module_cls.__name__)
        torch.default_generator.manual_seed(SEED)
        core.manual_seed(SEED)
        self.theirs = Outcome(lambda: info.module_cls(*args, **kwargs))
        self.ours = Outcome(lambda: ours(*mine, **named))

    def failed(self) -> bool:
        return bool(self.theirs.error or self.ours.error)

    def prepare(self, dtype: str, training: bool) -> Iterator[str]:
        """Compares texts and weights, then makes type, mode and weights the same on both sides."""
        theirs, ours = self.theirs.value, self.ours.value
        if repr(theirs) != repr(ours):
            yield f"text: {repr(ours)!r} instead of {repr(theirs)!r}"
        weights, mine = theirs.state_dict(), ours.state_dict()
        if list(weights) != list(mine):
            yield f"state: {list(mine)} instead of {list(weights)}"
            return
        for name in weights:
            if isinstance(weights[name], torch.nn.parameter.UninitializedTensorMixin):
                continue
            yield from (f"state {name} {each}" for each in values(weights[name].detach(), mine[name]))
        theirs.to(getattr(torch, dtype)).train(training)
        ours.to(getattr(core, dtype)).train(training)
        if not any(isinstance(each, torch.nn.parameter.UninitializedTensorMixin) for each in theirs.parameters()):
            ours.load_state_dict(Adapter().ours(dict(theirs.state_dict())))

    def call(self, given: Any) -> tuple[Outcome, Outcome]:
        args, kwargs = given.forward_input.args, given.forward_input.kwargs
        mine, named = self.adapter.ours((args, kwargs))
        torch.default_generator.manual_seed(SEED)
        core.manual_seed(SEED)
        return Outcome(lambda: self.theirs.value(*args, **kwargs)), Outcome(lambda: self.ours.value(*mine, **named))

    def forward(self, given: Any) -> Iterator[str]:
        wanted, came = self.call(given)
        if wanted.error or came.error:
            yield from errors(wanted, came)
            return
        found = list(values(wanted.value, came.value))
        yield from found
        if found:
            return
        theirs, ours = self.theirs.value, self.ours.value
        inputs = leaves((given.forward_input.args, given.forward_input.kwargs), torch.Tensor)
        mine = [self.adapter.ours(each) for each in inputs]
        inputs += [each for each in theirs.parameters() if each.requires_grad]
        mine += [each for each in ours.parameters() if each.requires_grad]
        outputs = tensors(wanted.value, torch.Tensor), tensors(came.value, core.Tensor)
        yield from gradients(*outputs, inputs, mine, False)
        for (name, buffer), other in zip(theirs.named_buffers(), ours.buffers(), strict=True):
            yield from numbers(f"buffer {name}", buffer, other)


def differences(info: Any, given: Any, dtype: str, training: bool) -> list[str]:
    """In what the layer differs; with no input for `forward`, in what its construction does."""
    pair = Pair(info, given)
    if pair.failed():
        return errors(pair.theirs, pair.ours)
    found = list(pair.prepare(dtype, training))
    return found if found or given.forward_input is None else list(pair.forward(given))


@cache
def runs(name: str, dtype: str) -> tuple[list[str], int]:
    """The texts of what differs, and how many inputs were compared."""
    info, found, compared = MODULES[name], [], 0
    for training in (True, False) if info.train_and_eval_differ else (True,):
        for given in module_inputs(info, dtype, training):
            text = title(given)
            try:
                differ = differences(info, given, dtype, training)
            except OutOfScopeError:
                continue
            compared += 1
            found += [f"{each}; {name}{text}{'' if training else ' in eval'}" for each in differ]
    return found, compared


@cache
def error_runs(name: str) -> list[str]:
    """The texts of what differs where PyTorch refuses a layer or its input."""
    found = []
    for each in error_inputs(MODULES[name]):
        given = each.module_error_input
        try:
            found += [f"{error}; {name}{title(given)}" for error in differences(MODULES[name], given, "float64", True)]
        except OutOfScopeError:
            continue
    return found
