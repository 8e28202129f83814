"""Input and Output: where numbers enter and leave a Module container."""

from __future__ import annotations

from core.design.catalog.base import Inference, LayerType, Option, Options, size_of, times, unchanged
from core.design.model import TensorSpec


def infer_input(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """What flows into the container; in the root, samples of the shape that was set or is that of the data."""
    (given,) = inputs
    return Inference(given, {**options, "shape": given.shape[1:]})


INPUT = LayerType(
    key="Input",
    family="input",
    icon="input",
    summary="Where samples enter. In a container inside another, where its input enters.",
    infer=infer_input,
    options=(
        Option(
            "shape",
            "size",
            label="Shape of a sample",
            minimum=1,
            inferred=True,
            help="The sizes of one sample, without the batch. Left empty, it is that of the data.",
        ),
    ),
    telling=lambda options: "" if options.get("shape") is None else times(size_of(options, "shape")),
    inputs=0,
    followers=("Flatten", "Sequential", "Linear"),
)

OUTPUT = LayerType(
    key="Output",
    family="input",
    icon="output",
    summary="What the container gives. Without it, a container gives what its last layer gives.",
    infer=unchanged,
)

TYPES = (INPUT, OUTPUT)
