"""Preferences are remembered, and a damaged file of them is as good as none."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from app.document.settings import RECENT, Preferences


def files(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.touch()
    return paths


def test_nothing_is_known_at_first() -> None:
    preferences = Preferences()
    assert preferences.theme == "system"
    assert preferences.layout == (QByteArray(), QByteArray())
    assert preferences.recent == ()
    assert not preferences.trusts("code")


def test_what_is_set_is_there_next_time() -> None:
    first = Preferences()
    first.theme = "light"
    first.layout = (QByteArray(b"\0geometry"), QByteArray(b"\xffstate"))
    first.trust(["code"])
    first._store.sync()
    again = Preferences()
    assert again.theme == "light"
    assert again.layout == (QByteArray(b"\0geometry"), QByteArray(b"\xffstate"))
    assert again.trusts("code")


def test_recent_projects_are_the_latest_first_once_each(tmp_path: Path) -> None:
    preferences = Preferences()
    a, b, c = files(tmp_path, "a", "b, c; d", "ü")
    for path in (a, b, c, a):
        preferences.add_recent(path)
    assert preferences.recent == (a, c, b)
    c.unlink()
    assert preferences.recent == (a, b)


def test_one_recent_project_is_a_list_of_one(tmp_path: Path) -> None:
    (path,) = files(tmp_path, "only")
    preferences = Preferences()
    preferences.add_recent(path)
    preferences._store.sync()
    assert Preferences().recent == (path,)


def test_only_so_many_are_remembered(tmp_path: Path) -> None:
    preferences = Preferences()
    paths = files(tmp_path, *map(str, range(RECENT + 3)))
    for path in paths:
        preferences.add_recent(path)
    assert preferences.recent == tuple(reversed(paths[3:]))


def test_code_is_trusted_by_its_text() -> None:
    preferences = Preferences()
    preferences.trust(["a", "b"])
    preferences.trust(["a", "c", "half a letter: \ud800"])
    trusted = ("a", "b", "c", "half a letter: \ud800")
    assert [preferences.trusts(text) for text in (*trusted, "a ", "", "half a letter: ?")] == [True] * 4 + [False] * 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe garbage \x80",
        b"[General]\ntheme=pink\nrecent=7\ntrusted=@Variant(\\0)\n[window]\ngeometry=text\nstate=@ByteArray(\n",
        b"[General\ntheme",
        b"[General]\nrecent=@Invalid()\ntheme=@Invalid()\n",
    ],
)
def test_a_damaged_file_gives_what_is_usual(own_folders: Path, content: bytes) -> None:
    path = Path(Preferences()._store.fileName())
    assert own_folders in path.parents
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    preferences = Preferences()
    preferences._store.sync()
    assert preferences.theme == "system"
    assert all(isinstance(part, QByteArray) for part in preferences.layout)
    assert preferences.recent == ()
    assert not preferences.trusts("code")
    preferences.theme = "dark"
    assert preferences.theme == "dark"


def test_a_folder_that_cannot_be_written_is_no_harm(own_folders: Path) -> None:
    own_folders.mkdir(parents=True)
    (own_folders / "config").write_text("a file where a folder should be")
    preferences = Preferences()
    preferences.theme = "dark"
    preferences._store.sync()
    assert preferences.theme == "dark"
