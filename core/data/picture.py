"""One picture: decoded, turned as its camera says, brought to eight bits in one or three channels."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

T = TypeVar("T")
_DECODERS = (PngImagePlugin, JpegImagePlugin, WebPImagePlugin, TiffImagePlugin, BmpImagePlugin, GifImagePlugin)
"""Only these: the others of Pillow are for kinds that nobody has pictures of, and as many doors for hostile files."""
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
_MOST_PIXELS = 2**26  # of one picture, decoded: a header alone can ask for any number
_MOST_NARROW = 2**16  # so many times wider than high, or higher than wide, is no picture
_ORIENTATION = 0x0112
_BROKEN = (
    OSError, SyntaxError, ValueError, struct.error, zlib.error, EOFError, IndexError, KeyError, TypeError,
    OverflowError, NotImplementedError, AttributeError, MemoryError, RuntimeError,
)  # fmt: skip
"""What Pillow raises at pictures that are damaged, or made to do harm."""

_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N", "I")
_SIDEWAYS = (5, 6, 7, 8)  # orientations that exchange height and width


class PictureError(Exception):
    """Why a picture cannot be read, in a few words."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself: its size as it is seen, whether it is grey, and what has to be converted."""

    height: int
    width: int
    grey: bool
    conversions: tuple[str, ...]


def read_header(file: BinaryIO) -> Header:
    """Without decoding it. Raises PictureError."""
    return _guarded(lambda: _header(_opened(file)))


def read_picture(file: BinaryIO, channels: int, size: tuple[int, int], fit: str) -> NDArray[np.uint8]:
    """(channels, height, width): the first picture of the file, brought to `size` = (height, width).

    `fit` says how, where its proportions differ: "stretch", "crop" to its middle, or "pad" with black.
    Raises PictureError.
    """
    return _guarded(lambda: _decoded(_opened(file), channels, size, fit))


@contextmanager
def quietly() -> Iterator[None]:
    """While pictures are read, in whatever threads, Pillow's warnings are not wanted: what is wrong is said by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _guarded(read: Callable[[], T]) -> T:
    try:
        return read()
    except UnidentifiedImageError:
        raise PictureError("no picture of a known kind") from None
    except Image.DecompressionBombError:
        raise PictureError("too many pixels") from None
    except _BROKEN as error:
        raise PictureError("damaged or cut off" if isinstance(error, OSError) else "damaged") from None


def _opened(file: BinaryIO) -> Image.Image:
    image = Image.open(file, formats=_FORMATS)
    width, height = image.size
    if width * height > _MOST_PIXELS or max(width, height) > _MOST_NARROW * min(width, height):
        raise PictureError(f"too many pixels ({width} × {height})")
    return image


def _header(image: Image.Image) -> Header:
    orientation = image.getexif().get(_ORIENTATION, 1)
    width, height = image.size
    if orientation in _SIDEWAYS:
        width, height = height, width
    return Header(height, width, _is_grey(image), tuple(_conversions(image, orientation)))


def _is_grey(image: Image.Image) -> bool:
    return image.mode in ("1", "L", "LA", "La", "F", *_SIXTEEN_BITS)


def _conversions(image: Image.Image, orientation: int) -> list[str]:
    found = {
        "palette": image.mode in ("P", "PA"),
        "transparent": image.mode in ("RGBA", "LA", "RGBa", "La", "PA") or "transparency" in image.info,
        "cmyk": image.mode == "CMYK",
        "16-bit": image.mode in _SIXTEEN_BITS or image.mode == "F",
        "black and white": image.mode == "1",
        "turned": orientation not in (0, 1),
        "animated": _has_another(image),
    }
    return [name for name, is_so in found.items() if is_so]


def _has_another(image: Image.Image) -> bool:
    """Whether a second picture follows in the file. Pillow counts those of some kinds one by one, and a file of ten
    megabytes can have a hundred thousand of them: five minutes.
    """
    try:
        image.seek(1)
    except EOFError:
        return False
    except (Image.DecompressionBombError, *_BROKEN):
        return True  # the first one may be sound
    return True


def _decoded(image: Image.Image, channels: int, size: tuple[int, int], fit: str) -> NDArray[np.uint8]:
    longest = 2 * max(size)
    image.draft(None, (longest, longest))  # a JPEG much larger than wanted is decoded at a part of its size
    image = ImageOps.exif_transpose(image)
    image = _fitted(_plain(image, "L" if channels == 1 else "RGB"), size, fit)
    array = np.asarray(image, np.uint8)
    return array[None] if channels == 1 else np.moveaxis(array, -1, 0)


def _plain(image: Image.Image, mode: str) -> Image.Image:
    """In this mode, with eight bits. What shows through is laid on white."""
    if image.mode in (*_SIXTEEN_BITS, "F"):
        image = _eight_bits(image)
    if image.mode in ("RGBA", "LA", "RGBa", "La", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB" if image.mode == "P" and mode == "RGB" else mode)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Of 16 bits the upper eight; of real numbers those from 0 to 1, or else to 255."""
    values = np.nan_to_num(np.asarray(image, np.float64), posinf=0, neginf=0)
    if image.mode == "F":
        scale = 255.0 if values.max(initial=0) <= 1 else 1.0
    else:
        scale = 1 / 257 if values.max(initial=0) > 255 or image.mode != "I" else 1.0
    return Image.fromarray(np.clip(np.rint(values * scale), 0, 255).astype(np.uint8))


def _fitted(image: Image.Image, size: tuple[int, int], fit: str) -> Image.Image:
    height, width = size
    if image.size == (width, height):
        return image
    if fit == "crop":
        return ImageOps.fit(image, (width, height), Image.Resampling.BILINEAR)
    if fit == "pad":
        return ImageOps.pad(image, (width, height), Image.Resampling.BILINEAR, color=0)
    return image.resize((width, height), Image.Resampling.BILINEAR)
