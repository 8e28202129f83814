"""Parameters filled by a function of `torch.nn.init`, or by one that the user wrote."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from core.errors import CustomLayerError, NetloomError, text_of
from core.functions.creation import zeros
from core.functions.shape import cat
from core.network import Key, Model, compile_function, in_line
from core.nn import init
from core.random.draws import fork_rng, manual_seed
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.figures import histogram, summary
from core.training.messages import DrawValues, Filling, Initialise, ValuesDrawn

BINS = 64
MOST_VALUES = 2**22
"""Numbers that are drawn to look at, and then those of the parameter in which this many are reached."""


def draw_values(request: DrawValues) -> ValuesDrawn:
    """What filling gives. Raises NetloomError with the parameter that cannot be filled, or the line that is wrong."""
    drawn: list[Tensor] = []
    figures = []
    for name, tensor in filled(request.filling, _up_to(request.parameters, MOST_VALUES)):
        found = summary(tensor._array)
        drawn.append(tensor.reshape(-1))
        figures.append((name, found.mean, found.std))
    values = cat(drawn)._array
    found = summary(values)
    return ValuesDrawn(histogram(values, BINS), found.mean, found.std, tuple(figures))


def _up_to(parameters: Iterable[tuple[str, tuple[int, ...]]], most: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    count = 0
    for name, shape in parameters:
        if count >= most:
            return
        yield name, shape
        count += math.prod(shape)


def new_values(request: Initialise, model: Model, names: Mapping[str, str]) -> dict[Key, Tensor]:
    """The numbers that the parameters are to have. `names`: the dotted name of each node.

    Raises NetloomError for one that the model does not have, or that cannot be filled.
    """
    keys = {f"{names[key.node]}.{key.name}": key for key in model.parameters() if key.node in names}
    wanted = [f"{names.get(node, node)}.{name}" for node, name in request.parameters]
    for name in wanted:
        if name not in keys:
            raise NetloomError("The model has no parameter '{name}' any more.", name=name)
    shapes = ((name, keys[name].shape) for name in wanted)
    return {keys[name]: tensor for name, tensor in filled(request.filling, shapes)}


def filled(filling: Filling, parameters: Iterable[tuple[str, tuple[int, ...]]]) -> Iterator[tuple[str, Tensor]]:
    """Tensors of these shapes, filled one after another from the seed; random numbers go on as if none were drawn."""
    with fork_rng():
        function = _function(filling)
        manual_seed(filling.seed)
        for name, shape in parameters:
            yield name, _fill(function, filling, name, zeros(shape))


def _function(filling: Filling) -> Callable[..., Any]:
    if filling.source:
        return compile_function(filling.function, filling.source)
    function: Callable[..., Any] = getattr(init, filling.function)
    return function


def _fill(function: Callable[..., Any], filling: Filling, name: str, tensor: Tensor) -> Tensor:
    """The tensor, filled in place, or another of its shape if that is what the function gives."""
    try:
        with no_grad():
            given = function(tensor, **filling.arguments)
    except BaseException as error:
        if filling.source:
            raise in_line(error, filling.function) from error
        raise NetloomError(
            "'{name}' cannot be filled by {function}: {reason}.",
            name=name, function=filling.function, reason=text_of(error).rstrip("."),
        ) from error  # fmt: skip
    result = given if isinstance(given, Tensor) else tensor
    if result.shape != tensor.shape:
        raise CustomLayerError(
            "'{function}' must keep the shape: given {shape} for '{name}', it returned {other}.",
            function=filling.function, name=name, shape=str(tuple(tensor.shape)), other=str(tuple(result.shape)),
        )  # fmt: skip
    return result
