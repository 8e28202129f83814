"""Files are written whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core import atomic
from core.errors import FileError
from tests.disk import disk_with_room_for, names_in


def write_half(path: Path) -> None:
    with atomic.replacing(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt


def test_a_new_file_is_written(tmp_path: Path) -> None:
    atomic.write(tmp_path / "new", b"content")
    assert (tmp_path / "new").read_bytes() == b"content"
    assert names_in(tmp_path) == ["new"]


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with atomic.replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with disk_with_room_for(1000), pytest.raises(FileError) as error:
        atomic.write(path, bytes(100_000))
    assert str(error.value) == (f"'{path}' could not be written: File too large. What was there before is as it was.")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["file"]


def test_a_disk_that_is_full_only_when_syncing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        atomic.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["file"]


def test_an_exception_of_the_writer_passes_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["file"]


def test_a_program_that_is_killed_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    program = (
        "import os, sys; from pathlib import Path; from core import atomic\n"
        "with atomic.replacing(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], cwd=Path(atomic.__file__).parents[1])
    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o640)
    atomic.write(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_through_a_link_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    atomic.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none/file", "the folder '.*none' is not there"),
        ("file/below", "the folder '.*file' is not there"),
        ("folder", "it is no ordinary file"),
        ("n" * 300, "File name too long"),
    ],
)
def test_places_where_no_file_can_be(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = names_in(tmp_path)
    with pytest.raises(FileError, match=reason):
        atomic.write(tmp_path / name, b"content")
    assert names_in(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("protected", ["folder", "folder/file"])
def test_what_is_write_protected_stays(tmp_path: Path, protected: str) -> None:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_bytes(b"old")
    (tmp_path / protected).chmod(0o555)
    with pytest.raises(FileError, match="it is write-protected"):
        atomic.write(path, b"new")
    (tmp_path / "folder").chmod(0o755)
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(FileError, match="'/dev/full' cannot be written: it is no ordinary file"):
        atomic.check_writable(Path("/dev/full"))


def test_what_was_left_behind_is_swept_and_nothing_else(tmp_path: Path) -> None:
    old, young = atomic.part_of(tmp_path / "a.netloom"), atomic.part_of(tmp_path / "a.netloom")
    others = [tmp_path / name for name in (".other.part", "movie.part", "netloom-x.part")]
    for path in (old, young, *others):
        path.write_bytes(b"half")
    for path in (old, *others):
        os.utime(path, (1, 1))
    atomic.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in (young, *others)}


# --- files that belong together ---------------------------------------------------------------------------------------

NAMES = ("data", "weights", "script")


def write_together(folder: Path, room: int = 100) -> None:
    with atomic.together():
        for name in NAMES[:2]:
            atomic.write(folder / name, b"new")
        with disk_with_room_for(room):
            atomic.write(folder / NAMES[2], b"new")


def contents(folder: Path) -> list[bytes | None]:
    return [path.read_bytes() if (path := folder / name).exists() else None for name in NAMES]


def old_ones(folder: Path) -> list[bytes | None]:
    """All but the weights are there."""
    for name in ("data", "script"):
        (folder / name).write_bytes(b"old")
    return contents(folder)


def test_none_is_replaced_until_all_are_written(tmp_path: Path) -> None:
    before = old_ones(tmp_path)
    with atomic.together():
        for name in NAMES:
            atomic.write(tmp_path / name, b"new")
        assert contents(tmp_path) == before
    assert contents(tmp_path) == [b"new"] * 3
    assert names_in(tmp_path) == sorted(NAMES)
    atomic.write(tmp_path / "data", b"alone")
    assert contents(tmp_path)[0] == b"alone"


def test_one_that_cannot_be_written_keeps_all_back(tmp_path: Path) -> None:
    before = old_ones(tmp_path)
    with pytest.raises(FileError, match="as it was"):
        write_together(tmp_path, room=1)
    assert contents(tmp_path) == before
    assert names_in(tmp_path) == ["data", "script"]


@pytest.mark.parametrize("knows_links", [True, False])
def test_places_that_were_taken_are_given_back(
    knows_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace = old_ones(tmp_path), Path.replace

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", lambda part, to: refuse() if to.name == "script" else replace(part, to))
    if not knows_links:
        monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(FileError, match=r"script' could not be .* What was there before is as it was\."):
        write_together(tmp_path)
    assert contents(tmp_path) == before
    assert names_in(tmp_path) == ["data", "script"]


def test_places_that_cannot_be_given_back_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old_ones(tmp_path)
    replace, count = Path.replace, iter(range(9))

    def only_the_first_two(part: Path, to: Path) -> Path:
        if next(count) > 1:
            raise PermissionError(1, "Operation not permitted")
        return replace(part, to)

    monkeypatch.setattr(Path, "replace", only_the_first_two)
    with pytest.raises(FileError, match=r"Operation not permitted\. These are new all the same: data\.$"):
        write_together(tmp_path)
    assert contents(tmp_path) == [b"new", None, b"old"]
