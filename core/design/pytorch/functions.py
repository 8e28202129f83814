"""Functions and methods of tensors by name: the layer that does the same, and what its arguments mean."""

from __future__ import annotations

from collections.abc import Mapping

POOL = ("kernel_size", "stride", "padding")
FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **{key.lower(): (key, ()) for key in ("ReLU", "Sigmoid", "Tanh", "SELU", "SiLU", "Mish", "ReLU6", "Softplus")},
    **{key.lower(): (key, ()) for key in ("Softsign", "LogSigmoid", "Tanhshrink", "Hardswish", "Hardsigmoid")},
    "gelu": ("GELU", ()),
    "leaky_relu": ("LeakyReLU", ("negative_slope",)),
    "elu": ("ELU", ("alpha",)),
    "celu": ("CELU", ("alpha",)),
    "hardtanh": ("Hardtanh", ("min_val", "max_val")),
    "glu": ("GLU", ("dim",)),
    "softmax": ("Softmax", ("dim",)),
    "log_softmax": ("LogSoftmax", ("dim",)),
    "dropout": ("Dropout", ("p",)),
    "dropout2d": ("Dropout2d", ("p",)),
    "max_pool1d": ("MaxPool1d", (*POOL, "dilation", "ceil_mode")),
    "max_pool2d": ("MaxPool2d", (*POOL, "dilation", "ceil_mode")),
    "max_pool3d": ("MaxPool3d", (*POOL, "dilation", "ceil_mode")),
    "avg_pool1d": ("AvgPool1d", (*POOL, "ceil_mode", "count_include_pad")),
    "avg_pool2d": ("AvgPool2d", (*POOL, "ceil_mode", "count_include_pad")),
    "avg_pool3d": ("AvgPool3d", (*POOL, "ceil_mode", "count_include_pad")),
    "adaptive_avg_pool1d": ("AdaptiveAvgPool1d", ("output_size",)),
    "adaptive_avg_pool2d": ("AdaptiveAvgPool2d", ("output_size",)),
    "adaptive_max_pool2d": ("AdaptiveMaxPool2d", ("output_size",)),
    "pixel_shuffle": ("PixelShuffle", ("upscale_factor",)),
    "interpolate": ("Upsample", ("size", "scale_factor", "mode", "align_corners")),
    "upsample": ("Upsample", ("size", "scale_factor", "mode", "align_corners")),
    "flatten": ("Flatten", ("start_dim", "end_dim")),
}
"""Functions of one tensor by name, the layer that does the same, and their other arguments in order."""

OF_TWO: Mapping[str, str] = {
    "add": "Add",
    "add_": "Add",
    "mul": "Multiply",
    "mul_": "Multiply",
    "multiply": "Multiply",
    "sub": "Subtract",
    "subtract": "Subtract",
    "matmul": "MatMul",
    "bmm": "MatMul",
}
"""Functions of two tensors."""

PASSED_ON = ("long", "float", "contiguous", "clone", "type_as")
"""Methods after which the same numbers go on."""

RANKS: Mapping[str, int] = {
    **{f"{kind}{axes}d": axes + 2 for axes in (1, 2, 3) for kind in
       ("Conv", "ConvTranspose", "MaxPool", "AvgPool", "AdaptiveAvgPool", "AdaptiveMaxPool", "LPPool", "ZeroPad")},
    "BatchNorm2d": 4, "BatchNorm3d": 5, "InstanceNorm2d": 4, "Dropout2d": 4, "PixelShuffle": 4,
}  # fmt: skip
"""How many axes these layers give, the batch among them."""
MOVES = ("Flatten", "Unflatten", "Embedding", "LSTM", "GRU", "RNN")
"""Layers that give another number of axes than they get; others give as many."""
