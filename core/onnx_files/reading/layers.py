"""Norms and recurrent layers of ONNX as layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.design.model import Value as OptionValue
from core.onnx_files.reading.call import Call, Reader
from core.onnx_files.reading.values import BATCH, Array, NotUnderstoodError, Value, sizes_of
from core.onnx_files.writing.sequences import GATES


def _eps(call: Call) -> float:
    return float(str(np.float32(call.attributes.get("epsilon", 1e-5))))


def _batch_norm(call: Call) -> Value:
    flow = call.cards.plain(call.flow())
    names = ("weight", "bias", "running_mean", "running_var")
    arrays = {name: call.needed(place) for place, name in enumerate(names, 1)}
    momentum = float(str(np.float32(1 - call.attributes.get("momentum", 0.9))))
    key = f"BatchNorm{max(1, len(flow.sizes) - 2)}d"
    return call.card(key, {"eps": _eps(call), "momentum": momentum}, arrays, [flow])


def _instance_norm(call: Call) -> Value:
    """On groups of channels that were laid out as one it is GroupNorm."""
    flow, weight, bias = call.flow(), call.needed(1), call.needed(2)
    own = sizes_of(flow.spec)
    grouped = flow.shape != own and flow.order == tuple(range(len(flow.shape))) and len(flow.shape) > 2
    if grouped and len(own) > 1 and own[1] % flow.shape[1] == 0 and (weight == 1).all() and (bias == 0).all():
        options: dict[str, OptionValue] = {"num_groups": flow.shape[1], "eps": _eps(call), "affine": False}
        made = call.card("GroupNorm", options, flows=[call.cards.given(flow.source)])
        return replace(made, shape=flow.shape, order=flow.order)
    flow = call.cards.plain(flow)
    affine = not ((weight == 1).all() and (bias == 0).all())
    arrays = {"weight": weight, "bias": bias} if affine else {}
    key = f"InstanceNorm{len(flow.sizes) - 2}d"
    return call.card(key, {"eps": _eps(call), "affine": affine}, arrays, [flow])


def _layer_norm(call: Call) -> Value:
    flow, weight, bias = call.cards.plain(call.flow()), call.needed(1), call.constant(2)
    shape = flow.sizes[call.axis(-1) :]
    arrays = {"weight": weight.reshape(shape)} | ({} if bias is None else {"bias": bias.reshape(shape)})
    options: dict[str, OptionValue] = {"normalized_shape": shape, "eps": _eps(call), "bias": bias is not None}
    return call.card("LayerNorm", options, arrays, [flow])


def _local_response(call: Call) -> Value:
    size = int(call.attributes["size"])
    if size % 2 == 0:
        raise NotUnderstoodError("of an even number of channels it takes others than PyTorch does")
    usual = {"alpha": 1e-4, "beta": 0.75, "bias": 1.0}
    alpha, beta, k = (float(str(np.float32(call.attributes.get(name, value)))) for name, value in usual.items())
    return call.card("LocalResponseNorm", {"size": size, "alpha": alpha, "beta": beta, "k": k})


def _recurrent(call: Call) -> list[Value]:
    """(T, N, features) goes in, and (T, ways, N, units) and the last state (ways, N, units) come out."""
    kind, weight = call.kind, call.needed(1)
    flow = call.flow()
    if len(flow.sizes) == 3 and not call.attributes.get("layout", 0):
        flow = flow.turned((1, 0, 2))
    ways, units = weight.shape[0], int(call.attributes["hidden_size"])
    options: dict[str, OptionValue] = {"hidden_size": units, "bidirectional": ways == 2}
    options |= _checked(call, ways)
    arrays = _numbers(call, kind, ways)
    if call.constant(3) is None:
        options["bias"] = False
    every, last = (
        call.card(kind, {**options, "output": output}, arrays, [flow]) for output in ("every step", "last state")
    )
    steps = sizes_of(every.spec)[1]
    first = replace(every, shape=(BATCH, steps, ways, units), order=(1, 2, 0, 3))
    return [first, replace(last, shape=(BATCH, ways, units), order=(1, 0, 2)), *[_cell(call)] * (call.outputs - 2)]


def _cell(call: Call) -> Value:
    """What the state of the cell is: nothing that a card gives."""
    return np.full((0,), np.nan, np.float32)


def _checked(call: Call, ways: int) -> dict[str, OptionValue]:
    """What these layers do in another way than ours is refused; else the options that say which they are."""
    direction = call.attributes.get("direction", b"forward")
    if direction == b"reverse" or (direction == b"bidirectional") is not (ways == 2):
        raise NotUnderstoodError("it reads from the end alone")
    for place in (4, 5, 6, 7):
        given = call.inputs[place] if place < len(call.inputs) else None
        if place in (4, 7) and given is not None:
            raise NotUnderstoodError("its lengths are given, or it looks at its cells")
        if given is not None and not (isinstance(given, np.ndarray) and not given.any()):
            raise NotUnderstoodError("its first state is given")
    if call.kind == "GRU" and not call.attributes.get("linear_before_reset", 0):
        raise NotUnderstoodError("it resets before the product, and PyTorch behind it")
    names = [name.decode().lower() for name in call.attributes.get("activations", [])]
    if call.kind == "RNN" and names and len(set(names)) == 1 and names[0] in ("tanh", "relu"):
        return {"nonlinearity": names[0]}
    usual = {"LSTM": ["sigmoid", "tanh", "tanh"], "GRU": ["sigmoid", "tanh"], "RNN": ["tanh"]}[call.kind]
    if (names and names != usual * ways) or "clip" in call.attributes or call.attributes.get("input_forget", 0):
        raise NotUnderstoodError("its gates are bent in another way")
    return {}


def _numbers(call: Call, kind: str, ways: int) -> dict[str, Array]:
    """The weights in PyTorch's order of gates."""
    arrays: dict[str, Array] = {}
    both = {"weight_ih": call.needed(1), "weight_hh": call.needed(2)}
    if (bias := call.constant(3)) is not None:
        both |= dict(zip(("bias_ih", "bias_hh"), np.split(bias, 2, axis=1), strict=True))
    for name, packed in both.items():
        for way, end in zip(range(ways), ("", "_reverse"), strict=False):
            parts = np.split(packed[way], len(GATES[kind]))
            arrays[f"{name}_l0{end}"] = np.concatenate([parts[GATES[kind].index(g)] for g in range(len(parts))])
    return arrays


READERS: Mapping[str, Reader] = {
    "BatchNormalization": _batch_norm,
    "InstanceNormalization": _instance_norm,
    "LayerNormalization": _layer_norm,
    "LRN": _local_response,
    "LSTM": _recurrent,
    "GRU": _recurrent,
    "RNN": _recurrent,
}
