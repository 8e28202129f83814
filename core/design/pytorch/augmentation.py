"""Augmentation written for PyTorch: the same changes, of amounts drawn in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

from core.design.augmentation import PLACES, changes, is_augmented
from core.design.settings import DataSettings

_FLIP = """    chosen = (torch.rand(len(x), generator=draw) < 0.5).to(x.device).view(-1, 1, 1, 1)
    x = torch.where(chosen, x.flip($axis), x)"""

_MOVE = """    angle, size, lacking, along, down = (torch.rand(len(x), generator=draw) * 2 - 1 for _ in range(5))
    angle, lacking = angle * ($rotate * math.pi / 180), (lacking + 1) / 2 * $crop
    part, room = (1 - lacking) / (1 + size * $scale), 2 * $shift + lacking
    height, width = x.shape[-2:]
    theta = torch.zeros(len(x), 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = angle.cos() * part, -angle.sin() * part * (height / width)
    theta[:, 1, 0], theta[:, 1, 1] = angle.sin() * part * (width / height), angle.cos() * part
    theta[:, 0, 2], theta[:, 1, 2] = along * room, down * room
    grid = F.affine_grid(theta.to(x.device), list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)"""

_BRIGHTNESS = """    least = ends[0]
    more = (torch.rand(len(x), generator=draw) * 2 - 1) * $brightness
    x = least + (x - least) * (1 + more.to(x.device).view(-1, 1, 1, 1))"""

_NOISE = """    noisy = x + torch.randn(x.shape, generator=draw).to(x.device) * ($noise * (ends[1] - ends[0]))"""


def augmentation_source(settings: DataSettings) -> str:
    """The function `augmented`, or nothing where nothing is changed."""
    if not is_augmented(settings):
        return ""
    amounts = {name: repr(float(getattr(settings, name))) for name in (*PLACES, "brightness", "noise")}
    lines = "\n".join(Template(text).substitute(amounts) for text in _steps(settings))
    result = "noisy" if settings.noise else "x"
    target = "x" if settings.task == "autoencoder" else "y"
    return (
        "def augmented(x: Tensor, y: Tensor, ends: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:\n"
        '    """Pictures changed at random, and their targets; `ends` are what black and white are."""\n'
        f"{lines}\n    return {result}, {target}"
    )


def _steps(settings: DataSettings) -> Iterator[str]:
    for axis, words in (("-1", ("horizontal", "both")), ("-2", ("vertical", "both"))):
        if settings.flip in words:
            yield _FLIP.replace("$axis", axis)
    amounts = changes(settings)
    if any(name in PLACES for name in amounts):
        yield _MOVE
    if "brightness" in amounts:
        yield _BRIGHTNESS
    if "noise" in amounts:
        yield _NOISE
