"""Layers that make one out of several: where branches of a graph meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.design.catalog.base import Inference, LayerType, Misfit, Option, Options, elements, int_of
from core.design.model import TensorSpec


def infer_broadcast(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Inputs of one shape, or of shapes that numpy's broadcasting rules bring together."""
    _check_count(inputs)
    shape = inputs[0].shape
    for port, other in enumerate(inputs[1:], 1):
        joined = broadcast(shape, other.shape)
        if joined is None:
            raise different(inputs, port)
        shape = joined
    output = TensorSpec(shape, inputs[0].dtype)
    return Inference(output, options, flops=(len(inputs) - 1) * elements(output))


def infer_matmul(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """(N, …, rows, inner) and (N, …, inner, columns) -> (N, …, rows, columns)."""
    left, right = inputs
    for port, given in enumerate(inputs):
        if len(given.shape) < 3 or len(given.shape) != len(left.shape):
            raise Misfit(
                "{type} '{name}' multiplies two matrices for each sample, such as N × 4 × 8 and N × 8 × 5, but "
                "'{source}' gives {given}.",
                port=port,
                given=str(given),
            )
    (rows, inner), (needed, columns) = left.shape[-2:], right.shape[-2:]
    common = broadcast(left.shape[:-2], right.shape[:-2])
    if inner != needed or common is None:
        turned = (*range(len(right.shape) - 2), len(right.shape) - 1, len(right.shape) - 2)
        raise Misfit(
            "{type} '{name}' cannot multiply {left} by {right}: the first's columns must be as many as the second's "
            "rows, and the axes before them the same.",
            inserts=(("Permute", {"dims": turned}),),
            port=1,
            left=str(left),
            right=str(right),
        )
    output = TensorSpec((*common, rows, columns), left.dtype)
    return Inference(output, options, flops=elements(output) * (2 * (inner or 1) - 1))


def infer_concat(options: Options, inputs: tuple[TensorSpec, ...]) -> Inference:
    """Inputs that agree in every axis but `dim`, where they are put side by side."""
    _check_count(inputs)
    first = inputs[0].shape
    dim = int_of(options, "dim")
    if not -len(first) <= dim < len(first) or dim % len(first) == 0:
        raise Misfit(
            "{type} '{name}' joins along axis {dim}, but '{first}' gives {given}: it can join along axes 1 to {last}.",
            fixes={"dim": len(first) - 1},
            dim=dim,
            given=str(inputs[0]),
            last=len(first) - 1,
        )
    axis, total = dim % len(first), 0
    for port, given in enumerate(inputs):
        size = given.shape[axis] if axis < len(given.shape) else None
        if size is None or (*given.shape[:axis], *given.shape[axis + 1 :]) != (*first[:axis], *first[axis + 1 :]):
            raise different(inputs, port)
        total += size
    return Inference(TensorSpec((*first[:axis], total, *first[axis + 1 :]), inputs[0].dtype), options)


def _check_count(inputs: tuple[TensorSpec, ...]) -> None:
    if len(inputs) < 2:
        template = "{type} '{name}' brings two or more inputs together, but has {count}."
        raise Misfit(template, count=len(inputs), unfinished=True)


def broadcast(left: tuple[int | None, ...], right: tuple[int | None, ...]) -> tuple[int | None, ...] | None:
    """The common shape of two, or None. The batch stays in front: shapes must have as many axes as each other."""
    if len(left) != len(right) or any(a != b and 1 not in (a, b) for a, b in zip(left, right, strict=True)):
        return None
    return tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))


def different(inputs: tuple[TensorSpec, ...], port: int) -> Misfit:
    """What to raise for an input that is not like the first."""
    first, other = inputs[0], inputs[port]
    return Misfit(
        "{type} '{name}' cannot bring these together: '{first}' gives {left} but '{source}' gives {right}.",
        inserts=tuple(_alike(first.shape, other.shape)),
        port=port,
        left=str(first),
        right=str(other),
    )


def _alike(wanted: tuple[int | None, ...], given: tuple[int | None, ...]) -> Iterator[tuple[str, Options]]:
    """The layers that turn the one shape into the other: on a picture, the convolution of a residual's short cut."""
    features, axes = wanted[-1], len(wanted) - 2
    if wanted[:-1] == given[:-1] and features is not None:
        yield "Linear", {"out_features": features}
    if len(given) == len(wanted) and 1 <= axes <= 3:
        steps = tuple(-(-n // m) for n, m in zip(given[2:], wanted[2:], strict=True) if n and m)
        stride = steps[0] if len(set(steps)) == 1 else steps
        yield f"Conv{axes}d", {"out_channels": wanted[1], "kernel_size": 1, "stride": stride}
        yield from _resized(wanted[2:], given[2:])


def _resized(wanted: tuple[int | None, ...], given: tuple[int | None, ...]) -> Iterator[tuple[str, Options]]:
    """The layers that bring pictures to a size: with a border, or cut off, and made larger or smaller."""
    missing = tuple((n or 0) - (m or 0) for n, m in zip(wanted, given, strict=True))
    if any(missing):
        ends = tuple(width for n in reversed(missing) for width in (n // 2, n - n // 2))  # the last axis comes first
        yield f"ZeroPad{len(wanted)}d", {"padding": ends[0] if len(set(ends)) == 1 else ends}
        if max(missing) > 0:
            yield "Upsample", {"size": wanted}
        else:
            yield f"AdaptiveAvgPool{len(wanted)}d", {"output_size": wanted}


def _merge(
    key: str,
    summary: str,
    infer: Callable[[Options, tuple[TensorSpec, ...]], Inference],
    *options: Option,
    telling: Callable[[Options], str] = lambda options: "",
    inputs: int | None = None,
    ports: tuple[str, ...] = (),
) -> LayerType:
    return LayerType(
        key=key,
        family="merge",
        icon=key.lower(),
        summary=summary,
        infer=infer,
        options=options,
        telling=telling,
        inputs=inputs,
        ports=ports,
        followers=("ReLU", "LayerNorm", "Linear", "Output"),
    )


TYPES = (
    _merge("Add", "Adds its inputs, number by number: the end of a residual connection.", infer_broadcast),
    _merge("Multiply", "Multiplies its inputs, number by number: one branch gates another.", infer_broadcast),
    _merge(
        "Subtract",
        "Takes its second input from the first, number by number.",
        infer_broadcast,
        inputs=2,
        ports=("first", "second"),
    ),
    _merge(
        "MatMul",
        "Multiplies two matrices for each sample: the scores of attention, or what a Linear does with weights that flow"
        " in.",
        infer_matmul,
        inputs=2,
        ports=("left", "right"),
    ),
    _merge(
        "Concat",
        "Puts its inputs side by side.",
        infer_concat,
        Option(
            "dim",
            "int",
            1,
            label="Axis",
            help="The axis along which the inputs are put side by side. Axis 0 is the batch.",
        ),
        telling=lambda options: f"axis {options['dim']}",
    ),
)
