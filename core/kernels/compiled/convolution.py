"""Convolutions of which each channel sees itself alone, over images whose channels come last."""

from __future__ import annotations

from core.kernels.compiled.numba_kernel import kernel


@kernel("void(f4[:, :, :, ::1], f4[:, :, ::1], f4[:, :, :, ::1], i8, i8, i8, i8)")
def depthwise(x, weight, out, down, along, gap_down, gap_along):
    """x (N, H, W, C), padded, weight (kh, kw, C) -> out (N, h, w, C), which is added to."""
    images, height, width, channels = out.shape
    for n in range(images):
        for h in range(height):
            for i in range(weight.shape[0]):
                for j in range(weight.shape[1]):
                    factor = weight[i, j]
                    for w in range(width):
                        made, met = out[n, h, w], x[n, h * down + i * gap_down, w * along + j * gap_along]
                        for c in range(channels):
                            made[c] += met[c] * factor[c]


@kernel("void(f4[:, :, :, ::1], f4[:, :, ::1], f4[:, :, :, ::1], i8, i8, i8, i8)")
def depthwise_by_input(grad, weight, out, down, along, gap_down, gap_along):
    """grad (N, h, w, C) -> out (N, H, W, C), padded, which is added to."""
    images, height, width, channels = grad.shape
    for n in range(images):
        for h in range(height):
            for i in range(weight.shape[0]):
                for j in range(weight.shape[1]):
                    factor = weight[i, j]
                    for w in range(width):
                        made, met = grad[n, h, w], out[n, h * down + i * gap_down, w * along + j * gap_along]
                        for c in range(channels):
                            met[c] += made[c] * factor[c]


@kernel("void(f4[:, :, :, ::1], f4[:, :, :, ::1], f4[:, :, ::1], i8, i8, i8, i8)")
def depthwise_by_weight(x, grad, out, down, along, gap_down, gap_along):
    """x (N, H, W, C), padded, grad (N, h, w, C) -> out (kh, kw, C), which is added to."""
    images, height, width, channels = grad.shape
    for n in range(images):
        for h in range(height):
            for i in range(out.shape[0]):
                for j in range(out.shape[1]):
                    total = out[i, j]
                    for w in range(width):
                        made, met = grad[n, h, w], x[n, h * down + i * gap_down, w * along + j * gap_along]
                        for c in range(channels):
                            total[c] += made[c] * met[c]
