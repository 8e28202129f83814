"""Custom layers, looked at where their code may run: what they take, what they give."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

from core.design.catalog.base import Inference
from core.design.model import CustomLayer, Design, TensorSpec
from core.design.settings import DataDescription
from core.design.shapes import Facts, ProbeRequest, Report, check
from core.errors import CustomLayerError, NetloomError
from core.functions.creation import zeros
from core.network import compile_custom, in_line, make_custom
from core.nn import Module
from core.tensors import dtypes
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.messages import CustomInspected, CustomOption, Probed

KINDS = ("int", "float", "bool", "str")
BATCH = 2
"""Samples a layer is tried with: batch statistics need two."""


def inspect_custom(custom: CustomLayer) -> CustomInspected:
    """What the class says of itself. Raises CustomLayerError when it cannot be compiled or is no layer."""
    layer = compile_custom(custom)
    options = tuple(
        _option(argument)
        for argument in _arguments(layer.__init__, custom.name)
        if argument.kind not in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD)
    )
    inputs = sum(
        argument.default is argument.empty
        and argument.kind in (argument.POSITIONAL_ONLY, argument.POSITIONAL_OR_KEYWORD)
        for argument in _arguments(layer.forward, custom.name)
    )
    summary = (inspect.getdoc(layer) or "").partition("\n")[0] if layer.__doc__ else ""
    return CustomInspected(custom.name, options, max(1, inputs), summary)


def _arguments(method: Any, name: str) -> list[inspect.Parameter]:
    """Those of a method but self."""
    try:
        return list(inspect.signature(method).parameters.values())[1:]
    except (ValueError, TypeError) as error:
        raise CustomLayerError(
            "The arguments of '{name}' cannot be read: {reason}.", name=name, reason=str(error)
        ) from error


def _option(argument: inspect.Parameter) -> CustomOption:
    """Its kind is that of the annotation or else of the default; a whole number where neither says."""
    required = argument.default is argument.empty
    default = None if required else argument.default
    said = argument.annotation if isinstance(argument.annotation, str) else getattr(argument.annotation, "__name__", "")
    kind = said if said in KINDS else type(default).__name__
    return CustomOption(argument.name, kind if kind in KINDS else "int" if required else "str", default, required)


def probe_custom(request: ProbeRequest) -> Probed:
    """Run a layer on zeros. Raises CustomLayerError with what it does wrong."""
    layer = make_custom(compile_custom(CustomLayer(request.name, request.source)), request.name, request.options)
    inputs = [zeros_like(shape, dtype) for shape, dtype in request.inputs]
    try:
        with no_grad():
            output, text = layer(*inputs), repr(layer)
    except BaseException as error:
        raise in_line(error, request.name) from error
    checked_output(output, request.name, BATCH)
    return Probed(request.key, (None, *output.shape[1:]), output.dtype.name, parameter_shapes(layer), text)


def checked_output(output: object, name: str, batch: int) -> None:
    """Raise CustomLayerError unless this is what a layer may return for so many samples."""
    if not isinstance(output, Tensor):
        raise CustomLayerError(
            "'{name}' must return a tensor from forward, not {kind}.", name=name, kind=type(output).__name__
        )
    if not output.ndim or output.shape[0] != batch:
        raise CustomLayerError(
            "'{name}' must keep the batch: given {batch} samples, it returned {shape}.",
            name=name,
            batch=batch,
            shape=" × ".join(map(str, output.shape)) or "a single number",
        )
    if 0 in output.shape:
        raise CustomLayerError(
            "'{name}' gave no numbers, but a tensor of {shape}.", name=name, shape=" × ".join(map(str, output.shape))
        )


def zeros_like(shape: tuple[int | None, ...], dtype: str, batch: int = BATCH) -> Tensor:
    """Zeros for so many samples of an input."""
    sizes = [batch if size is None else size for size in shape]
    made: Tensor = zeros(sizes, dtype=getattr(dtypes, dtype))
    return made


def parameter_shapes(layer: Module) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Names and shapes of all parameters of a layer."""
    return tuple((name, tuple(parameter.shape)) for name, parameter in layer.named_parameters())


def full_report(design: Design, data: DataDescription | None = None) -> Report:
    """The check of a design with everything known: custom layers are compiled and tried here, in this process.

    What is wrong with one becomes a problem of the report, at its node.
    """
    customs = {name: _or_sentence(inspect_custom, custom) for name, custom in design.customs.items()}
    facts = Facts(data, customs=customs)
    report = check(design, facts)
    while report.probes:
        answers = {request.key: _or_sentence(_inference, request) for request in report.probes}
        facts = replace(facts, probes={**facts.probes, **answers})
        report = check(design, facts)
    return report


def _inference(request: ProbeRequest) -> Inference:
    found = probe_custom(request)
    return Inference(
        TensorSpec(found.shape, found.dtype), dict(request.options), dict(found.parameters), text=found.text
    )


def _or_sentence(find: Any, about: CustomLayer | ProbeRequest) -> Any:
    try:
        return find(about)
    except NetloomError as error:
        return error.sentence
