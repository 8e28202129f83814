"""The layer that tells steps of a sequence apart by where they stand."""

from __future__ import annotations

from core.design.catalog.base import Inference, LayerType, Options, elements
from core.design.catalog.sequence import SEQUENCE, check_sequence
from core.design.model import TensorSpec


def infer_positional(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """(N, steps, features), unchanged in shape."""
    check_sequence(inputs[0])
    return Inference(inputs[0], options, flops=elements(inputs[0]))


TYPES = (
    LayerType(
        key="PositionalEncoding",
        family=SEQUENCE,
        icon="positional",
        summary="Adds waves of many lengths to a sequence, by which each step can tell where it stands.",
        infer=infer_positional,
        target="core.network.positional:PositionalEncoding",
        followers=("TransformerEncoder", "TransformerEncoderLayer", "MultiheadAttention"),
        text=lambda options: "",
    ),
)
