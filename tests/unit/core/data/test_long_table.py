"""Tables that are larger than memory: what is read of them in blocks is what would be held."""

from __future__ import annotations

import pickle
import random
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data import frames, long_table, room
from core.data.prepare import PreparedData, prepare
from core.data.samples import samples_of
from core.data.seen import SeenData
from core.data.streamed import Streamed
from core.data.survey import survey
from core.data.table_store import TableStore
from core.design.seen_data import SampleQuery
from core.design.settings import DataSettings
from core.errors import DataError, FileError
from core.training import loop
from core.training.loop import Stepped, Waiting
from core.training.prediction import predict
from tests.unit.core.data.test_pictures import said
from tests.unit.core.training.test_feed import run_of

ROWS = 700


def lines(kind: Callable[[int], str] = lambda i: "nm"[i % 2], hole: str = "") -> list[str]:
    draw = random.Random(0)
    cells = lambda i: (f"{draw.gauss(1e6, 2):.3f}", str(i % 7 / 4), hole if hole and i % 90 == 5 else str(i))  # noqa: E731
    return ["a,b,c,kind", *(",".join((*cells(i), kind(i))) for i in range(ROWS))]


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(long_table, "_last", None)
    return place


def in_blocks(settings: DataSettings, monkeypatch: pytest.MonkeyPatch, rows: int = 64) -> PreparedData:
    """The data as they are read where there is little memory."""
    with monkeypatch.context() as little:
        little.setattr(room, "free_memory", lambda: 80)
        little.setattr("core.data.row_blocks.ROWS", rows)
        little.setattr(long_table, "_last", None)
        return prepare(settings)


def assert_same(read: PreparedData, held: PreparedData) -> None:
    for part in ("train", "test", "valid"):
        features = getattr(read, f"{part}_features")
        assert isinstance(features, Streamed)
        np.testing.assert_allclose(features[:], getattr(held, f"{part}_features"), rtol=1e-6, atol=1e-6)
        targets = getattr(read, f"{part}_targets")
        np.testing.assert_allclose(targets[:], getattr(held, f"{part}_targets"), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(read.features.mean, held.features.mean, rtol=1e-12)
    np.testing.assert_allclose(read.features.scale, held.features.scale, rtol=1e-9)
    *remarks, ours = read.description.remarks
    assert ours.template.startswith("The table is too large to be held in memory")
    assert not read.description.is_held
    assert replace(read.description, remarks=tuple(remarks), is_held=True) == held.description


TABLES = {
    "classes": (lines(), {}),
    "numbers": (lines(lambda i: f"{i**1.5:.2f}"), {}),
    "classes of numbers": (lines(lambda i: str(i % 4)), {"valid_fraction": 0.2}),
    "texts that come late": (lines(lambda i: "x" if i > 600 else str(i % 3)), {}),
    "rows left out": (lines(hole="NA"), {"missing": "drop"}),
    "the mean filled in": (lines(hole="?"), {"missing": "mean", "valid_fraction": 0.1}),
    "targets missing": (lines(lambda i: "" if i % 50 == 3 else "pq"[i % 2]), {"missing": "drop"}),
    "numbers missing": (lines(lambda i: "NA" if i % 50 == 3 else str(i / 8)), {"missing": "drop"}),
    "by time": (lines(), {"split": "time"}),
    "by groups": (lines(lambda i: f"g{i % 11}"), {"group": "kind", "split": "group", "target": "b"}),
    "not scaled": (lines(), {"standardise": False}),
    "an autoencoder": (lines(lambda i: str(i)), {"task": "autoencoder"}),
    "decimal commas": ([line.replace(",", ";").replace(".", ",") for line in lines()], {}),
    "comments and blanks": ([*lines()[:300], "# a word", "", *lines()[300:], ""], {"comments": True}),
    "a preamble": (["# of the house", "", *lines()], {}),
    "no names": (lines()[1:], {}),
    "quotation marks": ([line.replace(",n", ',"n, or\nso ""it"""') for line in lines(hole="NA")], {"missing": "drop"}),
    "an index": ([f"{number if number else ''},{line}" for number, line in enumerate(lines())], {}),
}


@pytest.mark.parametrize("has_polars", [True, False])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_blocks_is_the_table_that_would_be_held(
    name: str, has_polars: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_polars:
        monkeypatch.setattr(frames, "_polars", lambda: None)
    texts, options = TABLES[name]
    (path := tmp_path / "x.csv").write_text("\n".join(texts), encoding="utf-8")
    settings = DataSettings(str(path), **options)  # type: ignore[arg-type]
    assert_same(in_blocks(settings, monkeypatch), prepare(settings))


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_what_polars_reads_is_read_in_blocks_too(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    polars = pytest.importorskip("polars")
    table = {"a": [i / 3 for i in range(ROWS)], "b": [i % 5 or None for i in range(ROWS)], "kind": ["x", "yy"] * 350}
    path = tmp_path / f"x.{ending}"
    frame = polars.DataFrame(table)
    frame.write_parquet(path, row_group_size=100) if ending == "parquet" else frame.write_ipc(path)
    settings = DataSettings(str(path), missing="mean")
    read = in_blocks(settings, monkeypatch)
    assert_same(read, prepare(settings))
    store = read.train_features.store  # type: ignore[union-attr]
    assert isinstance(store, TableStore)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(store)).read(np.arange(3)).values[:, 0], [0, 1 / 3, 2 / 3])


def test_a_run_over_blocks_learns_from_each_sample_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines()))
    settings = DataSettings(str(path))
    data, held = in_blocks(settings, monkeypatch, rows=8), prepare(settings)
    tests: list[list[Any]] = []
    for _ in range(2):
        with closing(run_of(data)) as run:
            seen: list[Any] = []
            walk = run._train.walk

            def watched(batches: Any, walk: Any = walk, seen: list[Any] = seen) -> Any:
                for batch in walk(batches):
                    seen.extend([] if batch is None else [batch.features.numpy()])
                    yield batch

            monkeypatch.setattr(run._train, "walk", watched)
            events = [event for event in run if not isinstance(event, Waiting)]
            tests.append([(event.loss, event.accuracy) for event in events if isinstance(event, loop.Tested)])
            assert sum(event.samples for event in events if isinstance(event, Stepped)) == 2 * len(data.train_features)
    first, second = (np.concatenate(seen[: len(seen) // 2]), np.concatenate(seen[len(seen) // 2 :]))
    for epoch in (first, second):
        ours = epoch[np.lexsort(epoch.T)]
        np.testing.assert_allclose(ours, held.train_features[np.lexsort(held.train_features.T)], atol=1e-6)
    assert (first != second).any(), "another order in each epoch"
    assert tests[0] == tests[1], "the same by the same seed"
    places = np.array([np.flatnonzero((held.train_features == row).all(1))[0] for row in first[:50]])
    assert np.ptp(places) > 100, "a batch is from many places"


def test_rare_classes_are_drawn_as_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines(lambda i: "rare" if i % 10 == 0 else "frequent")))
    data = in_blocks(DataSettings(str(path)), monkeypatch)
    features = data.train_features
    assert isinstance(features, Streamed)
    targets = np.asarray(data.train_targets)
    shares = np.where(targets == 1, 9.0, 1.0)
    drawn = np.concatenate(list(features.shuffled(3, shares)))
    assert len(drawn) == len(features)
    assert 0.4 < targets[drawn].mean() < 0.6


def test_it_is_looked_at_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(["", *lines()]))
    monkeypatch.setattr(room, "free_memory", lambda: 80)
    monkeypatch.setattr("core.data.row_blocks.ROWS", 64)
    seen = SeenData(samples_of(DataSettings(str(path))))
    assert survey(seen).looked_at == 512
    _, samples = seen.shown(SampleQuery(start=100, count=2))
    assert [(sample.place, sample.values[2]) for sample in samples] == [("line 103", 100.0), ("line 104", 101.0)]
    with pytest.raises(DataError, match="too large to be sorted"):
        seen.shown(SampleQuery(order=1))


def test_others_are_predicted_with_what_was_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines(hole="NA")))
    (tmp_path / "new.csv").write_text("a,b,c\n1000000,1,\n")
    settings = DataSettings(str(path), missing="mean")
    data = in_blocks(settings, monkeypatch)
    monkeypatch.setattr("core.data.row_blocks.ROWS", 64)
    with closing(run_of(data)) as run, monkeypatch.context() as little:
        little.setattr(long_table, "most_held", lambda: 1000)
        found = predict(run.model, "CrossEntropyLoss", data.learnt, str(tmp_path / "new.csv"), "cpu")
    assert isinstance(data.train_features, Streamed)
    assert len(found.places) == 1


def test_a_table_that_is_not_held_is_learned_from_by_its_numbers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "x.csv").write_text("city,a,b,y\n" + "Rome,1,5,0\nOslo,2,7,1\n" * 200)
    with pytest.raises(DataError, match="by its numbers alone: leave out 'city'"):
        in_blocks(DataSettings(str(path), target="y"), monkeypatch)
    with pytest.raises(DataError, match="may have a single target: a, y are chosen"):
        in_blocks(DataSettings(str(path), ignored=("city",), targets=("a", "y"), samples="rows"), monkeypatch)
    data = in_blocks(DataSettings(str(path), ignored=("city",)), monkeypatch)
    assert [(column.name, column.kind) for column in data.description.table] == [
        ("city", "left out"), ("a", "number"), ("b", "number"), ("y", "target")
    ]  # fmt: skip


def test_blocks_are_kept_as_numbers_or_taken_apart_anew(
    tmp_path: Path, own_temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines()))
    data = in_blocks(DataSettings(str(path)), monkeypatch, rows=8)
    assert len(list(own_temporary_folder.iterdir())) == 1
    expected = data.test_features[:]
    path.unlink()
    np.testing.assert_array_equal(data.test_features[:], expected)
    del data
    path.write_text("\n".join(lines()))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "is not there"))
    data = in_blocks(DataSettings(str(path)), monkeypatch, rows=8)
    np.testing.assert_array_equal(data.test_features[:], expected)
    assert "each epoch takes the file apart anew" in said(data.description)
    path.write_text("a,b\n")
    with pytest.raises(FileError, match="has become shorter"):
        data.test_features[:]


def test_the_median_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines(hole="NA")))
    with pytest.raises(DataError, match=r"For the median all values of a column .* missing=mean or missing=drop"):
        in_blocks(DataSettings(str(path), missing="median"), monkeypatch)


@pytest.mark.parametrize(
    ("texts", "options", "told"),
    [
        (lines(lambda i: "x" if i == 650 else str(i)), {}, "700 different values in 700 samples, too many"),
        (lines(lambda i: "x" if i == 650 else str(i)), {"task": "regression"}, "the text 'x' in line 652"),
        ([*lines(), "1,2,six,n"], {}, "Line 702 .*, column 'c': 'six' is text"),
        ([*lines(), "1,2,1e40,n"], {}, "Line 702 .*, column 'c': the number is too large"),
        ([*lines(), "1,2"], {}, "Line 702 .* has 2 values, but 4 were expected"),
        ([*lines(), '1,2,3,"n'], {}, "Line 702 .* cannot be taken apart"),
        (lines(lambda i: "n"), {}, "'n' for every sample"),
        (lines(hole="NA"), {}, "Values are missing: line 7, column 'c'; line 97"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    texts: list[str], options: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(texts))
    with pytest.raises(DataError, match=told):
        in_blocks(DataSettings(str(path), **options), monkeypatch)


def test_what_can_only_be_read_from_its_beginning_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "x.csv").write_text("\n".join(lines()), encoding="utf-16")
    settings = DataSettings(str(path))
    with monkeypatch.context() as little:
        little.setattr(room, "free_memory", lambda: 80)
        assert isinstance(prepare(settings).train_features, np.ndarray)


def test_what_is_free_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert room.free_memory() > 2**20
    monkeypatch.setattr(room, "free_memory", lambda: 8000)
    assert room.most_held() == 1000
    (path := tmp_path / "x.csv").write_text("\n".join(lines())[:1000])
    settings = DataSettings(str(path))
    assert long_table.blocks_of(path, settings) is None
    path.write_text("\n".join(lines())[:1001])
    assert long_table.blocks_of(path, settings) is not None


@pytest.mark.parametrize("samples", ["windows", "text", "next"])
def test_what_needs_all_rows_at_once_is_said_before_the_start(
    samples: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "t.csv").write_text("\n".join(lines()))
    with pytest.raises(DataError, match=r"is too large to be held in memory, and .* into a smaller file, or split it"):
        in_blocks(DataSettings(str(path), samples=samples), monkeypatch)
