"""Layers for series, pictures and volumes: their options and the shapes of samples to compare with the engine."""

from __future__ import annotations

from core.design.model import Value

CASES: list[tuple[str, dict[str, Value], tuple[tuple[int, ...], ...]]] = [
    ("Conv1d", {}, ((2, 7),)),
    ("Conv1d", {"kernel_size": (2,), "stride": 3, "padding": "valid", "bias": False}, ((2, 7),)),
    ("Conv2d", {}, ((3, 8, 6),)),
    ("Conv2d", {"kernel_size": (3, 1), "stride": (2, 1), "padding": (1, 0), "dilation": 2, "groups": 2}, ((4, 8, 6),)),
    ("Conv2d", {"kernel_size": 4, "padding": "same", "padding_mode": "reflect", "out_channels": 5}, ((3, 8, 6),)),
    ("Conv2d", {"padding": 2, "padding_mode": "circular"}, ((1, 4, 4),)),
    ("Conv3d", {"padding_mode": "replicate", "padding": 1}, ((2, 3, 4, 5),)),
    ("ConvTranspose1d", {"groups": 2, "bias": False}, ((2, 7),)),
    ("ConvTranspose2d", {"stride": 2, "padding": 1, "output_padding": 1}, ((3, 4, 5),)),
    ("ConvTranspose2d", {"stride": (2, 1), "dilation": 2, "kernel_size": (2, 3)}, ((3, 4, 5),)),
    ("ConvTranspose3d", {}, ((3, 2, 2, 2),)),
    ("MaxPool1d", {}, ((2, 7),)),
    ("MaxPool2d", {}, ((2, 7, 6),)),
    ("MaxPool2d", {"kernel_size": (3, 2), "stride": 2, "padding": 1, "ceil_mode": True}, ((2, 7, 6),)),
    ("MaxPool2d", {"kernel_size": 2, "dilation": 3, "ceil_mode": True}, ((2, 7, 6),)),
    ("MaxPool3d", {}, ((2, 3, 4, 5),)),
    ("AvgPool1d", {"kernel_size": 3, "stride": 2, "padding": 1}, ((2, 7),)),
    ("AvgPool2d", {"ceil_mode": True, "count_include_pad": False, "divisor_override": 3}, ((2, 7, 6),)),
    ("AvgPool3d", {"kernel_size": (1, 2, 3)}, ((2, 3, 4, 5),)),
    ("FractionalMaxPool2d", {}, ((2, 7, 6),)),
    ("FractionalMaxPool2d", {"kernel_size": (3, 2), "output_size": (4, 1)}, ((2, 7, 6),)),
    ("FractionalMaxPool3d", {}, ((2, 3, 4, 5),)),
    ("LPPool1d", {}, ((2, 7),)),
    ("LPPool2d", {"norm_type": 1.5, "stride": 1}, ((2, 7, 6),)),
    ("LPPool3d", {"ceil_mode": True}, ((2, 3, 4, 5),)),
    ("AdaptiveAvgPool1d", {"output_size": 3}, ((2, 7),)),
    ("AdaptiveAvgPool2d", {}, ((2, 7, 6),)),
    ("AdaptiveAvgPool3d", {"output_size": (1, 2, 3)}, ((2, 3, 4, 5),)),
    ("AdaptiveMaxPool1d", {}, ((2, 7),)),
    ("AdaptiveMaxPool2d", {"output_size": (3, 9)}, ((2, 7, 6),)),
    ("AdaptiveMaxPool3d", {}, ((2, 3, 4, 5),)),
    *(
        (f"{kind}Pad{axes}d", {"padding": padding}, ((2, *(3, 4, 5)[:axes]),))
        for kind in ("Zero", "Reflection", "Replication", "Circular")
        for axes, padding in ((1, (2, 0)), (2, 1), (2, (1, 2, 0, 1)), (3, (0, 1, 2, 0, 1, 1)))
    ),
    ("ZeroPad2d", {"padding": -1}, ((2, 3, 4),)),
    ("ConstantPad1d", {"value": 2.5}, ((2, 7),)),
    ("ConstantPad2d", {"padding": (1, -1, 0, 2)}, ((2, 3, 4),)),
    ("ConstantPad3d", {}, ((2, 3, 4, 5),)),
    ("Upsample", {}, ((2, 7),)),
    ("Upsample", {"scale_factor": 1.5, "mode": "bilinear", "align_corners": True}, ((2, 7, 6),)),
    ("Upsample", {"size": (3, 4), "mode": "bicubic"}, ((2, 7, 6),)),
    ("Upsample", {"size": 4, "mode": "area"}, ((2, 3, 4, 5),)),
    ("UpsamplingNearest2d", {}, ((2, 3, 4),)),
    ("UpsamplingBilinear2d", {"size": 5}, ((2, 3, 4),)),
    ("PixelShuffle", {}, ((8, 3, 4),)),
    ("PixelUnshuffle", {}, ((2, 6, 4),)),
    ("ChannelShuffle", {}, ((4, 3),)),
    ("Unfold", {"stride": 2, "padding": 1}, ((2, 6, 4),)),
    ("Fold", {"output_size": (4, 5), "kernel_size": 2}, ((8, 12),)),
]
