"""Running the same call on both sides, and saying in what the results differ."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

import core
from tests.parity.opinfo.adapter import Adapter, OutOfScopeError, leaves
from tests.parity.opinfo.forms import SEED, Form, takes_out, with_ours, written_for_tests

TOLERANCE = {"float64": (1e-9, 1e-9), "float32": (5e-5, 1e-4), "float16": (2e-3, 2e-3)}


class Outcome:
    """What a call gave: a value, or an error."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.value: Any = None
        self.error: Exception | None = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.value = call()
        except Exception as error:  # a failure of either side is what the caller compares
            self.error = error

    @property
    def kind(self) -> str:
        """The name of the builtin class that the error is one of."""
        return next(base.__name__ for base in type(self.error).__mro__ if base.__module__ == "builtins")


def differences(form: Form, sample: Any, second: bool = False, random: bool = False) -> list[str]:
    """In what the two sides differ on the same arguments: values, types, errors, gradients. Raises OutOfScopeError.

    second: gradients of gradients too. random: the numbers are anybody's guess, shapes and types are not.
    """
    if "out" in sample.kwargs and not takes_out(form.ours):
        raise OutOfScopeError("a form that we have not")
    given = (sample.input, *sample.args), sample.kwargs
    adapter = Adapter()
    args, kwargs = adapter.ours(given)
    # Where a result is unique up to a sign, say, the sample names the part of it that is unique.
    unique = sample.output_process_fn_grad
    our_unique = with_ours(unique) if written_for_tests(unique) else unique
    torch.default_generator.manual_seed(SEED)
    core.manual_seed(SEED)
    wanted = Outcome(lambda: unique(form.theirs(*given[0], **given[1])))
    came = Outcome(lambda: our_unique(form.ours(*args, **kwargs)))
    if wanted.error or came.error:
        return errors(wanted, came)
    # Some write into what they are given, the running mean of a normalisation for one.
    found = list(values(wanted.value, came.value, random))
    found += values(tensors(given, torch.Tensor), tensors((args, kwargs), core.Tensor))
    if found or random:
        return found
    inputs = leaves(given, torch.Tensor)
    pairs = (inputs, adapter.ours(inputs))
    return list(gradients(tensors(wanted.value, torch.Tensor), tensors(came.value, core.Tensor), *pairs, second))


def errors(wanted: Outcome, came: Outcome) -> list[str]:
    """In what two calls differ of which at least one raised."""
    if wanted.error is None:
        return [f"raised: {text(came.error)}{place(came.error)}"]
    if came.error is None:
        return [f"error class: PyTorch raises {text(wanted.error)}, ours returns {result(came.value)}"]
    if wanted.kind != came.kind:
        return [f"error class: PyTorch raises {text(wanted.error)}, ours {text(came.error)}"]
    return []


def text(error: BaseException | None) -> str:
    first = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {first[:200]}"


def place(error: BaseException | None) -> str:
    """The last line of the engine that the error came through."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "/core/" in each.filename] if error else []
    return f" [core/{frames[-1].filename.split('/core/')[-1]}:{frames[-1].lineno}]" if frames else ""


def values(wanted: Any, came: Any, random: bool = False) -> Iterator[str]:
    """In what two results differ: kind, shape, type, numbers, whether they are recorded."""
    if isinstance(wanted, torch.Tensor):
        yield from _tensor(wanted, came, random)
    elif isinstance(wanted, (list, tuple)) and not isinstance(wanted, torch.Size):
        if not isinstance(came, (list, tuple)) or len(wanted) != len(came):
            yield f"value: {result(came)} instead of {brief(wanted)}"
            return
        yield from _fields(wanted, came)
        for each, other in zip(wanted, came, strict=True):
            yield from values(each, other, random)
    elif isinstance(wanted, dict):
        yield from values(list(wanted.values()), list(came.values()), random)
    elif isinstance(wanted, float) and isinstance(came, float):
        if not np.isclose(wanted, came, *TOLERANCE["float32"], equal_nan=True) and not random:
            yield f"value: {came} instead of {wanted}"
    elif isinstance(wanted, (bool, int, str, torch.Size, torch.dtype)) and str(wanted) != str(came) and not random:
        yield f"value: {came!r} instead of {wanted!r}"


def _fields(wanted: Any, came: Any) -> Iterator[str]:
    """The names of the parts, `torch.return_types.max(values=…, indices=…)`."""
    if type(wanted).__module__ == "torch.return_types":
        names = [
            each for each in dir(type(wanted)) if not each.startswith(("_", "n_")) and each not in ("count", "index")
        ]
        missing = [each for each in names if not hasattr(came, each)]
        if missing:
            yield f"fields: {', '.join(missing)} missing"


def _tensor(wanted: torch.Tensor, came: Any, random: bool) -> Iterator[str]:
    if not isinstance(came, core.Tensor) or not isinstance(came._array, np.ndarray):
        yield f"value: {result(came)} instead of {brief(wanted)}"
    elif tuple(wanted.shape) != tuple(came.shape):
        yield f"shape: {tuple(came.shape)} instead of {tuple(wanted.shape)}"
    elif str(wanted.dtype) != str(came.dtype):
        yield f"dtype: {came.dtype} instead of {wanted.dtype}"
    elif wanted.requires_grad != came.requires_grad:
        yield f"grad: requires_grad is {came.requires_grad} instead of {wanted.requires_grad}"
    elif not random:
        yield from numbers("value", wanted, came)


def numbers(what: str, wanted: torch.Tensor, came: Any) -> Iterator[str]:
    expected, actual = wanted.detach().numpy(force=True), came.detach().numpy()
    if expected.dtype.kind != "f":
        wrong = expected != actual
    else:
        relative, absolute = TOLERANCE[expected.dtype.name]
        finite = np.abs(expected[np.isfinite(expected)])
        scale = max(1.0, float(finite.max())) if finite.size else 1.0
        with np.errstate(all="ignore"):
            wrong = ~np.isclose(actual, expected, relative, absolute * scale, equal_nan=True)
    if wrong.any():
        first = tuple(int(each) for each in np.argwhere(wrong)[0])
        yield (
            f"{what}: {int(wrong.sum())} of {wrong.size} differ, at {list(first)} {actual[first]:.7g} instead of "
            f"{expected[first]:.7g}"
        )


def gradients(wanted: list[Any], came: list[Any], inputs: list[Any], ours: list[Any], second: bool) -> Iterator[str]:
    """In what the gradients with respect to the inputs differ, for a random gradient of the outputs."""
    recorded = [n for n, each in enumerate(wanted) if each.requires_grad]
    if not recorded or not inputs:
        return
    random = np.random.default_rng(SEED)
    seeds = [torch.from_numpy(np.asarray(random.normal(size=wanted[n].shape))).to(wanted[n].dtype) for n in recorded]
    if second:
        for each in seeds:
            each.requires_grad_()
    adapter = Adapter()
    sides = (
        ([wanted[n] for n in recorded], inputs, seeds),
        ([came[n] for n in recorded], ours, adapter.ours(seeds)),
    )
    first = Outcome(lambda: torch.autograd.grad(*sides[0], allow_unused=True, create_graph=second))
    mine = Outcome(lambda: core.autograd.grad(*sides[1], allow_unused=True, create_graph=second))
    if second and mine.error and not first.error and _only_once(first.value):
        second, mine = False, Outcome(lambda: core.autograd.grad(*sides[1], allow_unused=True))
    if first.error or mine.error:
        yield from (f"grad {each}" for each in errors(first, mine))
        return
    found = list(_each_gradient("grad", first.value, mine.value))
    yield from found
    if second and not found:
        yield from _second(first.value, mine.value, sides)


def _only_once(first: Any) -> bool:
    """Whether PyTorch's gradients have no gradient, which it says only when asked for one."""
    ends = [each.sum() for each in first if each is not None and each.requires_grad]
    return Outcome(lambda: torch.autograd.backward(ends)).error is not None


def _second(first: Any, mine: Any, sides: Any) -> Iterator[str]:
    recorded = [n for n, each in enumerate(first) if each is not None and each.requires_grad]
    if not recorded:
        return
    unrecorded = [n for n in recorded if mine[n] is None or not mine[n].requires_grad]
    if unrecorded:
        yield f"second: the gradient of input {unrecorded[0]} is not recorded"
        return
    random = np.random.default_rng(SEED + 1)
    seeds = [torch.from_numpy(np.asarray(random.normal(size=first[n].shape))).to(first[n].dtype) for n in recorded]
    theirs = ([first[n] for n in recorded], [*sides[0][1], *sides[0][2]], seeds)
    ours = ([mine[n] for n in recorded], [*sides[1][1], *sides[1][2]], Adapter().ours(seeds))
    wanted = Outcome(lambda: torch.autograd.grad(*theirs, allow_unused=True))
    came = Outcome(lambda: core.autograd.grad(*ours, allow_unused=True))
    if wanted.error or came.error:
        yield from (f"second {each}" for each in errors(wanted, came))
    else:
        yield from _each_gradient("second", wanted.value, came.value)


def _each_gradient(what: str, wanted: Any, came: Any) -> Iterator[str]:
    """None and zeros mean the same."""
    for position, (each, other) in enumerate(zip(wanted, came, strict=True)):
        if each is None and other is None:
            continue
        if each is None:
            each = torch.zeros(tuple(other.shape), dtype=getattr(torch, other.dtype.name))
        if other is None:
            other = core.zeros(*each.shape, dtype=Adapter().ours(each.dtype))
        if tuple(each.shape) != tuple(other.shape) or str(each.dtype) != str(other.dtype):
            yield f"{what}: of input {position} is {brief(other)} instead of {brief(each)}"
        else:
            yield from numbers(f"{what} of input {position}", each, other)


def tensors(value: Any, kind: type) -> list[Any]:
    if isinstance(value, kind):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [part for each in value for part in tensors(each, kind)] if isinstance(value, (list, tuple)) else []


def brief(value: Any) -> str:
    """A call's argument or result in few words: short tensors with their numbers, others by their shape."""
    if isinstance(value, (torch.Tensor, core.Tensor)):
        strange = isinstance(value, torch.Tensor) and (value.layout is not torch.strided or value.device.type != "cpu")
        shape, kind = list(value.shape), str(value.dtype).removeprefix("torch.")
        if strange or value.numel() > 6:
            return f"{kind}{shape}" + ("" if strange or value.is_contiguous() else " strided")
        return f"{kind}{shape}={rounded(value.tolist())}"
    if isinstance(value, (list, tuple)) and not isinstance(value, (torch.Size, core.Size)):
        return "(" + ", ".join(map(brief, value)) + ")"
    if isinstance(value, dict):
        return ", ".join(f"{name}={brief(each)}" for name, each in value.items())
    return repr(value)[:80]


def result(value: Any) -> str:
    """As `brief`; ours may be nonsense where PyTorch refuses the call."""
    broken = isinstance(value, core.Tensor) and not isinstance(value._array, np.ndarray)
    return f"a tensor of a {type(value._array).__name__}" if broken else brief(value)


def rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def call_text(args: Any, kwargs: Any) -> str:
    return ", ".join(filter(None, [*map(brief, args), brief(kwargs)]))
