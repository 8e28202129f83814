"""Moving numbers between channels and places, as functions."""

from __future__ import annotations

from core.tensors.tensor import Tensor

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Moves channels into places. (*, C r^2, H, W) -> (*, C, H r, W r) (Shi et al., 2016)."""
    _check_axes("pixel_shuffle", input)
    r = upscale_factor
    if r <= 0:
        raise RuntimeError(f"pixel_shuffle expects a positive upscale_factor, but got {r}")
    *lead, channels, height, width = input._array.shape
    if channels % (r * r):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, "
            f"but input.size(-3)={channels} is not divisible by {r * r}"
        )
    apart = input.reshape(*lead, channels // (r * r), r, r, height, width)
    return _reordered(apart, len(lead), (0, 3, 1, 4, 2)).reshape(*lead, channels // (r * r), height * r, width * r)


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Moves places into channels: the reverse of `pixel_shuffle`. (*, C, H r, W r) -> (*, C r^2, H, W)."""
    _check_axes("pixel_unshuffle", input)
    r = downscale_factor
    if r <= 0:
        raise RuntimeError(f"pixel_unshuffle expects a positive downscale_factor, but got {r}")
    *lead, channels, height, width = input._array.shape
    for name, axis, length in (("height", -2, height), ("width", -1, width)):
        if length % r:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but input.size({axis})={length} "
                f"is not divisible by {r}"
            )
    apart = input.reshape(*lead, channels, height // r, r, width // r, r)
    return _reordered(apart, len(lead), (0, 2, 4, 1, 3)).reshape(*lead, channels * r * r, height // r, width // r)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Deals the channels of `groups` groups out in turn. (N, C, *) -> (N, C, *)."""
    if input.ndim < 3:
        raise RuntimeError(f"channel_shuffle expects input with > 2 dims, but got input with sizes {list(input.shape)}")
    if groups <= 0:
        raise RuntimeError(f"Number of groups to divide channels in must be positive. Value of groups:{groups}")
    batch, channels, *rest = input._array.shape
    if channels % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {channels} channels and {groups} groups."
        )
    dealt = input.reshape(batch, groups, channels // groups, *rest).transpose(1, 2)
    return dealt.reshape(batch, channels, *rest)


def _reordered(apart: Tensor, lead: int, order: tuple[int, ...]) -> Tensor:
    return apart.permute(*range(lead), *[lead + axis for axis in order])


def _check_axes(name: str, input: Tensor) -> None:
    if input.ndim < 3:
        raise RuntimeError(
            f"{name} expects input to have at least 3 dimensions, but got input with {input.ndim} dimension(s)"
        )
