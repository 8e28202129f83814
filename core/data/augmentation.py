"""Pictures changed at random, as the settings say, before a step learns from them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays.backend import Array, namespace
from core.design.augmentation import PLACES, changes, is_augmented, problem
from core.design.settings import DataSettings
from core.errors import DataError
from core.functions.arithmetic import where
from core.functions.creation import from_numpy, zeros
from core.random.draws import rand, randn
from core.random.generator import Generator
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor, tensor_of


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What is done to pictures before a step learns from them. It is handed to the processes that do it.

    `least` and `greatest` are what black and white are.
    """

    settings: DataSettings
    least: float
    greatest: float

    def __call__(self, features: NDArray[np.float32], seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Pictures (N, channels, height, width) changed, and the same without noise, which an autoencoder is to give.

        All numbers are drawn from the seed: it gives the same pictures in whichever process and for every device.
        """
        settings, draw = self.settings, Generator().manual_seed(seed)
        with no_grad():
            changed = moved(from_numpy(features), settings, draw)
            if settings.brightness:
                changed = self.least + (changed - self.least) * (1 + _drawn(changed, settings.brightness, draw))
            noisy = changed
            if settings.noise:
                noisy = changed + randn(*changed.shape, generator=draw) * (
                    settings.noise * (self.greatest - self.least)
                )
        # In the order in memory in which they also come out of a process: others give sums other last digits.
        return np.array(noisy.numpy(), order="C"), np.array(changed.numpy(), order="C")


def augmentation_of(
    settings: DataSettings, shape: tuple[int, ...], least: float, greatest: float
) -> Augmentation | None:
    """What is done to samples of this shape; None where nothing is. Raises DataError for settings that cannot be."""
    if not is_augmented(settings):
        return None
    if (wrong := problem(settings, shape)) is not None:
        raise DataError(wrong.template, **wrong.values)
    return Augmentation(settings, least, greatest)


def moved(features: Tensor, settings: DataSettings, draw: Generator) -> Tensor:
    """Pictures flipped, and looked at elsewhere. What is outside a picture is as its nearest edge."""
    for axis, words in ((-1, ("horizontal", "both")), (-2, ("vertical", "both"))):
        if settings.flip in words:
            chosen = (rand(len(features), generator=draw) < 0.5).view(-1, 1, 1, 1)
            features = where(chosen, features.flip(axis), features)
    if not any(name in PLACES for name in changes(settings)):
        return features
    return tensor_of(_looked_at(features._array, _places(features, settings, draw)._array))


def _looked_at(pictures: Array, theta: Array) -> Array:
    """(N, C, H, W) between its four nearest pixels, at the places that `theta` (N, 2, 3) leads to: what grid_sample
    gives at affine_grid with the border outside, in less than half its time.
    """
    xp = namespace(pictures)
    _, _, height, width = pictures.shape
    across, down = ((xp.arange(size, dtype=np.float32) * 2 + 1) / size - 1 for size in (width, height))
    corners, shares = [], []
    for row, size in ((theta[:, 1], height), (theta[:, 0], width)):
        place = row[:, 0, None, None] * across + row[:, 1, None, None] * down[:, None] + row[:, 2, None, None]
        place = xp.clip((place + 1) * (size / 2) - 0.5, 0, size - 1)
        corner = xp.floor(place)
        corners.append(corner.astype(np.intp))
        shares.append((place - corner)[..., None])
    (top, left), (lower, righter) = corners, shares
    bottom, right = xp.minimum(top + 1, height - 1), xp.minimum(left + 1, width - 1)
    pixels, each = pictures.transpose(0, 2, 3, 1), xp.arange(len(pictures))[:, None, None]
    above = pixels[each, top, left] * (1 - righter) + pixels[each, top, right] * righter
    below = pixels[each, bottom, left] * (1 - righter) + pixels[each, bottom, right] * righter
    return (above * (1 - lower) + below * lower).transpose(0, 3, 1, 2)


def _drawn(features: Tensor, amount: float, draw: Generator) -> Tensor:
    """(N, 1, 1, 1) from -amount to amount."""
    drawn: Tensor = ((rand(len(features), generator=draw) * 2 - 1) * amount).view(-1, 1, 1, 1)
    return drawn


def _places(features: Tensor, settings: DataSettings, draw: Generator) -> Tensor:
    """(N, 2, 3): from places in what is seen to places in the picture, both from -1 to 1."""
    count, _, height, width = features.shape
    angle, size, lacking, along, down = (rand(count, generator=draw) * 2 - 1 for _ in range(5))
    angle = angle * (settings.rotate * math.pi / 180)
    lacking = (lacking + 1) / 2 * settings.crop
    part = (1 - lacking) / (1 + size * settings.scale)
    room = 2 * settings.shift + lacking
    theta = zeros(count, 2, 3)
    theta[:, 0, 0] = angle.cos() * part
    theta[:, 0, 1] = -angle.sin() * part * (height / width)
    theta[:, 1, 0] = angle.sin() * part * (width / height)
    theta[:, 1, 1] = angle.cos() * part
    theta[:, 0, 2] = along * room
    theta[:, 1, 2] = down * room
    return theta
