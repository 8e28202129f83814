"""A custom layer tried while it is written: what it takes and gives, its time, and whether its gradients are right."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, cast

from core.design.catalog.base import Options
from core.design.catalog.custom import worked_out
from core.design.model import CustomLayer, TensorSpec
from core.errors import CustomLayerError
from core.network import compile_custom, in_line, make_custom
from core.nn import Module
from core.random.draws import fork_rng, manual_seed, randn
from core.tensors import dtypes
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.customs import checked_output, inspect_custom, parameter_shapes, zeros_like
from core.training.messages import CustomTried, GradientCheck, TryCustom

STEP = {"float64": 1e-6, "float32": 1e-2}
"""How far numbers are moved to see how much the outcome moves: about the cube root of the type's precision."""
SLACK = {"float64": 1e-4, "float32": 2e-2}
"""How far apart the two may be, of the larger."""
PATIENCE, MOST_TIMES = 0.15, 20
"""Seconds, and runs, after which the time that a layer takes is known well enough."""


def try_custom(request: TryCustom) -> CustomTried:
    """Compile a layer, make it, and run it forwards and backwards.

    An argument without a value that says the size of what comes in is worked out. Where another one has no value,
    `missing` names it and nothing was run. Raises CustomLayerError with the line of what is wrong.
    """
    custom = CustomLayer(request.name, request.source)
    found = inspect_custom(custom)
    inputs = request.inputs or tuple([((None, *request.otherwise), "float32")] * found.inputs)
    inputs = inputs if len(inputs) == found.inputs else (inputs[:1] * found.inputs)
    specs = tuple(TensorSpec(shape, dtype) for shape, dtype in inputs)
    options = worked_out(found, cast(Options, request.options), specs)
    required = {option.name for option in found.options if option.required}
    if missing := next((name for name in required if options.get(name) is None), ""):
        return CustomTried(found, {}, inputs, missing=missing)
    given = {name: value for name, value in options.items() if value is not None}
    with fork_rng():
        manual_seed(0)
        layer = make_custom(compile_custom(custom), custom.name, given)
        tensors = [zeros_like(shape, dtype, request.batch) for shape, dtype in inputs]
        try:
            with no_grad():
                output, text = layer(*tensors), repr(layer)
            checked_output(output, custom.name, request.batch)
            milliseconds = _time(lambda: _there_and_back(layer, [_drawn(tensor) for tensor in tensors]))
            checks = tuple(_gradients(layer, tensors))
        except CustomLayerError:
            raise
        except BaseException as error:
            raise in_line(error, custom.name) from error
    return CustomTried(
        found, given, inputs, (None, *output.shape[1:]), output.dtype.name, parameter_shapes(layer), text, checks,
        milliseconds,
    )  # fmt: skip


def _drawn(tensor: Tensor) -> Tensor:
    """Numbers of the same shape and type as an input, not all alike; whole numbers stay 0."""
    if not tensor.is_floating_point():
        return tensor
    drawn: Tensor = randn(*tensor.shape, dtype=tensor.dtype)
    return drawn.requires_grad_(True)


def _there_and_back(layer: Module, inputs: list[Tensor]) -> None:
    output = layer(*inputs)
    if output.requires_grad:
        output.sum().backward()


def _time(run: Callable[[], object]) -> float:
    """Milliseconds of a run, the median of some; the first, which may have to fetch things, does not count."""
    run()
    taken: list[float] = []
    end = time.perf_counter() + PATIENCE
    while not taken or (len(taken) < MOST_TIMES and time.perf_counter() < end):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return median(taken)


# --- gradients --------------------------------------------------------------------------------------------------------


def _gradients(layer: Module, inputs: list[Tensor]) -> Iterator[GradientCheck]:
    """The check of each input and parameter, in float64 where the layer can work in it."""
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    try:
        layer.double()
        precise = [tensor.double() if tensor.is_floating_point() else tensor for tensor in inputs]
        yield from _compared(layer, precise, "float64")
    except (RuntimeError, TypeError):  # it makes tensors of a type of its own
        layer.float()
        layer.load_state_dict(state)
        yield from _compared(layer, inputs, "float32")


def _compared(layer: Module, inputs: list[Tensor], dtype: str) -> list[GradientCheck]:
    drawn = [_drawn(tensor) for tensor in inputs]
    moving = [(f"input {place}", tensor) for place, tensor in enumerate(drawn, 1) if tensor.is_floating_point()]
    moving = moving if len(moving) != 1 else [("input", moving[0][1])]
    moving += [(name, parameter) for name, parameter in layer.named_parameters() if parameter.requires_grad]
    buffers = [(buffer, buffer.clone()) for _, buffer in layer.named_buffers()]

    def outcome() -> Tensor:
        """A weighted sum of the outputs; drawn numbers and running statistics are the same each time."""
        with no_grad():
            for buffer, value in buffers:
                buffer.copy_(value)
        manual_seed(1)
        output = layer(*drawn)
        manual_seed(2)
        weighted: Tensor = (output * randn(*output.shape, dtype=getattr(dtypes, dtype))).sum()
        return weighted

    for _, tensor in moving:
        tensor.grad = None
    total = outcome()
    if total.requires_grad:
        total.backward()
    return [_check(name, tensor, outcome, STEP[dtype], dtype) for name, tensor in moving]


def _check(name: str, tensor: Tensor, outcome: Callable[[], Tensor], step: float, dtype: str) -> GradientCheck:
    manual_seed(3)
    way: Any = randn(*tensor.shape, dtype=tensor.dtype)
    way = way / max(float(way.norm()), 1e-12)
    gradient = tensor.grad
    analytic = 0.0 if gradient is None else float((gradient * way).sum())
    ends = []
    with no_grad():
        before = tensor.clone()
        for sign in (1, -1):
            tensor.copy_(before + sign * step * way)
            ends.append(float(outcome()))
        tensor.copy_(before)
    numeric = (ends[0] - ends[1]) / (2 * step)
    apart = abs(numeric - analytic)
    agrees = math.isfinite(apart) and apart <= SLACK[dtype] * max(abs(numeric), abs(analytic), 1e-3)
    return GradientCheck(name, tuple(tensor.shape), numeric, analytic, gradient is not None, agrees)
