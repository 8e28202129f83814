"""Pictures as samples: found, looked at, brought to one size and number of channels."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.numerals import Numerals, is_number
from core.data.picture import Header, PictureError, quietly, read_header, read_picture
from core.data.picture_files import Found, PictureFile, Place, in_folder, in_zip, opened
from core.data.picture_store import PictureStore
from core.data.scanning import tell
from core.data.source import Source, name_of
from core.data.streamed import MOST_HELD, Features, Streamed
from core.design.settings import Choice, DataSettings, Remark
from core.errors import DataError

T = TypeVar("T")
FITS = ("crop", "stretch", "pad")
CHANNELS = {"grey": 1, "colour": 3}
_AT_ONCE = 64  # pictures that a thread is given at a time
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

    def load(self) -> tuple[Features, list[PictureFile]]:
        """The pictures that could be read, and their files. More than fit into memory are read in training."""
        settings, files = self.settings, self.found.files
        if settings.size and settings.channels and settings.fit and len(files) * self._values(settings) > MOST_HELD:
            return self._streamed(files, settings.channels, settings.size, settings.fit)
        looked = self._sound(files, read_header)
        if not looked:
            self._refuse_broken()
        headers = [header for _, header in looked]
        channels, size, fit = self._channels(headers), self._size(headers), settings.fit or FITS[0]
        self._tell_conversions(headers)
        files = [file for file, _ in looked]
        if len(files) * self._values(self.understood) > MOST_HELD:
            self._tell_broken()
            return self._streamed(files, self._chosen_channels, size, fit)
        decoded = self._sound(files, lambda file: read_picture(file, channels, size, fit))
        if not decoded:
            self._refuse_broken()
        self._tell_broken()
        return np.stack([picture for _, picture in decoded]), [file for file, _ in decoded]

    @staticmethod
    def _values(settings: DataSettings) -> int:
        """How many a picture has, where size and channels are chosen."""
        height, width = settings.size or (1, 1)
        return height * width * CHANNELS[settings.channels or "colour"]

    def _streamed(
        self, files: Sequence[PictureFile], channels: str, size: tuple[int, ...], fit: str
    ) -> tuple[Features, list[PictureFile]]:
        self._chosen_channels, self._chosen_size, self._fit = channels, (size[0], size[1]), self.settings.fit
        store = PictureStore(
            self.found.place, [file.name for file in files], CHANNELS[channels], self._chosen_size, fit
        )
        self._say(
            "{count} pictures are read while they are learnt from; those that cannot be decoded are left out then. "
            "Scaled by some of those for training.",
            count=f"{len(files):,}",
        )
        return Streamed(store), list(files)

    @property
    def understood(self) -> DataSettings:
        return replace(self.settings, fit=self._fit, channels=self._chosen_channels, size=self._chosen_size)

    def account(self) -> tuple[tuple[str, int], ...]:
        """What each file is; samples come first."""
        used = len(self.found.files) - len(self.broken)
        counts = {"pictures": used, "broken": len(self.broken), "others": self.found.others}
        return tuple((name, count) for name, count in counts.items() if count or name == "pictures")

    def _sound(self, files: Sequence[PictureFile], read: Callable[[BinaryIO], T]) -> list[tuple[PictureFile, T]]:
        """What was read of each file; those that cannot be are noted."""
        sound, place = list[tuple[PictureFile, T]](), self.found.place
        with quietly():
            for count, (file, result) in enumerate(zip(files, _at_once(place, read, files), strict=True)):
                if count % _AT_ONCE == 0:
                    tell(count, len(files))
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
        return CHANNELS[self._chosen_channels]

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


def _at_once(place: Place, read: Callable[[BinaryIO], T], files: Sequence[PictureFile]) -> Iterator[T | PictureError]:
    """The result for each file in turn, or why there is none; some are worked on at a time."""

    def tried(file: PictureFile) -> T | PictureError:
        try:
            return opened(place, file.name, read)
        except PictureError as error:
            return error

    def all_of(some: Sequence[PictureFile]) -> list[T | PictureError]:
        return [tried(file) for file in some]

    pieces = (files[start : start + _AT_ONCE] for start in range(0, len(files), _AT_ONCE))
    count = os.cpu_count() or 1
    with ThreadPoolExecutor(count) as threads:
        ahead = deque(threads.submit(all_of, piece) for piece in islice(pieces, 2 * count))
        while ahead:
            yield from ahead.popleft().result()
            ahead.extend(threads.submit(all_of, piece) for piece in islice(pieces, 1))


def _middle(headers: Sequence[Header]) -> tuple[int, int]:
    """The median height and width, made smaller together where one is large."""
    height, width = (int(np.median([getattr(header, side) for header in headers])) for side in ("height", "width"))
    shrink = min(1.0, _LARGEST_SIDE / max(height, width))
    return max(round(height * shrink), 1), max(round(width * shrink), 1)


def _area(size: tuple[int, int]) -> int:
    return size[0] * size[1]


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
