"""The numbers of a parameter, rectangle by rectangle: read, and changed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays.backend import to_numpy
from core.errors import NetloomError
from core.functions.creation import from_numpy
from core.network import Key, Model
from core.tensors.tensor import Tensor
from core.training.messages import EditNumbers, NumbersRead, Place


def read_numbers(model: Model, place: Place) -> NumbersRead:
    """The numbers of a rectangle. Raises NetloomError if there is no such place."""
    key = _key(model, place)
    parameter = model.parameters()[key]
    block = to_numpy(_plane(parameter._array, place)[_window(place)])
    return NumbersRead(place, parameter.dtype.name, block.astype(np.dtype("<f8")).tobytes())


def edited(model: Model, request: EditNumbers) -> dict[Key, Tensor]:
    """The parameter with its numbers changed, in its own type. Raises NetloomError if there is no such place."""
    place = request.place
    key = _key(model, place)
    values = to_numpy(model.parameters()[key]._array).copy()
    part = _plane(values, place)[_window(place)]
    match request.change:
        case "set":
            part[...] = np.reshape(request.values, part.shape)
        case "add":
            part += values.dtype.type(request.values[0])
        case "multiply":
            part *= values.dtype.type(request.values[0])
    return {key: from_numpy(values)}


def _key(model: Model, place: Place) -> Key:
    for key in model.parameters():
        if (key.node, key.name) == (place.node, place.parameter) and _fits(key.shape, place):
            return key
    raise NetloomError("'{name}' has no numbers at this place any more.", name=place.parameter)


def _fits(shape: tuple[int, ...], place: Place) -> bool:
    rows, columns = ((*shape, 1, 1) if len(shape) == 0 else (*shape, 1) if len(shape) == 1 else shape)[-2:]
    ahead = shape[:-2]
    return (
        len(place.index) == len(ahead)
        and all(0 <= at < size for at, size in zip(place.index, ahead, strict=True))
        and 0 <= place.row <= place.row + place.rows <= rows
        and 0 <= place.column <= place.column + place.columns <= columns
    )


def _plane(array: Any, place: Place) -> NDArray[Any]:
    """The last two axes of an array, as a view of it."""
    plane: NDArray[Any] = array[place.index] if place.index else array
    return plane if plane.ndim == 2 else plane.reshape(-1, 1)


def _window(place: Place) -> tuple[slice, slice]:
    return slice(place.row, place.row + place.rows), slice(place.column, place.column + place.columns)
