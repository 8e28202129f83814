"""Samples that are read when they are wanted: the same as if they were held, kept decoded, broken ones named."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.kept import Kept
from core.data.picture_files import Folder, Zip
from core.data.picture_store import PictureStore
from core.data.prepare import prepare
from core.data.samples import samples_of
from core.data.seen import SeenData
from core.data.streamed import Streamed
from core.data.survey import survey
from core.design.seen_data import MEAN, SampleQuery
from core.design.settings import DataSettings
from core.errors import DataError
from tests.unit.core.data.test_pictures import content, folder_of, said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draw = np.random.RandomState(0)
    files = [content(Image.fromarray(draw.randint(0, 255, (5, 4, 3), np.uint8))) for _ in range(20)]
    return folder_of(tmp_path / "many", first=files[:10], second=files[10:])


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def streamed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> DataSettings:
    """Settings of a folder that is taken to be too large for memory, with all found out."""
    monkeypatch.setattr("core.data.pictures.MOST_HELD", 100)
    return DataSettings(str(folder), size=(5, 4), channels="colour", fit="stretch")


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_streamed_is_what_would_be_held(is_known: bool, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = prepare(DataSettings(str(folder)))
    settings = streamed(folder, monkeypatch)
    read = prepare(settings if is_known else DataSettings(str(folder)))
    for part in ("train", "test"):
        features = getattr(read, f"{part}_features")
        assert isinstance(features, Streamed)
        np.testing.assert_array_equal(features[:], getattr(held, f"{part}_features"))
        np.testing.assert_array_equal(getattr(read, f"{part}_targets"), getattr(held, f"{part}_targets"))
    assert read.description.pictures == held.description.pictures
    assert read.description.counts == held.description.counts
    assert "20 pictures are read while they are learnt from" in said(read.description)


def test_an_autoencoder_streams_its_target(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = DataSettings(str(folder), size=(5, 4), channels="colour", fit="crop", task="autoencoder")
    data = prepare(known)
    assert data.description.target_shape == (3, 5, 4)
    streamed(folder, monkeypatch)
    np.testing.assert_array_equal(prepare(known).train_targets[3], data.train_features[3])


def test_some_are_looked_at_for_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = streamed(folder, monkeypatch)
    assert survey(SeenData(samples_of(settings))).looked_at == 20
    monkeypatch.setattr("core.data.streamed._LOOKED_AT", 4)
    seen = SeenData(samples_of(settings))
    found = survey(seen)
    assert (found.looked_at, found.sizes, found.feature_count) == (4, (16, 0, 4), 3)
    total, samples = seen.shown(SampleQuery(part="test", count=3))
    assert (total, len(samples)) == (4, 3)
    assert all(sample.picture is not None for sample in samples)
    with pytest.raises(DataError, match="too large to be sorted"):
        seen.shown(SampleQuery(order=MEAN))


def test_some_stand_for_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.streamed._LOOKED_AT", 4)
    data = prepare(streamed(folder, monkeypatch))
    features = data.train_features
    assert isinstance(features, Streamed)
    chosen = Streamed(features.store, features.numbers).some(np.ones(len(features), np.bool_))
    assert len(chosen) == 4
    assert float(data.features.mean) == pytest.approx(chosen.mean())
    assert float(data.features.scale) == pytest.approx(chosen.std())


def test_rows_are_taken_as_of_an_array(folder: Path) -> None:
    store = PictureStore(Folder(str(folder)), [f"first/{number}.png" for number in range(6)], 1, (2, 3), "pad")
    array = Streamed(store)
    assert (array.shape, array.ndim, array.dtype, len(array)) == ((6, 1, 2, 3), 4, np.uint8, 6)
    everything = array[:]
    np.testing.assert_array_equal(array[2], everything[2])
    np.testing.assert_array_equal(array[[4, 1]], everything[[4, 1]])
    np.testing.assert_array_equal(array[np.arange(6) > 3], everything[4:])
    part = array.part(np.arange(6) > 3)
    np.testing.assert_array_equal(part[0], everything[4].astype(np.float32))


def test_broken_ones_are_named(folder: Path) -> None:
    (folder / "first" / "1.png").write_bytes((folder / "first" / "1.png").read_bytes()[:60])
    store = PictureStore(Folder(str(folder)), ["first/0.png", "first/1.png", "first/gone.png"], 3, (5, 4), "crop")
    read = store.read(np.arange(3))
    assert read.sound.tolist() == [True, False, False]
    assert read.broken == ("'first/1.png' (damaged or cut off)", "'first/gone.png' (No such file or directory)")
    assert not read.values[1:].any()


def test_what_was_decoded_is_kept_and_shared(folder: Path, own_temporary_folder: Path) -> None:
    store = PictureStore(Folder(str(folder)), ["first/0.png", "first/1.png", "second/0.png"], 3, (5, 4), "crop")
    store.keep()
    twin = pickle.loads(pickle.dumps(store))
    before = store.read(np.array([0, 2])).values
    for path in folder.glob("*/*"):
        path.unlink()
    again = twin.read(np.array([2, 0, 1]))
    np.testing.assert_array_equal(again.values[:2], before[::-1])
    assert again.sound.tolist() == [True, True, False], "what was not decoded yet is gone"
    assert len(list(own_temporary_folder.iterdir())) == 1
    del store, twin
    assert not list(own_temporary_folder.iterdir())


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Disk:
        free = 2 * (10 + 3 * 4)

    monkeypatch.setattr("core.data.kept.shutil.disk_usage", lambda _: Disk)
    kept = Kept(10, (2,), np.dtype(np.uint16))
    assert kept.room == 3
    values = np.array([7, 70], np.uint16)
    into = np.zeros(2, np.uint16)
    for number in (2, 3):
        kept.write(number, values)
        assert kept.read(number, into) == (number < 3)
    assert into.tolist() == [7, 70]
    kept.close()


def test_what_killed_processes_left_is_swept_away(own_temporary_folder: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (left := own_temporary_folder / f"netloom-of-{ended.pid}-x").touch()
    (other := own_temporary_folder / f"netloom-of-{os.getppid()}-x").touch()
    kept = Kept(1, (1,), np.dtype(np.uint8))
    assert not left.exists()
    assert other.exists()
    kept.close()


def test_without_a_place_to_keep_them_pictures_are_decoded_each_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "is not there"))
    store = PictureStore(Folder(str(folder)), ["first/0.png"], 3, (5, 4), "crop")
    store.keep()
    assert store.read(np.array([0])).sound.all()


def test_pictures_of_a_zip_are_read_elsewhere(folder: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))
    store = PictureStore(Zip(archive), ["first/0.png"], 3, (5, 4), "crop")
    unpacked = PictureStore(Folder(str(folder)), ["first/0.png"], 3, (5, 4), "crop")
    twin = pickle.loads(pickle.dumps(store))
    np.testing.assert_array_equal(twin.read(np.array([0])).values, unpacked.read(np.array([0])).values)
