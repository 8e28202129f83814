"""Normalisation, as it is outside training."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from core.onnx_files.writing.site import Site, Writer, sizes


def _eps(site: Site) -> float:
    return float(str(site.options["eps"]))


def _running(site: Site) -> str:
    """By the statistics that training left."""
    channels = site.needed("running_mean").size
    scale = site.weight("weight") or site.constant(np.ones(channels))
    bias = site.weight("bias") or site.constant(np.zeros(channels))
    statistics = site.weights("running_mean", "running_var")
    return site.op("BatchNormalization", site.x, scale, bias, *statistics, epsilon=_eps(site))


def _batch(site: Site) -> str:
    if site.options["track_running_stats"]:
        return _running(site)
    rank = len(site.specs[0].shape)
    return _scaled(site, standardised(site, site.x, [0, *range(2, rank)]), rank - 2)


def _instance(site: Site) -> str:
    if site.options["track_running_stats"]:
        return _running(site)
    channels = sizes(site.specs[0])[0]
    scale = site.weight("weight") or site.constant(np.ones(channels))
    bias = site.weight("bias") or site.constant(np.zeros(channels))
    return site.op("InstanceNormalization", site.x, scale, bias, epsilon=_eps(site))


def standardised(site: Site, value: str, axes: Sequence[int]) -> str:
    """(x - mean) / √(variance + eps) over these axes."""
    apart = site.op("Sub", value, site.op("ReduceMean", value, axes=axes, keepdims=1))
    variance = site.op("ReduceMean", site.op("Mul", apart, apart), axes=axes, keepdims=1)
    return site.op("Div", apart, site.op("Sqrt", site.op("Add", variance, site.constant(_eps(site)))))


def _scaled(site: Site, value: str, behind: int) -> str:
    """Each channel times its weight plus its bias, where there are such; so many axes lie behind the channels."""
    for kind, name in (("Mul", "weight"), ("Add", "bias")):
        if parameter := site.weight(name):
            if behind > 0:
                parameter = site.op("Unsqueeze", parameter, site.sizes(*range(1, behind + 1)))
            value = site.op(kind, value, parameter)
    return value


def _group(site: Site) -> str:
    groups, own = int(str(site.options["num_groups"])), sizes(site.specs[0])
    constants = site.constant(np.ones(groups)), site.constant(np.zeros(groups))
    apart = site.op("InstanceNormalization", site.reshape(site.x, 0, groups, -1), *constants, epsilon=_eps(site))
    return _scaled(site, site.reshape(apart, 0, *own), len(own) - 1)


def _layer(site: Site) -> str:
    shape = site.options["normalized_shape"]
    own = (shape,) if isinstance(shape, int) else tuple(shape)  # type: ignore[arg-type]
    return layer_norm(site, site.x, own, _eps(site))


def layer_norm(site: Site, value: str, shape: Sequence[object], eps: float) -> str:
    """Over the last axes, of these sizes, with the parameters there are."""
    scale = site.weight("weight") or site.constant(np.ones([int(str(size)) for size in shape]))
    return site.op("LayerNormalization", value, scale, *site.weights("bias"), axis=-len(shape), epsilon=eps)


def _root_mean_square(site: Site) -> str:
    shape, eps = site.options["normalized_shape"], site.options["eps"]
    axes = list(range(-(1 if isinstance(shape, int) else len(shape)), 0))  # type: ignore[arg-type]
    mean = site.op("ReduceMean", site.op("Mul", site.x, site.x), axes=axes, keepdims=1)
    least = float(np.finfo(np.float32).eps) if eps is None else _eps(site)
    value = site.op("Div", site.x, site.op("Sqrt", site.op("Add", mean, site.constant(least))))
    return site.op("Mul", value, site.weight("weight")) if site.array("weight") is not None else value


def _local_response(site: Site) -> str:
    """x / (k + α · mean of neighbours' squares)^β, the mean with PyTorch's padding: one more in front if even."""
    size, (channels, *behind) = int(str(site.options["size"])), sizes(site.specs[0])
    alpha, beta, k = (float(str(site.options[name])) for name in ("alpha", "beta", "k"))
    if size % 2 and len(behind) == 2:
        return site.op("LRN", site.x, size=size, alpha=alpha, beta=beta, bias=k)
    square = site.reshape(site.op("Mul", site.x, site.x), 0, 1, channels, -1)
    means = site.op(
        "AveragePool", square, kernel_shape=[size, 1], strides=[1, 1], pads=[size // 2, 0, (size - 1) // 2, 0],
        count_include_pad=1,
    )  # fmt: skip
    scaled = site.op(
        "Add", site.op("Mul", site.reshape(means, 0, channels, *behind), site.constant(alpha)), site.constant(k)
    )
    return site.op("Div", site.x, site.op("Pow", scaled, site.constant(beta)))


_BY_KIND: Mapping[str, Writer] = {"BatchNorm": _batch, "InstanceNorm": _instance}
WRITERS: Mapping[str, Writer] = {
    **{f"{kind}{axes}d": writer for (kind, writer), axes in itertools.product(_BY_KIND.items(), (1, 2, 3))},
    "GroupNorm": _group,
    "LayerNorm": _layer,
    "RMSNorm": _root_mean_square,
    "LocalResponseNorm": _local_response,
}
