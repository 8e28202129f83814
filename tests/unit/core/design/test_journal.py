"""Edits appended to a file: whatever is cut off or damaged costs what comes after it, and nothing before."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from core.design import catalog, edits, journal, project
from core.design.journal import Journal
from core.design.json_form import from_json
from core.design.json_reader import parse
from core.design.model import CustomLayer, Design
from core.design.patches import Replay, difference
from core.errors import FileError
from tests.disk import disk_with_room_for, names_in
from tests.unit.core.design.drawing import stack

CUSTOM = CustomLayer("Mine", "from torch import nn\nclass Mine(nn.Module): pass\n")


def history(count: int = 12) -> list[Design]:
    """Designs of which each came of the one before by an edit."""
    random, designs = Random(3), [stack("Linear", "ReLU", "Linear")]
    designs.append(edits.add_custom(designs[0], CUSTOM))
    designs.append(edits.add_initialiser(designs[1], "mine", "def mine(tensor):\n    return tensor\n"))
    for number in range(count):
        last = designs[-1]
        net = next(node.id for node in last.walk() if node.type == "Sequential")
        children = last[net].children
        match number % 4:
            case 0:
                new = catalog.new(random.choice(("ReLU", "Linear", "Dropout", "Mine")), f"layer{number}")
                designs.append(edits.insert(last, new, net, random.randrange(len(children) + 1)))
            case 1:
                designs.append(edits.rename(last, random.choice(children), f"ö “{number}”"))
            case 2:
                designs.append(edits.remove(last, [random.choice(children)]))
            case _:
                designs.append(edits.set_settings(last, replace(last.settings, epochs=number)))
    return designs


def kept(folder: Path, designs: list[Design]) -> Journal:
    keeping = Journal(folder)
    for design in designs:
        keeping.keep(design, "mine")
    return keeping


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A journal of `history`, in a folder of its own."""
    folder = tmp_path / "whole"
    folder.mkdir()
    kept(folder, history()).sync()
    return folder


def test_patches_make_each_design_of_the_one_before() -> None:
    replay, before = Replay(), None
    for design in [*history(), *reversed(history())]:
        replay.apply(parse(journal.json.dumps(difference(before, design))))
        assert from_json(replay.text()) == design
        before = design


def test_an_edit_costs_what_it_touches() -> None:
    design = stack(*["ReLU"] * 500)
    net = next(node.id for node in design.walk() if node.type == "Sequential")
    longer = edits.insert(design, catalog.new("ReLU", "one more"), net, 250)
    for before, after in ((design, edits.rename(design, design.root, "x")), (design, longer), (longer, design)):
        assert len(str(difference(before, after))) < 300


def test_what_is_read_is_what_was_kept_last(tmp_path: Path) -> None:
    designs = history()
    keeping = Journal(tmp_path)
    for design in designs:
        keeping.keep(design, "mine")
        assert journal.read(tmp_path) == journal.Kept(design, "mine", True)
    keeping.discard()
    assert (names_in(tmp_path), keeping.last) == ([], None)


def test_the_same_is_not_appended_twice(tmp_path: Path) -> None:
    keeping = kept(tmp_path, history())
    size = journal.journals(tmp_path)[0].stat().st_size
    keeping.keep(keeping.last, "mine")
    assert journal.journals(tmp_path)[0].stat().st_size == size


def test_nobody_else_can_read_it(whole: Path) -> None:
    (path,) = journal.journals(whole)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("way", ["cut off", "damaged", "zeros"])
def test_the_end_may_be_missing_anywhere(whole: Path, way: str) -> None:
    (path,) = journal.journals(whole)
    content, designs = path.read_bytes(), history()
    ends = [at + 1 for at, byte in enumerate(content) if byte == 10]
    base = ends[1]
    for at in (*range(base, len(content), 37), *ends[1:], *(end - 1 for end in ends[2:])):
        path.write_bytes(
            {
                "cut off": content[:at],
                "damaged": content[:at] + bytes([content[at] ^ 1] if at < len(content) else []) + content[at + 1 :],
                "zeros": content[:at] + bytes(50),
            }[way]
        )
        found = journal.read(whole)
        count = sum(end <= at for end in ends[1:])
        assert _same(found.design, designs[count - 1])
        assert found.is_whole == (path.read_bytes() in (content[:end] for end in ends))


def _same(one: Design, other: Design) -> bool:
    """Ids are drawn anew in each history."""
    return [(node.type, node.name) for node in one.walk()] == [(node.type, node.name) for node in other.walk()] and (
        one.settings == other.settings
    )


def test_one_that_was_only_begun_counts_for_nothing(whole: Path, tmp_path: Path) -> None:
    (path,) = journal.journals(whole)
    content = path.read_bytes()
    base = content.index(b"\n", content.index(b"\n") + 1)
    for size in range(0, base + 1, 23):
        path.write_bytes(content[:size])
        assert journal.journals(whole) == []
    with pytest.raises(FileError, match="no edits"):
        journal.read(whole)


def test_one_whose_beginning_is_damaged_is_refused_and_stays(whole: Path) -> None:
    (path,) = journal.journals(whole)
    content = path.read_bytes()
    for at in (0, 9, 30, content.index(b"\n") + 3, content.index(b"\n") + 200):
        path.write_bytes(content[:at] + b"~" + content[at + 1 :])
        assert journal.journals(whole) == [path]
        with pytest.raises(FileError, match="damaged"):
            journal.read(whole)


def test_it_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "ROOM", 1000)
    design, keeping, largest = stack("Linear"), Journal(tmp_path), 0
    keeping.keep(design, "mine")
    base = journal.journals(tmp_path)[0].stat().st_size
    for number in range(300):
        design = edits.rename(design, design.root, f"name{number}")
        keeping.keep(design, "mine")
        keeping.sync()
        (path,) = journal.journals(tmp_path)
        largest = max(largest, path.stat().st_size)
    assert largest < 3 * base + 1000 + 500
    assert path.name > "00000003.journal"
    assert journal.read(tmp_path).design == design


def test_the_old_one_goes_once_the_new_one_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping = kept(tmp_path, history())
    keeping.sync()
    first, last = history()[:2]
    keeping.keep(first, "other")
    keeping.keep(last, "other")
    assert len(names_in(tmp_path)) == 2
    assert journal.read(tmp_path).design == last
    seen = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (seen.append(len(names_in(tmp_path))), fsync(descriptor)))
    keeping.sync()
    assert (seen, len(names_in(tmp_path))) == ([2, 2], 1)


def test_the_old_one_is_read_where_the_new_one_is_not_whole(whole: Path) -> None:
    (path,) = journal.journals(whole)
    content = path.read_bytes()
    (whole / "00000002.journal").write_bytes(content[:500])
    assert _same(journal.read(whole).design, history()[-1])
    (whole / "00000002.journal").write_bytes(content[:20] + b"~" + content[21:])
    found = journal.read(whole)
    assert (_same(found.design, history()[-1]), found.is_whole) == (True, False)


def test_a_full_disk_leaves_what_was_kept(tmp_path: Path) -> None:
    first, second = history()[:2]
    keeping = kept(tmp_path, [first])
    size = journal.journals(tmp_path)[0].stat().st_size
    with disk_with_room_for(size + 20), pytest.raises(FileError, match="cannot be kept in"):
        keeping.keep(second, "mine")
    assert journal.read(tmp_path) == journal.Kept(first, "mine", True)
    keeping.keep(second, "mine")
    assert journal.read(tmp_path) == journal.Kept(second, "mine", True)
    assert len(names_in(tmp_path)) == 1


def test_one_that_was_taken_away_is_begun_anew(tmp_path: Path) -> None:
    first, second = history()[:2]
    keeping = kept(tmp_path, [first])
    journal.journals(tmp_path)[0].unlink()
    keeping.keep(second, "mine")
    assert journal.read(tmp_path).design == second


def test_the_name_is_known_without_reading_all(whole: Path) -> None:
    (path,) = journal.journals(whole)
    assert journal.name_in(path) == "mine"
    path.write_bytes(b"hello")
    assert journal.name_in(path) == ""


@pytest.mark.parametrize(
    "patch",
    [
        [],
        {"nodes": 3},
        {"nodes": [{}]},
        {"nodes": [{"id": 5}]},
        {"nodes": [{"id": "x", "children": [0, 1]}]},
        {"nodes": [{"id": "x", "children": [0, 5, []]}]},
        {"nodes": [{"id": "x", "wires": [-1, 0, []]}]},
        {"gone": [1]},
        {"customs": []},
        {"others": {}},
    ],
)
def test_what_is_no_patch_is_refused(patch: object) -> None:
    replay = Replay()
    replay.apply(parse(journal.json.dumps(difference(None, project.new().design))))
    with pytest.raises(FileError):
        replay.apply(parse(journal.json.dumps(patch)))
