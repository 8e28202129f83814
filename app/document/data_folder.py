"""The folder in which the program keeps what is not in a project: unsaved work, runs, the library of custom layers."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from core import private
from core.errors import Sentence


def data_folder() -> Path:
    """The system's folder for data of this program or, where that cannot be used, one among the temporary ones."""
    return _found(_usual())[0]


def trouble() -> Sentence | None:
    """Why it is not the system's folder for data, if so."""
    return _found(_usual())[1]


def data_folders() -> Iterator[Path]:
    """All in which an earlier session may have kept something."""
    yield Path(_usual())
    if (temporary := _temporary()) is not None:
        yield temporary


def _usual() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)


@cache
def _found(usual: str) -> tuple[Path, Sentence | None]:
    """Asked once, so that it stays the same while the program runs."""
    try:
        _use(Path(usual))
        return Path(usual), None
    except OSError as error:
        values: dict[str, object] = {"path": usual, "reason": error.strerror or str(error)}
    temporary = _temporary()
    try:
        if temporary is not None:
            if temporary.is_symlink():
                raise PermissionError
            _use(temporary)
            template = (
                "'{path}' cannot be used: {reason}. Unsaved work, runs and custom layers of your own are kept in "
                "'{folder}' meanwhile, which the system may clear."
            )
            return temporary, Sentence(template, {**values, "folder": str(temporary)})
    except OSError:
        pass
    template = "'{path}' cannot be used: {reason}. Nothing is kept aside: save often."
    return Path(usual), Sentence(template, values)


def _temporary() -> Path | None:
    """The same one at each start. Its name can be guessed by others, so it counts only where they did not make it."""
    try:
        return Path(tempfile.gettempdir()) / f"netloom-{os.getuid() if hasattr(os, 'getuid') else 'data'}"
    except OSError:
        return None


def _use(folder: Path) -> None:
    """Raise OSError unless this folder is one's own and can be written to."""
    private.make_folder(folder)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise PermissionError(errno.EPERM, "it belongs to somebody else")
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"room")
        file.flush()
