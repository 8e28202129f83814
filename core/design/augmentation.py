"""Augmentation: how pictures are changed at random each time they are learned from, so that there seem to be more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.design.settings import DataSettings
from core.errors import Sentence

FLIPS = ("none", "horizontal", "vertical", "both")


@dataclass(frozen=True, slots=True)
class Amount:
    """A change whose size is drawn: up to the setting's value, which is at most `most`. `unit` is "°" or "share"."""

    name: str
    title: str
    most: float
    unit: str
    summary: str


AMOUNTS: Mapping[str, Amount] = {
    amount.name: amount
    for amount in (
        Amount("rotate", "Rotate", 180.0, "°", "turned by up to so many degrees, either way"),
        Amount("shift", "Shift", 1.0, "share", "moved by up to this share of height and width"),
        Amount("scale", "Scale", 0.9, "share", "larger or smaller by up to this share"),
        Amount("crop", "Crop", 0.9, "share", "a part that lacks up to this share of height and width, enlarged"),
        Amount("brightness", "Brightness", 1.0, "share", "brighter or darker by up to this share"),
        Amount(
            "noise", "Noise", 1.0, "share", "a normal number added to each pixel, with this share of white as deviation"
        ),
    )
}
PLACES = ("rotate", "shift", "scale", "crop")
"""Those that look at other places of a picture."""


def changes(settings: DataSettings) -> dict[str, float]:
    """The amounts that are not 0."""
    return {name: value for name in AMOUNTS if (value := getattr(settings, name))}


def is_augmented(settings: DataSettings) -> bool:
    """Whether pictures are changed before they are learned from."""
    return settings.flip != "none" or bool(changes(settings))


def problem(settings: DataSettings, shape: tuple[int, ...]) -> Sentence | None:
    """What is wrong with the augmentation of samples of this shape."""
    if not is_augmented(settings):
        return None
    if len(shape) != 3:
        return Sentence("Only pictures can be augmented, of channels × height × width: take the augmentation away.")
    for name, value in changes(settings).items():
        if not 0 <= value <= AMOUNTS[name].most:
            values = {"name": AMOUNTS[name].title, "value": value, "most": AMOUNTS[name].most}
            return Sentence("{name} is {value}: it must be from 0 to {most}.", values)
    return None
