"""Shapes, orders of axes, ranges and rows: what moves numbers and does not change them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.onnx_files.reading.call import Call, Reader, shaped
from core.onnx_files.reading.folding import axes_of
from core.onnx_files.reading.values import NotUnderstoodError, Part, Value, elements


def _reshape(call: Call) -> Value:
    target = call.attributes.get("shape")
    return shaped(call, call.flow(), target if target is not None else [int(s) for s in call.needed(1)])


def _flatten(call: Call) -> Value:
    flow, axis = call.flow(), call.axis(1) if call.attributes.get("axis", 1) != len(call.flow().sizes) else None
    split = len(flow.sizes) if axis is None else axis
    return shaped(call, flow, (elements(flow.sizes[:split]), elements(flow.sizes[split:])))


def _squeeze(call: Call) -> Value:
    flow = call.flow()
    axes = axes_of(call.attributes, [call.needed(1)] if len(call.inputs) > 1 else [], 0)
    wanted = {axis % len(flow.sizes) for axis in axes} if axes is not None else None
    gone = {place for place, size in enumerate(flow.sizes) if size == 1 and (wanted is None or place in wanted)}
    return shaped(call, flow, [size for place, size in enumerate(flow.sizes) if place not in gone])


def _unsqueeze(call: Call) -> Value:
    flow = call.flow()
    axes = axes_of(call.attributes, [call.needed(1)] if len(call.inputs) > 1 else [], 0) or []
    sizes, rank = list(flow.sizes), len(flow.sizes) + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        sizes.insert(axis, 1)
    return shaped(call, flow, sizes)


def _transpose(call: Call) -> Value:
    flow = call.flow()
    order = [int(axis) for axis in call.attributes.get("perm", reversed(range(len(flow.sizes))))]
    if sorted(order) != list(range(len(flow.sizes))):
        raise NotUnderstoodError("it names axes that there are not")
    return flow.turned(order)


def _concat(call: Call) -> Value:
    axis = int(call.attributes.get("axis", 0))
    if (whole := _joined(call.inputs, axis)) is not None:
        return whole
    flows = [call.cards.plain(call.flow(place)) for place in range(len(call.inputs))]
    return flows[0] if len(flows) == 1 else call.card("Concat", {"dim": axis}, flows=flows)


def _joined(inputs: tuple[Value | None, ...], axis: int) -> Value | None:
    """All places of an axis that were taken out one by one, put side by side along another: the axis lies there now."""
    parts = [part for part in inputs if isinstance(part, Part)]
    if len(parts) != len(inputs) or not parts or any(part.flow != parts[0].flow for part in parts):
        return None
    flow, along = parts[0].flow, parts[0].axis
    ranges = [(part.axis, part.start, part.stop, part.drop) for part in parts]
    if ranges != [(along, number, number + 1, True) for number in range(flow.sizes[along])]:
        return None
    rest = [place for place in range(len(flow.sizes)) if place != along]
    axis %= len(rest)
    turned = flow.turned([*rest[:axis], along, *rest[axis:]])
    sizes = list(turned.sizes)
    sizes[axis : axis + 2] = [sizes[axis] * sizes[axis + 1]]
    return turned.laid(tuple(sizes))


def _gather(call: Call) -> Value:
    table = call.inputs[0]
    if isinstance(table, np.ndarray):
        if table.ndim != 2 or call.attributes.get("axis", 0) != 0:
            raise NotUnderstoodError("only the rows of a table can be chosen")
        return call.card(
            "Embedding", {"num_embeddings": table.shape[0], "embedding_dim": table.shape[1]}, {"weight": table},
            [call.cards.plain(call.flow(1))],
        )  # fmt: skip
    index, flow, axis = call.needed(1), call.flow(), call.axis(0)
    if index.size != 1:
        raise NotUnderstoodError("it takes places out of the samples, one by one")
    place = int(index.ravel()[0])
    place = place + flow.sizes[axis] if place < 0 else place
    return _taken(call, Part(flow, axis, place, place + 1, drop=index.ndim == 0, path=call.path))


def _slice(call: Call) -> Value:
    flow = call.flow()
    constants = [call.constant(place) for place in range(1, len(call.inputs))]
    told = [call.attributes.get(name) for name in ("starts", "ends", "axes", "steps")]
    starts, ends, axes, steps = (
        told[place] if told[place] is not None else constants[place] if place < len(constants) else None
        for place in range(4)
    )
    if starts is None or ends is None or len(starts) != 1 or (steps is not None and list(steps) != [1]):
        raise NotUnderstoodError("it takes several ranges, or steps")
    axis = (int(axes[0]) if axes is not None else 0) % len(flow.sizes)
    start, stop, _ = slice(int(starts[0]), int(ends[0])).indices(flow.sizes[axis])
    return _taken(call, Part(flow, axis, start, stop, path=call.path))


def _taken(call: Call, part: Part) -> Value:
    """The last step of all that a recurrent layer gives is its last state."""
    flow, card = part.flow, part.flow.source
    if (part.start, part.stop) == (0, flow.sizes[part.axis]):
        rest = [size for place, size in enumerate(flow.sizes) if place != part.axis]
        return shaped(call, flow, rest) if part.drop else flow
    if card >= 0 and part.stop == flow.sizes[part.axis] and part.stop == part.start + 1 and len(flow.shape) == 3:
        made = call.cards.made[card]
        if (
            made.options.get("output") == "every step"
            and flow.order[part.axis] == 1
            and not made.options.get("bidirectional")
        ):
            last = call.cards.card(
                made.key,
                [call.cards.given(source) for source in made.inputs],
                {**made.options, "output": "last state"},
                made.arrays,
                made.path,
            )
            return (
                last
                if part.drop
                else shaped(call, last, [1 if p == part.axis else s for p, s in enumerate(flow.sizes)])
            )
    return part


def _split(call: Call) -> list[Value]:
    flow, axis = call.flow(), call.axis(0)
    told = call.attributes.get("split")
    sizes = told if told is not None else call.constant(1)
    whole = flow.sizes[axis]
    ranges = [int(size) for size in sizes] if sizes is not None else [-(-whole // call.outputs)] * call.outputs
    if sizes is None:
        ranges[-1] = whole - sum(ranges[:-1])
    parts: list[Value] = []
    start = 0
    for size in ranges:
        parts.append(Part(flow, axis, start, start + size, path=call.path))
        start += size
    return parts


def _shape(call: Call) -> Value:
    sizes = call.flow().sizes
    return np.asarray(sizes[call.attributes.get("start", 0) : call.attributes.get("end", len(sizes))], np.int64)


def _expand(call: Call) -> Value:
    flow, wanted = call.flow(), tuple(int(size) for size in call.needed(1))
    if np.broadcast_shapes(flow.sizes, wanted) != flow.sizes:
        raise NotUnderstoodError("it repeats numbers")
    return flow


READERS: Mapping[str, Reader] = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Transpose": _transpose,
    "Concat": _concat,
    "Gather": _gather,
    "Slice": _slice,
    "Split": _split,
    "Shape": _shape,
    "Expand": _expand,
}
