"""The project file: design, settings and weights in one .netloom file, written whole or not at all.

It is a zip archive whose members are stored as they are, so that nothing in it can grow when it is read:

    netloom.json             {"format": 1, "application": "0.1.0"}
    design.json              the design, see `core.design.json_form`
    checkpoint.safetensors   weights, optimiser and random state by node, if there are any; only the engine reads it

Data are not in it, only where they are: within the project's folder as a path from there, so that both can be moved.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from core import atomic, foreign
from core.design import shapes
from core.design.data_kinds import OWN, path_of
from core.design.datasets import BUILT_IN
from core.design.json_form import from_json, to_json
from core.design.kept_weights import KeptWeights, WeightsError, read_header
from core.design.model import Design, Node, NodeId, Wire, new_id
from core.design.settings import NO_DATA
from core.design.shapes import Report
from core.errors import FileError, Sentence

APP_VERSION = "0.1.0"
FORMAT = 1
_META, _DESIGN, _CHECKPOINT = "netloom.json", "design.json", "checkpoint.safetensors"
_LARGEST_TEXT = 2**26  # bytes of a member that is parsed
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError,
    IndexError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Project:
    """What a project file holds; `path` is None before there is one. Weights stay in it until they are asked for.

    `bare`: the layers that none of its weights are for, if it has some. `damage` says what is wrong with weights that
    cannot be used: it has none then.
    """

    design: Design
    path: Path | None = None
    has_checkpoint: bool = False
    bare: tuple[NodeId, ...] = ()
    damage: Sentence | None = None

    def extract_checkpoint(self, target: Path) -> None:
        """Copy weights, optimiser and random state to `target`. Raises FileError, also when there are none."""
        if self.damage is not None:
            raise FileError(self.damage.template, **self.damage.values)
        if self.path is None or not self.has_checkpoint:
            raise FileError("The project has no weights.")
        with (
            _opened(self.path) as archive,
            archive.open(_CHECKPOINT) as source,
            atomic.replacing(target, private=True) as file,
        ):
            shutil.copyfileobj(source, file)


def new() -> Project:
    """A project with the digits as data and an empty Sequential to drop layers into."""
    digits = Node(new_id(), "Input", "digits", {"shape": BUILT_IN["digits"].shape})
    net = Node(new_id(), "Sequential", "net")
    root = Node(new_id(), "Module", "untitled", children=(digits.id, net.id), wires=(Wire(digits.id, net.id),))
    return Project(Design({node.id: node for node in (root, digits, net)}, root.id))


def write(
    path: Path, design: Design, checkpoint: Path | None = None, report: Report | None = None
) -> tuple[NodeId, ...]:
    """Write a project with the weights of the file `checkpoint`, and read it back before it takes the old one's place.

    Weights that do not fit the design, as far as its `report` knows, are left out; if there are any, returns all nodes
    that then have none. Raises FileError, also when what was written could not be opened again, and WeightsError when
    the checkpoint is damaged; `path` is then as it was.
    """
    report = report or shapes.check(design)
    misfits: tuple[NodeId, ...] = ()
    meta = {"format": FORMAT, "application": APP_VERSION}
    located = _with_data(design, lambda source: _from_folder(source, path))
    text = to_json(located).encode("utf-8")
    with (
        atomic.replacing(path, partial(_check_written, path, text)) as file,
        zipfile.ZipFile(file, "w") as archive,
    ):
        archive.writestr(_member(_META), json.dumps(meta))
        archive.writestr(_member(_DESIGN), text)
        if checkpoint is not None:
            misfits = _add_weights(archive, checkpoint, report)
    atomic.sweep(path.parent)
    return misfits


def _add_weights(archive: zipfile.ZipFile, checkpoint: Path, report: Report) -> tuple[NodeId, ...]:
    """Put what fits the design into the archive; returns, if any do not, the nodes that have none in it."""
    try:
        source = foreign.opened(checkpoint)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WeightsError(
            "The weights in '{path}' cannot be read: {reason}.", path=str(checkpoint), reason=reason
        ) from None
    with source:
        member = _member(_CHECKPOINT)
        member.file_size = os.fstat(source.fileno()).st_size
        held = read_header(source, member.file_size)
        fitting = held.fitting(report)
        if fitting.holds_any:
            with archive.open(member, "w") as target:
                fitting.copy(source, target)
    misfits = tuple(held.misfits(report))
    return tuple(dict.fromkeys((*held.lacking(report), *misfits))) if misfits else ()


def _check_written(path: Path, text: bytes, part: Path) -> None:
    """Raise FileError unless `part` can be opened and holds this design, and every byte is what was written."""
    try:
        content = read(part)
        with _opened(part) as archive:
            whole = archive.testzip() is None and archive.read(_DESIGN) == text and content.damage is None
    except FileError as error:
        reason = Sentence(error.sentence.template, {**error.sentence.values, "path": str(path)})
        raise FileError(
            "'{path}' was not saved, for it could not be opened again: {reason} What was there before is as it was.",
            path=str(path), reason=reason,
        ) from None  # fmt: skip
    if not whole:
        raise FileError(
            "'{path}' was not saved: the disk gave back something else than what was written. What was there before is "
            "as it was.", path=str(path),
        )  # fmt: skip


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all. Raises FileError."""
    atomic.write(path, text.encode("utf-8", "replace"))


def read(path: Path) -> Project:
    """Raises FileError when the file cannot be read, is damaged, is something else or of a newer version.

    Weights that are damaged cost only the weights: `Project.damage` says so.
    """
    with _opened(path) as archive:
        _check_format(path, archive)
        names = set(archive.namelist())
        if strange := names - {_META, _DESIGN, _CHECKPOINT}:
            raise FileError("'{path}' holds '{name}', which does not belong there.", path=str(path), name=min(strange))
        design = _design(path, _text(path, archive, _DESIGN))
        held, damage = _weights(archive)
    located = _with_data(design, lambda source: _into_folder(source, path))
    bare = () if held is None else tuple(held.lacking(shapes.check(design)))
    return Project(located, path, held is not None, bare, damage)


def _weights(archive: zipfile.ZipFile) -> tuple[KeptWeights | None, Sentence | None]:
    """What the checkpoint in a project holds, or what is wrong with it; both None if there is none."""
    if _CHECKPOINT not in archive.namelist():
        return None, None
    try:
        with archive.open(_CHECKPOINT) as file:
            return read_header(file, archive.getinfo(_CHECKPOINT).file_size), None
    except WeightsError as error:
        return None, error.sentence
    except _BROKEN:
        return None, Sentence("The weights are damaged or cut off.")


def _design(path: Path, text: str) -> Design:
    try:
        return from_json(text)
    except FileError as error:
        values = {**error.sentence.values, "path": str(path)}
        raise FileError("'{path}' cannot be opened. " + error.sentence.template, **values) from None


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive of a project, its members known to be stored plainly, each once."""
    try:
        with foreign.opened(path) as file:
            if not (start := file.read(4)):
                raise FileError("'{path}' is empty.", path=str(path))
            if start != b"PK\3\4":
                raise FileError("'{path}' is no project of Netloom.", path=str(path))
            with zipfile.ZipFile(file) as archive:
                _check_members(path, archive)
                yield archive
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    except _BROKEN:
        raise FileError("'{path}' is damaged or cut off.", path=str(path)) from None


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len({member.filename for member in members}) < len(members):
        raise FileError("'{path}' is damaged: it holds two members of one name.", path=str(path))
    for member in members:
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise FileError(
                "'{path}' was packed by another program: its members must not be compressed.", path=str(path)
            )


def _check_format(path: Path, archive: zipfile.ZipFile) -> None:
    if _META not in archive.namelist():
        raise FileError("'{path}' is no project of Netloom.", path=str(path))
    meta = json.loads(_text(path, archive, _META))
    version = meta.get("format") if isinstance(meta, dict) else None
    if not isinstance(version, int) or version < 1:
        raise ValueError(version)
    if version > FORMAT:
        raise FileError(
            "'{path}' was written by a newer Netloom ({application}): this is {own}.",
            path=str(path), application=str(meta.get("application", "?"))[:20], own=APP_VERSION,
        )  # fmt: skip


def _text(path: Path, archive: zipfile.ZipFile, name: str) -> str:
    if name not in archive.namelist():
        raise FileError("'{path}' is damaged: '{name}' is missing in it.", path=str(path), name=name)
    if archive.getinfo(name).file_size > _LARGEST_TEXT:
        raise FileError("'{path}' is damaged: '{name}' in it is too large.", path=str(path), name=name)
    return archive.read(name).decode("utf-8")


def _member(name: str) -> zipfile.ZipInfo:
    """A member without the time of writing, so that the same project gives the same bytes."""
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    return member


def _with_data(design: Design, relocated: Callable[[str], str]) -> Design:
    """The design with the path of its data changed, if they are in a file."""
    data = design.settings.data
    source = data.source if data.source in (*BUILT_IN, OWN, NO_DATA) else relocated(data.source)
    if source == data.source:
        return design
    return replace(design, settings=replace(design.settings, data=replace(data, source=source)))


def _from_folder(source: str, path: Path) -> str:
    """An absolute path within the project's folder as seen from there."""
    folder = Path(os.path.realpath(path)).parent
    try:
        found = Path(os.path.realpath(source))
    except ValueError:  # no file can be called so
        return source
    within = Path(source).is_absolute() and found.is_relative_to(folder)
    return found.relative_to(folder).as_posix() if within else source


def _into_folder(source: str, path: Path) -> str:
    return source if path_of(source).is_absolute() else str(Path(os.path.realpath(path)).parent / source)
