"""Layers that keep a vector for each of a number of things, such as words."""

from __future__ import annotations

from core.design.catalog.base import (
    Inference,
    LayerType,
    Misfit,
    Option,
    Options,
    elements,
    int_of,
    optional_int_of,
)
from core.design.catalog.sequence import SEQUENCE, from_to
from core.design.model import TensorSpec

ROWS = Option(
    "num_embeddings",
    "int",
    100,
    label="Things",
    minimum=1,
    maximum=1 << 24,
    required=True,
    help="How many things there are. They come as whole numbers from 0 on: data must not be scaled.",
)
WIDTH = Option(
    "embedding_dim",
    "int",
    32,
    label="Numbers for each",
    minimum=1,
    maximum=1 << 16,
    required=True,
    help="How many learned numbers stand for a thing.",
)
PADDING = Option(
    "padding_idx",
    "int",
    label="Padding",
    minimum=0,
    inferred=True,
    help="The thing that only fills up short sequences: it is zero and learns nothing. Left empty, there is none.",
)


def infer_embedding(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, …)` becomes `(N, …, embedding_dim)`. Picking a number is counted as one operation."""
    rows, width = _table(options)
    output = TensorSpec((*inputs[0].shape, width), inputs[0].dtype)
    return Inference(output, options, {"weight": (rows, width)}, flops=elements(output))


def infer_bag(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """`(N, things)` becomes `(N, embedding_dim)`."""
    (given,) = inputs
    if len(given.shape) != 2:
        raise Misfit(
            "{type} '{name}' expects N × things, but '{source}' gives {given}.",
            inserts=(("Flatten", {}),) if len(given.shape) > 2 else (),
            given=str(given),
        )
    rows, width = _table(options)
    output = TensorSpec((given.shape[0], width), given.dtype)
    return Inference(output, options, {"weight": (rows, width)}, flops=elements(given) * width)


def _table(options: Options) -> tuple[int, int]:
    rows, padding = int_of(options, "num_embeddings"), optional_int_of(options, "padding_idx")
    if padding is not None and padding >= rows:
        raise Misfit(
            "{type} '{name}' has {rows} things, numbered from 0, so {padding} cannot be the padding.",
            fixes={"padding_idx": rows - 1},
            rows=rows,
            padding=padding,
        )
    return rows, int_of(options, "embedding_dim")


def _telling(options: Options) -> str:
    return from_to(options["num_embeddings"], options["embedding_dim"])


def _text(options: Options) -> str:
    padding = "" if options["padding_idx"] is None else f", padding_idx={options['padding_idx']}"
    mode = f", mode={options['mode']!r}" if "mode" in options else ""
    return f"{options['num_embeddings']}, {options['embedding_dim']}{mode}{padding}"


TYPES = (
    LayerType(
        key="Embedding",
        family=SEQUENCE,
        icon="embedding",
        summary="Turns each whole number, such as that of a word, into a learned vector.",
        infer=infer_embedding,
        options=(ROWS, WIDTH, PADDING),
        telling=_telling,
        target="core.network.sequences:Embedding",
        followers=("LSTM", "TransformerEncoder", "Flatten"),
        parameters=("weight",),
        text=_text,
    ),
    LayerType(
        key="EmbeddingBag",
        family=SEQUENCE,
        icon="embedding-bag",
        summary="One vector for a whole list of things: the mean of theirs, whatever their order.",
        infer=infer_bag,
        options=(
            ROWS,
            WIDTH,
            Option(
                "mode",
                "choice",
                "mean",
                label="Brings together by",
                choices=("sum", "mean", "max"),
                help="What becomes of the vectors of a list: their sum, their mean, or the largest of each number.",
            ),
            PADDING,
        ),
        telling=_telling,
        target="core.network.sequences:EmbeddingBag",
        followers=("Linear", "ReLU"),
        parameters=("weight",),
        rare=True,
        text=_text,
    ),
)
