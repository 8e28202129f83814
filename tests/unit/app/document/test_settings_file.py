"""The file that settings are kept in: nobody else's to read, and done without where it cannot be."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from app.dialogs.custom_layer_draft import NEW, Draft, Drafts
from app.document.settings import Preferences
from tests.disk import disk_with_room_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere settings may be kept in no file")


def store() -> QSettings:
    return QSettings("netloom", "netloom")


def test_it_is_nobody_elses_to_read() -> None:
    preferences = Preferences()
    preferences.theme = "light"
    preferences._store.sync()
    file = Path(store().fileName())
    assert "light" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_used(own_folders: Path) -> None:
    folder = Path(store().fileName()).parents[1]
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    preferences = Preferences()
    preferences.theme = "light"
    assert preferences.theme == "light"
    assert preferences.recent == ()


def test_a_folder_in_its_place() -> None:
    Path(store().fileName()).mkdir(parents=True)
    preferences = Preferences()
    preferences.theme = "light"
    assert preferences.recent == ()


def test_a_full_disk_is_told_and_what_was_set_is_kept_once_there_is_room() -> None:
    preferences, file = Preferences(), Path(store().fileName())
    preferences.theme = "light"
    preferences.keep()
    before = file.read_text()
    with disk_with_room_for(10):
        preferences.theme = "dark"
        Drafts().keep(NEW, Draft("Mine", "x = 1"))
        for _ in "ab":
            preferences.keep()
            assert str(preferences.trouble) == (
                f"Settings cannot be kept in '{file}': File too large. They last until the program ends."
            )
    assert file.read_text() == before, "whole, as it was"
    preferences.keep()
    assert preferences.trouble is None
    assert "theme=dark" in file.read_text()
    assert "Mine" in file.read_text()
