"""Pictures that are stored as height × width × channels, while layers take channels × height × width."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.data.source import Source
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

_CHANNELS = (1, 3, 4)
"""How many channels pictures have: grey, colour, colour with transparency."""


def turned(source: Source, settings: DataSettings) -> Source:
    """Pictures turned to channels × height × width if the settings say so; where they look unturned, a remark does."""
    shape = source.features.shape[1:]
    if settings.channels_last:
        if len(shape) != 3:
            raise DataError(
                "The samples of '{name}' have the shape {shape}, but only height × width × channels can be turned.",
                name=source.name,
                shape=shape,
            )
        features = np.ascontiguousarray(np.moveaxis(np.asarray(source.features), -1, 1))
        return replace(source, features=features, understood=settings)
    if not (len(shape) == 3 and looks_like_channels_last(shape)):
        return source
    sentence = "Samples of {height} × {width} × {channels} look like channels last, but layers take channels first."
    values = dict(zip(("height", "width", "channels"), shape, strict=True))
    remark = Remark(sentence, values, (Choice("channels_last", True, "Turn to channels first"),), kind="warning")
    return replace(source, remarks=(*source.remarks, remark))


def looks_like_channels_last(shape: tuple[int, ...]) -> bool:
    """Whether the last of three sizes is that of channels, and the first is none."""
    height, width, channels = shape
    return channels in _CHANNELS and height not in _CHANNELS and height > channels and width > channels
