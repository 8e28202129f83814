"""The project file: what is written is read; damage, foreign files and newer versions are refused with a sentence."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.design import edits, project
from core.design.json_form import to_json
from core.design.kept_weights import WeightsError
from core.design.model import Design
from core.errors import FileError
from core.files import read_tensors
from tests.disk import disk_with_room_for, names_in
from tests.unit.core.design.checkpoints import METADATA, checkpoint
from tests.unit.core.design.drawing import node, stack

DESIGN = project.new().design
WEIGHTS = checkpoint({f"model|{DESIGN[DESIGN.root].children[1]}|weight": (16, 16), "random": (2, 624)})


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights"
    path.write_bytes(WEIGHTS)
    return path


def with_data(source: str) -> Design:
    settings = DESIGN.settings
    return replace(DESIGN, settings=replace(settings, data=replace(settings.data, source=source)))


def repacked(path: Path, change: Callable[[dict[str, bytes]], None], compression: int = zipfile.ZIP_STORED) -> Path:
    """The project with some of its members changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_design_and_weights_come_back(tmp_path: Path, weights: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN, weights)
    content = project.read(path)
    assert content == project.Project(DESIGN, path, has_checkpoint=True)
    content.extract_checkpoint(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == WEIGHTS


MLP = stack(("Linear", {"out_features": 32}), "ReLU", ("Linear", {"out_features": 10}), shape=(64,))
FIRST, LAST = node(MLP, "net.linear").id, node(MLP, "net.linear1").id
TRAINED = {
    f"model|{FIRST}|weight": (32, 64), f"model|{FIRST}|bias": (32,), f"optimiser|{FIRST}|weight|exp_avg": (32, 64),
    f"model|{LAST}|weight": (10, 32), f"model|{LAST}|bias": (10,), "random": (5,),
}  # fmt: skip


def test_weights_that_do_not_fit_the_design_are_left_out_and_named(tmp_path: Path) -> None:
    """The run had 32 wide layers, the drawing has 32 and 12 by now."""
    path, weights = tmp_path / "p.netloom", tmp_path / "weights"
    weights.write_bytes(checkpoint(TRAINED))
    wider = edits.set_options(MLP, [LAST], {"out_features": 12})
    assert project.write(path, MLP, weights) == ()
    assert project.read(path).bare == ()
    assert project.write(path, wider, weights) == (LAST,)
    content = project.read(path)
    assert content == project.Project(wider, path, has_checkpoint=True, bare=(LAST,))
    content.extract_checkpoint(tmp_path / "copy")
    whole, metadata = read_tensors(weights)
    kept, also = read_tensors(tmp_path / "copy")
    assert metadata == also
    assert {name: array.tolist() for name, array in kept.items()} == {
        name: array.tolist() for name, array in whole.items() if LAST not in name
    }


def test_what_a_layer_no_longer_has_is_left_out_of_its_weights(tmp_path: Path) -> None:
    path, weights = tmp_path / "p.netloom", tmp_path / "weights"
    weights.write_bytes(checkpoint(TRAINED))
    bare = edits.set_options(MLP, [LAST], {"bias": False})
    assert project.write(path, bare, weights) == ()
    project.read(path).extract_checkpoint(tmp_path / "copy")
    kept, _ = read_tensors(tmp_path / "copy")
    assert [name for name in TRAINED if name not in kept] == [f"model|{LAST}|bias"]


@pytest.mark.parametrize(("width", "tracks", "misfits"), [(32, True, 0), (12, True, 1), (32, False, 0)])
def test_running_statistics_fit_as_parameters_do(tmp_path: Path, width: int, tracks: bool, misfits: int) -> None:
    """A BatchNorm without scale and shift has nothing but them."""
    path, weights = tmp_path / "p.netloom", tmp_path / "weights"
    norm = ("BatchNorm1d", {"affine": False, "track_running_stats": tracks})
    design = stack(("Linear", {"out_features": width}), norm, shape=(64,))
    linear, norm_id = node(design, "net.linear").id, node(design, "net.batchnorm1d").id
    statistics = {f"model|{norm_id}|running_mean": (32,), f"model|{norm_id}|running_var": (32,)}
    statistics[f"model|{norm_id}|num_batches_tracked"] = ()
    weights.write_bytes(
        checkpoint({f"model|{linear}|weight": (width, 64), f"model|{linear}|bias": (width,), **statistics})
    )
    assert project.write(path, design, weights) == (norm_id,) * misfits
    project.read(path).extract_checkpoint(tmp_path / "copy")
    kept, _ = read_tensors(tmp_path / "copy")
    assert (statistics.keys() <= kept.keys()) == (tracks and not misfits)
    assert project.read(path).bare == (norm_id,) * misfits


def test_weights_of_which_none_fits_are_not_written(tmp_path: Path) -> None:
    path, weights = tmp_path / "p.netloom", tmp_path / "weights"
    weights.write_bytes(checkpoint(TRAINED))
    other = edits.set_options(MLP, [FIRST, LAST], {"out_features": 12})
    assert project.write(path, other, weights) == (FIRST, LAST)
    assert not project.read(path).has_checkpoint
    weights.write_bytes(checkpoint({f"model|{LAST}|bias": (10,), "random": (5,)}))  # the others were made anew
    assert project.write(path, MLP, weights) == (FIRST, LAST)


def test_layers_that_were_never_trained_are_named(tmp_path: Path) -> None:
    path, weights = tmp_path / "p.netloom", tmp_path / "weights"
    weights.write_bytes(checkpoint({name: shape for name, shape in TRAINED.items() if LAST not in name}))
    assert project.write(path, MLP, weights) == ()
    assert project.read(path).bare == (LAST,)


def _cut(content: bytes) -> bytes:
    return content[:-1]


def _gap(content: bytes) -> bytes:
    return content.replace(b'"shape":[32]', b'"shape":[31]')


@pytest.mark.parametrize(
    "damaged",
    [
        b"", b"short", WEIGHTS[:8], _cut(checkpoint(TRAINED)), checkpoint(TRAINED) + b"!", _gap(checkpoint(TRAINED)),
        checkpoint(TRAINED, METADATA | {"format": "pt"}), checkpoint(TRAINED, METADATA | {"steps": "x"}),
        checkpoint({"weight": (3,)}), checkpoint({f"optimiser|{FIRST}|weight|step": ()}), bytes([9]) * 200,
    ],
)  # fmt: skip
def test_weights_that_are_damaged_cost_only_the_weights(tmp_path: Path, damaged: bytes) -> None:
    """Such a file was written by an earlier version, or by another program."""
    path, weights = tmp_path / "p.netloom", tmp_path / "weights"
    project.write(path, MLP)
    repacked(path, _set("checkpoint.safetensors", damaged))
    content = project.read(path)
    assert (content.design, content.has_checkpoint) == (MLP, False)
    assert str(content.damage).startswith("The weights are ")
    with pytest.raises(FileError, match="The weights are "):
        content.extract_checkpoint(tmp_path / "copy")
    weights.write_bytes(damaged)
    with pytest.raises(WeightsError, match="The weights are "):
        project.write(tmp_path / "new.netloom", MLP, weights)
    assert names_in(tmp_path) == ["p.netloom", "weights"]


def test_without_weights(tmp_path: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    content = project.read(path)
    assert not content.has_checkpoint
    with pytest.raises(FileError, match="has no weights"):
        content.extract_checkpoint(tmp_path / "copy")


def test_the_same_project_gives_the_same_bytes(tmp_path: Path, weights: Path) -> None:
    for name in ("a", "b"):
        project.write(tmp_path / name, DESIGN, weights)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_version_is_that_of_the_package() -> None:
    packaging = tomllib.loads((Path(project.__file__).parents[2] / "pyproject.toml").read_text())
    assert packaging["project"]["version"] == project.APP_VERSION


def test_data_beside_the_project_move_with_it(tmp_path: Path) -> None:
    old, moved = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    project.write(old / "p.netloom", with_data(str(old / "data" / "d.csv")))
    old.rename(moved)
    assert project.read(moved / "p.netloom").design == with_data(str(moved / "data" / "d.csv"))


@pytest.mark.parametrize("source", ["digits", "/elsewhere/d.csv", "~/d.csv"])
def test_other_data_stay_where_they_are(tmp_path: Path, source: str) -> None:
    project.write(tmp_path / "p.netloom", with_data(source))
    assert project.read(tmp_path / "p.netloom").design.settings.data.source == source


def test_a_full_disk_leaves_the_old_project(tmp_path: Path, weights: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    before = path.read_bytes()
    with disk_with_room_for(512), pytest.raises(FileError, match=r"p\.netloom' could not be written: File too large"):
        project.write(path, with_data("iris"), weights)
    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["p.netloom", "weights"]


def test_weights_that_are_gone_leave_the_old_project(tmp_path: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    with pytest.raises(FileError, match="No such file"):
        project.write(path, with_data("iris"), tmp_path / "gone")
    assert project.read(path).design == DESIGN


def test_what_could_not_be_opened_again_is_not_saved(tmp_path: Path) -> None:
    path, root = tmp_path / "p.netloom", DESIGN[DESIGN.root]
    project.write(path, DESIGN)
    before = path.read_bytes()
    broken = DESIGN.with_nodes({root.id: replace(root, wires=(replace(root.wires[0], input=7),))})
    with pytest.raises(FileError) as error:
        project.write(path, broken)
    assert str(error.value) == (
        f"'{path}' was not saved, for it could not be opened again: '{path}' cannot be opened. A wire in 'untitled' "
        "enters 'net' where nothing can. What was there before is as it was."
    )
    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["p.netloom"]


@pytest.mark.parametrize("member", [b"design.json", WEIGHTS[-64:]], ids=["the design", "the weights"])
def test_what_a_disk_does_not_give_back_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: Path, member: bytes
) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    before, sync = path.read_bytes(), os.fsync

    def forget(descriptor: int) -> None:
        """Change one byte in or right behind the first place where `member` stands."""
        sync(descriptor)
        for part in tmp_path.glob("*.part"):
            at = part.read_bytes().index(member) + 15
            with part.open("r+b") as file:
                file.seek(at)
                file.write(b"?")

    monkeypatch.setattr(os, "fsync", forget)
    with pytest.raises(FileError, match="was not saved"):
        project.write(path, with_data("iris"), weights)
    assert path.read_bytes() == before


def _set(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: content})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_set("netloom.json", b'{"format": 2, "application": "9.1"}'),
         "'{path}' was written by a newer Netloom (9.1): this is 0.1.0."),
        (_set("netloom.json", b"[]"), "'{path}' is damaged or cut off."),
        (_set("netloom.json", b"{"), "'{path}' is damaged or cut off."),
        (_set("netloom.json", b"[" * 10_000), "'{path}' is damaged or cut off."),
        (_set("design.json", b"\xff"), "'{path}' is damaged or cut off."),
        (_set("design.json", b"{}"), "'{path}' cannot be opened. This is not a design of Netloom."),
        (_set("../evil", b""), "'{path}' holds '../evil', which does not belong there."),
        (lambda members: members.pop("netloom.json"), "'{path}' is no project of Netloom."),
        (lambda members: members.pop("design.json"), "'{path}' is damaged: 'design.json' is missing in it."),
    ],
)  # fmt: skip
def test_members_that_are_not_right(tmp_path: Path, change: Callable[[dict[str, bytes]], None], sentence: str) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    repacked(path, change)
    with pytest.raises(FileError) as error:
        project.read(path)
    assert str(error.value) == sentence.format(path=path)


def test_what_is_wrong_in_the_design_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    plain = json.loads(to_json(DESIGN))
    plain["nodes"][1]["name"] = 5
    repacked(path, _set("design.json", json.dumps(plain).encode()))
    with pytest.raises(FileError) as error:
        project.read(path)
    assert str(error.value).startswith(f"'{path}' cannot be opened. nodes[1].name: expected ")


def test_compressed_members_are_refused_however_large_they_would_grow(tmp_path: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    repacked(path, _set("design.json", bytes(10_000_000)), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    with pytest.raises(FileError, match="must not be compressed"):
        project.read(path)


def test_a_design_too_large_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    repacked(path, _set("design.json", b" " * (2**26 + 1)))
    with pytest.raises(FileError, match=r"'design\.json' in it is too large"):
        project.read(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "p.netloom"
    project.write(path, DESIGN)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("design.json", to_json(with_data("iris")))
    with pytest.raises(FileError, match="it holds two members of one name"):
        project.read(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "'{path}' is empty."),
        (b"PK", "'{path}' is no project of Netloom."),
        (b"PK\3\4 and no more", "'{path}' is damaged or cut off."),
        (b"\x89PNG\r\n\x1a\n", "'{path}' is no project of Netloom."),
        (to_json(DESIGN).encode(), "'{path}' is no project of Netloom."),
    ],
)
def test_foreign_files(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "p.netloom"
    path.write_bytes(content)
    with pytest.raises(FileError) as error:
        project.read(path)
    assert str(error.value) == sentence.format(path=path)


def test_another_archive_is_no_project(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.pkl", b"")
    with pytest.raises(FileError, match="is no project of Netloom"):
        project.read(path)


@pytest.mark.parametrize(("name", "reason"), [("none", "No such file or directory"), ("", "Is a directory")])
def test_files_that_cannot_be_opened(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(FileError, match=f"cannot be read: {reason}"):
        project.read(tmp_path / name)


def test_a_text_file_is_written_whole(tmp_path: Path) -> None:
    project.write_text(tmp_path / "t.txt", "× 64\n")
    assert (tmp_path / "t.txt").read_text("utf-8") == "× 64\n"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("good")
    (folder / "weights").write_bytes(WEIGHTS)
    project.write(folder / "p.netloom", DESIGN, folder / "weights")
    return (folder / "p.netloom").read_bytes()


@given(st.data())
def test_a_damaged_project_is_read_right_or_refused(
    good: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(good) - 1))
    value = data.draw(st.none() | st.integers(0, 255))
    folder = tmp_path_factory.mktemp("damaged")
    path, copy = folder / "p.netloom", folder / "copy"
    path.write_bytes(good[:at] if value is None else good[:at] + bytes([value]) + good[at + 1 :])
    with suppress(FileError):
        content = project.read(path)
        assert content.design == DESIGN
        content.extract_checkpoint(copy)
        assert copy.read_bytes() == WEIGHTS


def test_halves_of_characters_in_a_name_are_saved_as_they_are(tmp_path: Path) -> None:
    root = DESIGN[DESIGN.root]
    project.write(tmp_path / "p.netloom", DESIGN.with_nodes({root.id: replace(root, name="half \ud83d")}))
    design = project.read(tmp_path / "p.netloom").design
    assert design[design.root].name == "half \ud83d"


def test_the_window_reads_projects_without_paying_for_the_engine() -> None:
    program = (
        "import sys, core.design.project; "
        "assert not {'numpy', 'safetensors', 'core.tensors.tensor'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(project.__file__).parents[2], check=True)
