"""Where the program keeps things, and what becomes of it where that cannot be used."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

from app.document import data_folder
from app.document.settings import Preferences

Place = QStandardPaths.StandardLocation.AppDataLocation


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def usual() -> Path:
    return Path(QStandardPaths.writableLocation(Place))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def in_the_way() -> str:
    """A file lies where the folder should be; the sentence about it begins so."""
    usual().parent.mkdir(parents=True, exist_ok=True)
    usual().write_text("hello")
    return f"'{usual()}' cannot be used: File exists."


def test_it_is_the_systems_and_nobody_elses(temporary: Path) -> None:
    assert (data_folder.data_folder(), data_folder.trouble()) == (usual(), None)
    assert mode(usual()) == mode(usual().parent) == 0o700
    assert list(temporary.iterdir()) == []


def test_one_that_anybody_could_read_is_closed() -> None:
    usual().mkdir(parents=True, mode=0o755)
    assert mode(data_folder.data_folder()) == 0o700


def test_in_its_place_is_a_temporary_one_that_the_next_start_finds_again(temporary: Path) -> None:
    begin = in_the_way()
    folder = data_folder.data_folder()
    assert folder.parent == temporary
    assert mode(folder) == 0o700
    assert str(data_folder.trouble()) == (
        f"{begin} Unsaved work, runs and custom layers of your own are kept in '{folder}' meanwhile, which the system "
        "may clear."
    )
    data_folder._found.cache_clear()  # the next start
    assert data_folder.data_folder() == folder
    assert folder in data_folder.data_folders()


@pytest.mark.parametrize("obstacle", ["link", "file", "none"])
def test_where_there_is_none_either_that_is_said(
    temporary: Path, obstacle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, spare = in_the_way(), data_folder._temporary()
    assert spare is not None
    if obstacle == "link":
        (tmp_path / "somebody's").mkdir(mode=0o755)
        spare.symlink_to(tmp_path / "somebody's")
    elif obstacle == "file":
        spare.write_text("")
    else:
        monkeypatch.setattr(tempfile, "gettempdir", lambda: (_ for _ in ()).throw(FileNotFoundError("no folder")))
    assert str(data_folder.trouble()) == f"{begin} Nothing is kept aside: save often."
    if obstacle == "link":
        assert mode(tmp_path / "somebody's") == 0o755


def test_settings_that_cannot_be_kept_are_told_and_last_as_long_as_the_program(own_folders: Path) -> None:
    (own_folders / "config").mkdir(parents=True)
    (own_folders / "config" / "netloom").write_text("in the way")
    preferences = Preferences()
    assert str(preferences.trouble).startswith(f"Settings cannot be kept in '{own_folders / 'config' / 'netloom'}")
    preferences.theme = "light"
    assert preferences.theme == "light"
