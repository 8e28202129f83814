"""Pictures changed at random, as the settings say, before a step learns from them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from core.arrays.backend import Array, namespace
from core.data.prepare import PreparedData
from core.data.preview import first_of_each, label_of, shrunk
from core.data.seen import SeenData
from core.design.augmentation import PLACES, changes, is_augmented, problem
from core.design.settings import DataSettings
from core.errors import DataError
from core.functions.arithmetic import where
from core.functions.creation import from_numpy, zeros
from core.random.draws import manual_seed, rand, randn
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor, tensor_of
from core.training.messages import AugmentedShown

SHOWN, VARIANTS = 6, 6
"""Samples that are shown, and how many changed ones of each."""
Augment: TypeAlias = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


def augmentation_of(settings: DataSettings, shape: tuple[int, ...], least: float, greatest: float) -> Augment | None:
    """What is done to features (N, channels, height, width) and targets of a batch; None where nothing is.

    `shape` is that of a sample; `least` and `greatest` are what black and white are.
    The numbers come from the engine's generator, on the CPU: the same seed gives the same pictures on every device.
    The target of an autoencoder is the changed picture without its noise. Raises DataError for settings that cannot be.
    """
    if not is_augmented(settings):
        return None
    if (wrong := problem(settings, shape)) is not None:
        raise DataError(wrong.template, **wrong.values)
    itself = settings.task == "autoencoder"

    def augment(features: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        with no_grad():
            changed = moved(features, settings)
            if settings.brightness:
                changed = least + (changed - least) * (1 + _drawn(features, settings.brightness))
            noisy = changed
            if settings.noise:
                noise = randn(*features.shape).to(features.device)
                noisy = changed + noise * (settings.noise * (greatest - least))
        return noisy, changed if itself else targets

    return augment


def ends(data: PreparedData) -> tuple[float, float]:
    """What black and white are once pictures are scaled."""
    values = data.description.values
    assert values is not None
    if data.features.mean.ndim:
        return 0.0, 1.0  # no pictures
    mean, scale = float(data.features.mean), float(data.features.scale)
    return (values.least - mean) / scale, (values.greatest - mean) / scale


def show_augmented(seen: SeenData, settings: DataSettings, seed: int) -> AugmentedShown:
    """A few samples, each followed by what augmentation makes of it. Raises DataError where these are no pictures."""
    values = seen.samples.description().values
    assert values is not None
    features = seen.source.features
    augment = augmentation_of(settings, features.shape[1:], values.least, values.greatest)
    if seen.kind != "pictures":
        raise DataError("The samples of '{name}' are no pictures of one or three channels.", name=seen.source.name)
    chosen = first_of_each(seen.target, len(features), SHOWN)
    manual_seed(seed)
    rows = []
    for index in chosen:
        several = from_numpy(np.repeat(features[index][None], VARIANTS, 0).astype(np.float32))
        changed = augment(several, several)[0].numpy() if augment is not None else several.numpy()
        label = label_of(seen.source, seen.target, index)
        each = (features[index], *changed)
        rows.append(tuple(shrunk(picture, label, values.least, values.greatest) for picture in each))
    return AugmentedShown(tuple(rows))


def moved(features: Tensor, settings: DataSettings) -> Tensor:
    """Pictures flipped, and looked at elsewhere. What is outside a picture is as its nearest edge."""
    for axis, words in ((-1, ("horizontal", "both")), (-2, ("vertical", "both"))):
        if settings.flip in words:
            chosen = (rand(len(features)) < 0.5).to(features.device).view(-1, 1, 1, 1)
            features = where(chosen, features.flip(axis), features)
    if not any(name in PLACES for name in changes(settings)):
        return features
    return tensor_of(_looked_at(features._array, _places(features, settings)._array))


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


def _drawn(features: Tensor, amount: float) -> Tensor:
    """(N, 1, 1, 1) from -amount to amount, on the device."""
    drawn: Tensor = ((rand(len(features)) * 2 - 1) * amount).to(features.device).view(-1, 1, 1, 1)
    return drawn


def _places(features: Tensor, settings: DataSettings) -> Tensor:
    """(N, 2, 3): from places in what is seen to places in the picture, both from -1 to 1."""
    count, _, height, width = features.shape
    angle, size, lacking, along, down = (rand(count) * 2 - 1 for _ in range(5))
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
    return theta.to(features.device)
