"""Pictures as samples: found, looked at, brought to one size and number of channels."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.numerals import Numerals, is_number
from core.data.picture import Header, PictureError, quietly, read_header, read_picture
from core.data.picture_files import Found, PictureFile, in_folder, in_zip
from core.data.source import Source, name_of
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

T = TypeVar("T")
FITS = ("crop", "stretch", "pad")
_LARGEST = 2**31  # bytes of all pictures, at a byte a value
_LARGEST_SIDE = 128  # that is taken where sizes differ and none was chosen
_NAMED = 5  # broken pictures that a sentence names
_SAID = {
    "palette": "{} with a palette",
    "transparent": "{} with transparency, laid on white",
    "cmyk": "{} in CMYK",
    "16-bit": "{} with 16 bits or more",
    "black and white": "{} in black and white",
    "turned": "{} turned as the camera says",
    "animated": "{} with several pictures, of which the first is taken",
}


def read_pictures(path: Path, settings: DataSettings) -> Source:
    """The pictures of a folder or zip, the folders in it being their classes.

    Raises FileError where it cannot be read, DataError where it holds no pictures in folders. Pictures that cannot be
    decoded are left out and named.
    """
    return pictures_of(in_folder(path) if path.is_dir() else in_zip(path), path, settings)


def pictures_of(found: Found, path: Path, settings: DataSettings) -> Source:
    """The pictures that were found, (N, channels, height, width) of bytes."""
    loader = _Loader(found, path, settings)
    features, files = loader.load()
    parts = np.array([file.part for file in files])
    return Source(
        name=name_of(path),
        features=features,
        target=_targets([file.label for file in files], found.labels_may_be_numbers),
        target_name=found.target_name,
        in_test=None if None in parts else parts == "test",
        in_valid=parts == "validation" if "validation" in parts else None,
        understood=replace(loader.understood, **found.understood),
        remarks=tuple(loader.remarks),
        account=loader.account(),
        names=[file.name for file in files],
    )


def _targets(labels: list[str], may_be_numbers: bool) -> NDArray[Any]:
    """Labels as numbers where all of a table's are; the names of folders are classes whatever they are."""
    if may_be_numbers and all(map(is_number, labels)):
        return np.array([Numerals().number(label) for label in labels])
    return np.array(labels, dtype=object)


@dataclass(frozen=True, slots=True)
class _Broken:
    name: str
    reason: str


class _Loader:
    """Looks at all headers before it decodes, since they decide about size and channels."""

    def __init__(self, found: Found, path: Path, settings: DataSettings) -> None:
        self.found = found
        self.path = path
        self.settings = settings
        self.remarks: list[Remark] = []
        self.broken: list[_Broken] = []

    def load(self) -> tuple[NDArray[np.uint8], list[PictureFile]]:
        """The pictures that could be read, and their files."""
        looked = self._sound(self.found.files, lambda file: _opened(file, read_header))
        if not looked:
            self._refuse_broken()
        headers = [header for _, header in looked]
        channels, size, fit = self._channels(headers), self._size(headers), self.settings.fit or FITS[0]
        if len(looked) * channels * size[0] * size[1] > _LARGEST:
            raise DataError(
                "{count} pictures of {height} × {width} do not fit: choose a smaller size.",
                count=len(looked), height=size[0], width=size[1],
            )  # fmt: skip
        self._tell_conversions(headers)

        def decode(file: PictureFile) -> NDArray[np.uint8]:
            return _opened(file, lambda opened: read_picture(opened, channels, size, fit))

        decoded = self._sound([file for file, _ in looked], decode)
        if not decoded:
            self._refuse_broken()
        self._tell_broken()
        return np.stack([picture for _, picture in decoded]), [file for file, _ in decoded]

    @property
    def understood(self) -> DataSettings:
        return replace(self.settings, fit=self._fit, channels=self._chosen_channels, size=self._chosen_size)

    def account(self) -> tuple[tuple[str, int], ...]:
        """What each file is; samples come first."""
        used = len(self.found.files) - len(self.broken)
        counts = {"pictures": used, "broken": len(self.broken), "others": self.found.others}
        return tuple((name, count) for name, count in counts.items() if count or name == "pictures")

    def _sound(self, files: Sequence[PictureFile], read: Callable[[PictureFile], T]) -> list[tuple[PictureFile, T]]:
        """What was read of each file; those that cannot be are noted."""
        sound = list[tuple[PictureFile, T]]()
        with quietly():
            for file, result in zip(files, _at_once(read, files), strict=True):
                if isinstance(result, PictureError):
                    self.broken.append(_Broken(file.name, str(result)))
                else:
                    sound.append((file, result))
        return sound

    def _channels(self, headers: Sequence[Header]) -> int:
        grey = self.settings.channels == "grey" or (
            self.settings.channels is None and all(header.grey for header in headers)
        )
        self._chosen_channels = "grey" if grey else "colour"
        if self.settings.channels is None and not grey and (count := sum(header.grey for header in headers)):
            self._say(
                "{count} of {all} pictures are grey: they are read as coloured ones, as the others.",
                Choice("channels", "grey", "Read all as grey"),
                count=count, all=len(headers),
            )  # fmt: skip
        return 1 if grey else 3

    def _size(self, headers: Sequence[Header]) -> tuple[int, int]:
        sizes = Counter((header.height, header.width) for header in headers)
        differ = len(sizes) > 1
        size = self.settings.size or (_middle(headers) if differ else next(iter(sizes)))
        self._chosen_size = (int(size[0]), int(size[1]))
        self._fit = self.settings.fit or (None if differ else "stretch")
        if differ and self.settings.fit is None:
            least, most = (min(sizes, key=_area), max(sizes, key=_area))
            self._say(
                "The pictures differ in size, from {least} to {most}. All become {size}: choose how.",
                Choice("fit", "crop", "Crop to the middle"),
                Choice("fit", "stretch", "Stretch"),
                Choice("fit", "pad", "Pad with black"),
                kind="question",
                least=_times(least), most=_times(most), size=_times(self._chosen_size),
            )  # fmt: skip
        return self._chosen_size

    def _tell_conversions(self, headers: Sequence[Header]) -> None:
        counts = Counter(name for header in headers for name in header.conversions)
        if counts:
            kinds = ", ".join(text.format(counts[name]) for name, text in _SAID.items() if counts[name])
            self._say("Converted: {kinds}.", kinds=kinds)

    def _tell_broken(self) -> None:
        if self.broken:
            self._say("Left out, since they cannot be read: {names}.", kind="warning", names=self._broken_names())

    def _broken_names(self) -> str:
        names = [f"'{broken.name}' ({broken.reason})" for broken in self.broken[:_NAMED]]
        more = len(self.broken) - len(names)
        return ", ".join(names) + (f", and {more} more" if more else "")

    def _refuse_broken(self) -> NoReturn:
        raise DataError(
            "None of the {count} pictures in '{path}' can be read: {names}.",
            count=len(self.found.files), path=str(self.path), names=self._broken_names(),
        )  # fmt: skip

    def _say(self, template: str, *choices: Choice, kind: str = "said", **values: object) -> None:
        self.remarks.append(Remark(template, values, choices, kind))


def _opened(file: PictureFile, read: Callable[..., T]) -> T:
    try:
        with file.open() as opened:
            return read(opened)
    except OSError as error:
        raise PictureError(error.strerror or "cannot be read") from None


def _at_once(read: Callable[[PictureFile], T], files: Sequence[PictureFile]) -> Iterator[T | PictureError]:
    """The result for each file in turn, or why there is none; some are worked on at a time."""

    def tried(file: PictureFile) -> T | PictureError:
        try:
            return read(file)
        except PictureError as error:
            return error

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        yield from threads.map(tried, files)


def _middle(headers: Sequence[Header]) -> tuple[int, int]:
    """The median height and width, made smaller together where one is large."""
    height, width = (int(np.median([getattr(header, side) for header in headers])) for side in ("height", "width"))
    shrink = min(1.0, _LARGEST_SIDE / max(height, width))
    return max(round(height * shrink), 1), max(round(width * shrink), 1)


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
