"""Layers that take a part of what flows in, or divide it among several outputs."""

from __future__ import annotations

from dataclasses import replace

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, int_of, size_of
from core.design.catalog.shape import axis_of
from core.design.model import TensorSpec


def infer_select(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """The slice at `index` of axis `dim`, which is then gone."""
    (given,) = inputs
    dim, index = axis_of(options, "dim", given), int_of(options, "index")
    size = given.shape[dim]
    if size is None:
        raise Misfit("{type} '{name}' would take one sample of a batch: its axis must be 1 or more.", fixes={"dim": 1})
    if not -size <= index < size:
        raise Misfit(
            "{type} '{name}' takes number {index} of axis {dim}, but '{source}' gives {given}: there are {size}.",
            fixes={"index": -1},
            index=index,
            dim=dim,
            given=str(given),
            size=size,
        )
    return Inference(replace(given, shape=(*given.shape[:dim], *given.shape[dim + 1 :])), options)


def infer_split(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Parts of axis `dim`: of these `sizes`, or as many alike as `parts` says."""
    (given,) = inputs
    dim, parts = axis_of(options, "dim", given), int_of(options, "parts")
    size = given.shape[dim]
    if size is None:
        raise Misfit("{type} '{name}' would split the batch: its axis must be 1 or more.", fixes={"dim": 1})
    if options["sizes"] is None:
        if size % parts:
            raise Misfit(
                "{type} '{name}' cannot make {parts} equal parts of the {size} that '{source}' gives along axis {dim}.",
                fixes={"sizes": _nearly_equal(size, parts)} if size >= parts else {"parts": size},
                parts=parts,
                size=size,
                dim=dim,
            )
        sizes = (size // parts,) * parts
    elif sum(sizes := size_of(options, "sizes")) != size:
        raise Misfit(
            "{type} '{name}' makes parts of {sizes}, together {total}, but '{source}' gives {size} along axis {dim}.",
            fixes={"sizes": _nearly_equal(size, len(sizes))} if size >= len(sizes) else {"parts": 1, "sizes": None},
            sizes=" + ".join(map(str, sizes)),
            total=sum(sizes),
            size=size,
            dim=dim,
        )
    first, *others = (replace(given, shape=(*given.shape[:dim], part, *given.shape[dim + 1 :])) for part in sizes)
    return Inference(first, {**options, "sizes": sizes}, others=tuple(others))


def _nearly_equal(size: int, parts: int) -> tuple[int, ...]:
    return tuple(size // parts + (number < size % parts) for number in range(parts))


def _count(options: Options) -> int:
    """How many parts there are; never none, whatever a file says."""
    sizes, parts = options["sizes"], options["parts"]
    return max(1, len(sizes) if isinstance(sizes, tuple) else parts if isinstance(parts, int) else 1)


SELECT = LayerType(
    key="Select",
    family="shape",
    icon="select",
    summary="Takes one of an axis: the last step of a series, one channel of a picture.",
    infer=infer_select,
    options=(
        Option("dim", "int", 1, label="Axis", required=True, help="The axis to take from. Axis 0 is the batch."),
        Option("index", "int", -1, label="Number", required=True, help="Which one, from 0; -1 is the last."),
    ),
    telling=lambda options: f"axis {options['dim']}, {options['index']}",
    followers=("Linear", "ReLU"),
)

SPLIT = LayerType(
    key="Split",
    family="shape",
    icon="split",
    summary="Divides what flows in among several outputs, along an axis.",
    infer=infer_split,
    options=(
        Option("parts", "int", 2, label="Equal parts", minimum=1, maximum=64, help="How many outputs there are."),
        Option("dim", "int", 1, label="Axis", help="The axis to divide. Axis 0 is the batch and stays."),
        Option(
            "sizes",
            "size",
            label="Sizes",
            minimum=1,
            inferred=True,
            help="How much of the axis each output has, such as 5, 8; then these say how many outputs there are.",
        ),
    ),
    telling=lambda options: " | ".join(map(str, size_of(options, "sizes"))) if options.get("sizes") else "",
    outputs=_count,
    followers=("Linear", "Sequential"),
    text=lambda options: f"sizes={options['sizes']}, dim={options['dim']}",
)

TYPES = (SELECT, SPLIT)
