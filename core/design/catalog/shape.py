"""Layers that arrange numbers anew without changing them."""

from __future__ import annotations

import math

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, elements, int_of, size_of, times
from core.design.model import TensorSpec


def infer_flatten(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Axes `start_dim` to `end_dim` become one."""
    (given,) = inputs
    axes = len(given.shape)
    start, end = (axis_of(options, name, given) for name in ("start_dim", "end_dim"))
    if start == 0:
        raise Misfit(
            "{type} '{name}' would mix the samples of a batch: it must start at axis 1.", fixes={"start_dim": 1}
        )
    if start > end:
        raise Misfit(
            "{type} '{name}' starts at axis {start}, behind its end at axis {end}.",
            fixes={"start_dim": 1, "end_dim": axes - 1},
            start=start,
            end=end,
        )
    joined = math.prod(size for size in given.shape[start : end + 1] if size is not None)
    return Inference(TensorSpec((*given.shape[:start], joined, *given.shape[end + 1 :]), given.dtype), options)


def infer_unflatten(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Axis `dim` becomes the axes of `unflattened_size`, one of which may be -1: whatever is left."""
    (given,) = inputs
    dim, sizes = axis_of(options, "dim", given), size_of(options, "unflattened_size")
    old = given.shape[dim]
    if old is None:
        raise Misfit("{type} '{name}' would split the batch: its axis must be 1 or more.", fixes={"dim": 1})
    known = math.prod(size for size in sizes if size != -1)
    if -1 in sizes and known and sizes.count(-1) == 1 and not old % known:
        sizes = tuple(old // known if size == -1 else size for size in sizes)
    if not sizes or min(sizes) < 0 or math.prod(sizes) != old:
        raise Misfit(
            "{type} '{name}' cannot arrange the {given} numbers that '{source}' gives as {sizes}.",
            fixes={"unflattened_size": (1, -1)},
            given=old,
            sizes=times(sizes),
        )
    return Inference(TensorSpec((*given.shape[:dim], *sizes, *given.shape[dim + 1 :]), given.dtype), options)


def infer_reshape(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The numbers of a sample in axes of these `sizes`, one of which may be -1: whatever is left."""
    (given,) = inputs
    sizes, count = size_of(options, "sizes"), elements(given)
    known = math.prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and known > 0 and not count % known:
        sizes = tuple(count // known if size == -1 else size for size in sizes)
    if not sizes or min(sizes) < 0 or math.prod(sizes) != count:
        raise Misfit(
            "{type} '{name}' cannot arrange the {count} numbers that '{source}' gives as {sizes}.",
            fixes={"sizes": (-1,)},
            count=count,
            sizes=times(sizes),
        )
    return Inference(TensorSpec((None, *sizes), given.dtype), {**options, "sizes": sizes})


def infer_permute(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Axis `dims[i]` becomes axis i. The batch stays axis 0."""
    (given,) = inputs
    dims, axes = size_of(options, "dims"), len(given.shape)
    if sorted(dims) != list(range(axes)) or dims[0] != 0:
        raise Misfit(
            "{type} '{name}' must name each axis of {given} once, and the batch, axis 0, first: {dims} does not.",
            fixes={"dims": (0, axes - 1, *range(1, axes - 1))},
            given=str(given),
            dims=", ".join(map(str, dims)) or "nothing",
        )
    return Inference(TensorSpec(tuple(given.shape[axis] for axis in dims), given.dtype), options)


def axis_of(options: Options, name: str, given: TensorSpec) -> int:
    """The axis an option means, counted from the front."""
    axis, axes = int_of(options, name), len(given.shape)
    if not -axes <= axis < axes:
        raise Misfit(
            "{type} '{name}' has {option} = {axis}, but '{source}' gives {given}, which has axes 0 to {last}.",
            fixes={name: -1},
            option=name,
            axis=axis,
            given=str(given),
            last=axes - 1,
        )
    return axis % axes


FLATTEN = LayerType(
    key="Flatten",
    family="shape",
    icon="flatten",
    summary="Lays the numbers of a sample, such as the pixels of a picture, in one row.",
    infer=infer_flatten,
    options=(
        Option(
            "start_dim", "int", 1, label="First axis", help="The first axis to join. Axis 0 is the batch and stays."
        ),
        Option("end_dim", "int", -1, label="Last axis", help="The last axis to join; -1 is the last there is."),
    ),
    target="core.nn:Flatten",
    followers=("Linear", "Dropout", "LayerNorm"),
)

UNFLATTEN = LayerType(
    key="Unflatten",
    family="shape",
    icon="unflatten",
    summary="Arranges one row of numbers in rows and columns again.",
    infer=infer_unflatten,
    options=(
        Option("dim", "int", 1, label="Axis", required=True, help="The axis to split. Axis 0 is the batch and stays."),
        Option(
            "unflattened_size",
            "size",
            (1, -1),
            label="Sizes",
            minimum=-1,
            required=True,
            help="The sizes it is split into; one of them may be -1 and takes what is left.",
        ),
    ),
    telling=lambda options: times(size_of(options, "unflattened_size")),
    target="core.nn:Unflatten",
    followers=("Flatten", "ReLU"),
)

PERMUTE = LayerType(
    key="Permute",
    family="shape",
    icon="permute",
    summary="Puts the axes in another order, such as those of pictures whose channels come last.",
    infer=infer_permute,
    options=(
        Option(
            "dims",
            "size",
            (0, 2, 1),
            label="Axes",
            minimum=0,
            required=True,
            help="The old axes in their new order, the batch, 0, first: 0, 3, 1, 2 puts the last of four in front.",
        ),
    ),
    telling=lambda options: ", ".join(map(str, size_of(options, "dims"))),
    followers=("Conv2d", "Conv1d", "Flatten"),
)

RESHAPE = LayerType(
    key="Reshape",
    family="shape",
    icon="reshape",
    summary="Arranges the numbers of a sample anew, in axes of any sizes.",
    infer=infer_reshape,
    options=(
        Option(
            "sizes",
            "size",
            (-1,),
            label="Sizes",
            minimum=-1,
            required=True,
            help="The sizes of a sample's axes, without the batch; one of them may be -1 and takes what is left.",
        ),
    ),
    telling=lambda options: times(size_of(options, "sizes")),
    followers=("Conv2d", "Linear", "Permute"),
)

TYPES = (FLATTEN, UNFLATTEN, RESHAPE, PERMUTE)
