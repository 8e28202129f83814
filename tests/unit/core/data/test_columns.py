"""What columns of a table hold, found out or chosen, and what the network sees of them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.dates import order_of, read_date
from core.data.learnt import from_text, to_text
from core.data.prepare import prepare
from core.data.samples import Samples, samples_of
from core.data.unlabelled import unlabelled
from core.design import edits
from core.design.column_kinds import kinds_of
from core.design.model import Wire
from core.design.settings import DataDescription, DataSettings, Settings
from core.design.shapes import Facts, check
from core.errors import DataError, FileError
from core.training.loop import Stepped, TrainingRun
from tests.hostile.mutations import mutants
from tests.unit.core.data.test_pictures import said
from tests.unit.core.design.drawing import empty, put

CITIES = ("Rome", "Bern", "Oslo 2", "Oslo 10", "Bern")
DAYS = ("2024-01-31", "2023-12-05", "2024-02-29", "2022-07-01", "1969-12-31")
ROWS = [(CITIES[i % 5], DAYS[i % 5], str(i * 0.5), "yn"[i % 2]) for i in range(40)]


def table(rows: list[tuple[str, ...]], names: str = "city,day,size,kind") -> str:
    return names + "\n" + "".join(",".join(row) + "\n" for row in rows)


@pytest.fixture
def seen(tmp_path: Path):
    def seen(content: str = table(ROWS), /, **options: object) -> Samples:
        (path := tmp_path / "table.csv").write_text(content)
        return samples_of(DataSettings(str(path), **options))

    return seen


def columns_of(description: DataDescription) -> dict[str, tuple[str, str, int]]:
    return {column.name: (column.guessed, column.kind, column.missing) for column in description.table}


def test_what_columns_hold_is_found_out_and_said(seen) -> None:
    samples = seen()
    description = samples.description()
    assert columns_of(description) == {
        "city": ("one-hot", "one-hot", 0),
        "day": ("cyclic", "cyclic", 0),
        "size": ("number", "number", 0),
        "kind": ("one-hot", "target", 0),
    }
    assert description.table[0].examples == ("Rome", "Bern", "Oslo 2", "Oslo 10")
    assert description.columns[:4] == ("city=Bern", "city=Oslo 2", "city=Oslo 10", "city=Rome"), "in natural order"
    assert [row[0] for row in description.rows[:5]] == ["0", "1", "0", "0", "1"]
    assert "Column 'city' is a category (Rome, Bern, Oslo 2, Oslo 10)" in said(description)
    assert description.understood is not None
    assert kinds_of(description.understood) == {"city": "one-hot", "day": "cyclic"}
    again = samples_of(description.understood)
    np.testing.assert_array_equal(again.source.features, samples.source.features)
    assert not any("is a category" in remark.template for remark in again.description().remarks), "it is settled"


def test_one_hot_and_index(seen) -> None:
    features = seen(ignored=("day", "size"), kinds=("city:one-hot",)).source.features
    expected = [[float(city == name) for name in ("Bern", "Oslo 2", "Oslo 10", "Rome")] for city, *_ in ROWS]
    assert features.tolist() == expected
    assert (features.sum(axis=1) == 1).all()
    samples = seen(ignored=("day", "size"), kinds=("city:index",))
    numbers = {"Bern": 1, "Oslo 2": 2, "Oslo 10": 3, "Rome": 4}
    assert samples.source.features.tolist() == [[numbers[city]] for city, *_ in ROWS]
    description = samples.description()
    assert (samples.source.features.dtype, description.index_sizes) == (np.int32, (5,))
    assert not description.understood.standardise, "an Embedding takes whole numbers"
    assert "an Embedding needs 5 rows" in said(description)


def test_numbers_that_are_categories(seen) -> None:
    text = table([(str((i * 7) % 12), str(i), "yn"[i % 2]) for i in range(36)], "code,size,kind")
    assert seen(text, ignored=("size",)).source.columns == ("code",)
    names = seen(text, ignored=("size",), kinds=("code:one-hot",)).source.columns
    assert names == tuple(f"code={number}" for number in range(12))


def test_categories_are_not_scaled_and_numbers_are(tmp_path: Path, seen) -> None:
    seen()
    data = prepare(DataSettings(str(tmp_path / "table.csv"), kinds=("day:date",)))
    names = list(data.description.columns)
    is_city = [name.startswith("city=") for name in names]
    assert set(np.unique(data.train_features[:, is_city])) == {0, 1}
    others = data.train_features[:, ~np.array(is_city)]
    assert others.mean(axis=0) == pytest.approx(0, abs=1e-6)
    assert others.std(axis=0) == pytest.approx(1, abs=1e-5)


def test_dates_as_numbers_and_as_parts_of_a_cycle(seen) -> None:
    samples = seen(ignored=("city", "size"), kinds=("day:date",))
    assert samples.source.columns == ("day year", "day month", "day day", "day weekday")
    for row, day in zip(samples.source.features[:5], DAYS, strict=True):
        date = datetime.fromisoformat(day)
        assert row.tolist() == [date.year, date.month, date.day, date.weekday()]
    cyclic = seen(ignored=("city", "size"), kinds=("day:cyclic",)).source
    for row, day in zip(cyclic.features[:5], DAYS, strict=True):
        date, at = datetime.fromisoformat(day), dict(zip(cyclic.columns, row, strict=True))
        assert at["day year"] == date.year
        assert at["day month sin"] == pytest.approx(math.sin(2 * math.pi * (date.month - 1) / 12))
        assert at["day day cos"] == pytest.approx(math.cos(2 * math.pi * (date.day - 1) / 31))
        assert at["day weekday sin"] == pytest.approx(math.sin(2 * math.pi * date.weekday() / 7))


def test_hours_where_there_are_any(seen) -> None:
    text = table([(f"2024-03-{1 + i:02} {i % 24:02}:30", str(i), "yn"[i % 2]) for i in range(20)], "at,size,kind")
    samples = seen(text, ignored=("size",), kinds=("at:date",))
    assert samples.source.columns[-1] == "at hour"
    assert samples.source.features[:, -1].tolist() == [i % 24 + 0.5 for i in range(20)]


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(microsecond=0)))
def test_a_date_is_the_same_in_every_writing(at: datetime) -> None:
    days = at.replace(tzinfo=UTC).timestamp() / 86400
    year, time = f"{at.year:04}", f"{at.hour:02}:{at.minute:02}:{at.second:02}"
    for text, order in (
        (f"{year}-{at.month:02}-{at.day:02}T{time}Z", "day"),
        (f"{year}/{at.month}/{at.day} {time}", "month"),
        (f"{at.day}.{at.month}.{year} {time}", "day"),
        (f"{at.month}/{at.day}/{year} {at.hour % 12 or 12}:{time[3:]} {'PM' if at.hour > 11 else 'am'}", "month"),
        (f"{at.day} {at:%B} {year} {time}", "day"),
        (f"{at:%b} {at.day}, {year}, {time}", "day"),
    ):
        assert read_date(text, order) == pytest.approx(days, abs=1e-9), text


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-13-01", "12", "1.5", "31/31/2024", "2024-01-01 25:00", "soon", ""]
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text, "day") is None


@pytest.mark.parametrize(
    ("cells", "order", "asks"),
    [
        (["31/01/2024", "01/02/2024"], "day", False),
        (["01/31/2024", "01/02/2024"], "month", False),
        (["01.02.2024"], "day", False),
        (["01/02/2024", "03/04/2024"], "day", True),
        (["05/05/2024"], "day", True),
        (["2024-01-31"], "day", False),
        (["99/12/31"], "year", False),
        (["1.5"], None, False),
        ([], None, False),
    ],
)
def test_what_dates_begin_with(cells: list[str], order: str | None, asks: bool) -> None:
    assert order_of(cells) == (order, asks)


def test_whether_the_day_comes_first_is_asked_where_nothing_tells(seen, tmp_path: Path) -> None:
    text = table([(f"{1 + i % 9:02}/{1 + i % 11:02}/2024", str(i), "yn"[i % 2]) for i in range(40)], "day,size,kind")
    shown = seen(text, kinds=("day:date",)).description()
    assert "the day or the month may come first" in said(shown, "question")
    with pytest.raises(DataError, match="--data-option date_order=day or date_order=month"):
        prepare(shown.settings)
    for order, place in (("day", 2), ("month", 1)):
        data = prepare(replace(shown.settings, date_order=order, standardise=False))
        assert data.description.understood.date_order == order
        together = np.concatenate([data.train_features, data.test_features])
        assert set(together[:, place].astype(int)) == set(range(1, 10))


def test_a_date_that_is_none_is_said_with_its_line(seen) -> None:
    with pytest.raises(DataError, match=r"Line 42 of .*, column 'day': 'soon' is no date"):
        seen(table([*ROWS, ("Rome", "soon", "1", "y")]), kinds=("day:date",))


def test_texts_of_many_values_are_left_out_and_can_be_taken(seen) -> None:
    text = table([(f"note {i}", str(i), "yn"[i % 2]) for i in range(30)], "note,size,kind")
    shown = seen(text).description()
    assert columns_of(shown)["note"] == ("text", "left out", 0)
    assert shown.columns == ("size",)
    (remark,) = shown.remarks
    category, texts = remark.choices
    assert len(seen(text, **{category.option: category.value}).source.columns) > 20
    assert (texts.option, texts.value) == ("text", "note")
    taken = seen(text, samples="text", text="note").description()
    assert columns_of(taken) == {
        "note": ("text", "text", 0), "size": ("number", "left out", 0), "kind": ("one-hot", "target", 0)
    }  # fmt: skip


def test_a_kind_of_a_column_that_is_not_there(seen) -> None:
    with pytest.raises(DataError, match="no column called 'town'"):
        seen(kinds=("town:one-hot",))


# --- missing values ---------------------------------------------------------------------------------------------------

HOLES = table(
    [
        (("Rome" if i % 3 else "Bern") if i % 7 else "", DAYS[i % 3] if i % 5 else "?", str(i % 4) if i % 6 else "NA",
         "yn"[i % 2])
        for i in range(60)
    ]
)  # fmt: skip


def test_missing_values_are_counted_in_each_column(seen) -> None:
    shown = seen(HOLES, missing="drop").description()
    counts = {name: missing for name, (_, _, missing) in columns_of(shown).items()}
    assert counts == {"city": len(range(0, 60, 7)), "day": 12, "size": 10, "kind": 0}
    lines = dict(shown.lines)
    assert sum(lines.values()) == 61
    assert lines["samples"] == sum(1 for i in range(60) if i % 7 and i % 5 and i % 6)
    assert {name: each[2] for name, each in columns_of(seen(HOLES, missing="drop", ignored=("day",)).description()).items()} == counts  # fmt: skip # noqa: E501


@pytest.mark.parametrize("fill", ["mean", "median", "frequent", "value"])
def test_what_is_filled_in(seen, fill: str) -> None:
    samples = seen(HOLES, missing=fill, kinds=("day:date",), fill_value=-7.0)
    at = {name: place for place, name in enumerate(samples.source.columns)}
    rows = [line.split(",") for line in HOLES.splitlines()[1:]]
    trained = [row for row, is_learnt in zip(rows, samples.trained, strict=True) if is_learnt]
    known = [float(row[2]) for row in trained if row[2] != "NA"]
    counts = Counter(known)
    expected = {
        "mean": sum(known) / len(known),
        "median": median(known),
        "frequent": min(value for value in counts if counts[value] == max(counts.values())),
        "value": -7.0,
    }[fill]
    cities, days = Counter(row[0] for row in trained if row[0]), Counter(row[1] for row in trained if row[1] != "?")
    for row, features in zip(rows, samples.source.features, strict=True):
        assert features[at["size"]] == pytest.approx(float(row[2]) if row[2] != "NA" else expected)
        city = row[0] or ("" if fill == "value" else max(cities, key=lambda name: cities[name]))
        assert features[[at["city=Bern"], at["city=Rome"]]].tolist() == [city == "Bern", city == "Rome"]
        if row[1] != "?":
            assert features[at["day day"]] == int(row[1][-2:])
        elif fill == "value":
            assert features[at["day year"]] == features[at["day weekday"]] == -7
        elif fill == "frequent":
            assert days[f"{features[at['day year']]:.0f}-{features[at['day month']]:02.0f}-{features[at['day day']]:02.0f}"] == max(days.values())  # fmt: skip # noqa: E501


def test_values_that_only_the_test_part_has_are_said(seen) -> None:
    rows = [(f"{'ab'[i % 2]}" if i < 38 else "late", str(i), "yn"[i % 2]) for i in range(40)]
    samples = seen(table(rows, "city,size,kind"), split="time")
    assert samples.source.columns == ("city=a", "city=b", "size")
    assert samples.source.features[-1, :2].tolist() == [0, 0]
    assert "that the training part does not have are not told apart: late." in said(samples.description())


# --- targets ----------------------------------------------------------------------------------------------------------


def test_several_targets(seen, tmp_path: Path) -> None:
    text = table([(str(i), str(i * 2), str(i * 0.25 - 3), str(i % 5)) for i in range(40)], "a,u,b,v")
    samples = seen(text, targets=("v", "u"))
    assert samples.source.columns == ("a", "b")
    assert samples.target.values.tolist() == [[i % 5, i * 2] for i in range(40)]
    shown = samples.description()
    assert (shown.task, shown.targets, shown.target) == ("regression", 2, "columns 'v', 'u'")
    data = prepare(shown.settings)
    assert data.train_targets.mean(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert data.train_targets.std(axis=0) == pytest.approx([1, 1], abs=1e-5)
    with pytest.raises(DataError, match=r"Line 41 of .*, column 'u': 'many' is text, but each of several targets"):
        seen(text.replace("39,78,", "39,many,"), targets=("v", "u"))
    holes = seen(text.replace("39,78,", "39,,"), targets=("v", "u"), missing="mean").description()
    assert dict(holes.lines) == {"samples": 39, "names": 1, "incomplete": 1}


def test_one_hot_targets_are_classes_with_the_columns_names(seen) -> None:
    text = table([(str(i), str(i * 3 % 7), *"100 010 001".split()[i % 3]) for i in range(30)], "a,b,rose,tulip,lily")
    (remark,) = (remark for remark in seen(text).description().remarks if "a single 1" in remark.template)
    (choice,) = remark.choices
    shown = seen(text, **{choice.option: choice.value}).description()
    assert (shown.classes, shown.columns) == (("rose", "tulip", "lily"), ("a", "b"))
    assert [row[-1] for row in shown.rows[:3]] == ["rose", "tulip", "lily"]
    assert not any("a single 1" in remark.template for remark in shown.remarks)


# --- the same from other formats, and for what comes later ------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow", "x.ndjson"])
def test_columns_of_other_formats(tmp_path: Path, name: str, seen) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            "city": [row[0] for row in ROWS],
            "day": [datetime.fromisoformat(row[1]).date() for row in ROWS],
            "size": [float(row[2]) for row in ROWS],
            "kind": [row[3] for row in ROWS],
        }
    )
    {"x.parquet": frame.write_parquet, "x.arrow": frame.write_ipc, "x.ndjson": frame.write_ndjson}[name](
        tmp_path / name
    )
    found, expected = samples_of(DataSettings(str(tmp_path / name))).source, seen().source
    np.testing.assert_array_equal(found.features, expected.features)
    assert found.columns == expected.columns


def test_what_was_learned_is_all_that_new_samples_need(tmp_path: Path, seen) -> None:
    samples = seen(HOLES, missing="mean")
    settings = samples.settings
    text = to_text(prepare(settings).learnt)
    learnt = from_text(text)
    assert to_text(learnt) == text
    expected = samples.source.features
    (tmp_path / "table.csv").unlink()
    (tmp_path / "new.csv").write_text(HOLES.replace("city,day,size,kind", "city,day,size,fate"))
    np.testing.assert_array_equal(unlabelled(str(tmp_path / "new.csv"), learnt).features, expected)
    (tmp_path / "few.csv").write_text("size,city\n,Paris\n2,\n")
    with pytest.raises(DataError, match="has no column called 'day'"):
        unlabelled(str(tmp_path / "few.csv"), learnt)
    (tmp_path / "few.csv").write_text("day,size,city\n2024-01-31,,Paris\n,2,Rome\n")
    found = unlabelled(str(tmp_path / "few.csv"), learnt)
    assert found.features[:, :2].tolist() == [[0, 0], [0, 1]], "a city that was not learned is none of them"
    assert found.features[0, -1] == pytest.approx(learnt.codings[2].fill)


def test_series_have_categories_and_dates_too(seen) -> None:
    samples = seen(samples="windows", window=3, horizon=0, target="kind")
    assert samples.source.features.shape == (38, 3, 4 + 7 + 1)
    rows = seen(target="kind").source
    assert samples.source.columns == rows.columns
    np.testing.assert_allclose(samples.source.features[5], rows.features[5:8])
    filled = seen(HOLES, samples="windows", window=3, horizon=0, target="kind", missing="interpolate")
    assert np.isfinite(filled.source.features).all()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"kind": "one-hot"', '"kind": "hot"', "codings[0].kind: expected one of"),
        ('"task": "classification"', '"task": "both"', "task: expected classification or regression"),
        ('"shape": [7]', '"shape": [8]', "features: expected a number, or one for each column"),
        ('"shape": [7]', '"shape": [0]', "shape[0]: expected a whole number of at least 1"),
        ('"width": 2', '"width": 3', "width: expected as many as there are classes"),
        ('"places": [3]', '"places": [4]', "places: expected places of columns"),
        ('"missing": "mean"', '"missing": "most"', "missing: expected one of"),
        ('"least":', '"lest":', "values: 'least' is missing"),
    ],
)
def test_what_is_damaged_in_what_was_learned_is_refused(seen, old: str, new: str, place: str) -> None:
    text = to_text(prepare(seen(HOLES, missing="mean", kinds=("day:date",)).settings).learnt)
    assert old in text
    with pytest.raises(FileError) as error:
        from_text(text.replace(old, new))
    assert place in str(error.value)


def test_mutants_of_what_was_learned_are_read_or_refused(seen) -> None:
    text = to_text(prepare(seen(HOLES, missing="mean").settings).learnt)
    done = Counter[str]()
    for content in mutants(text.encode(), seed=5, count=400):
        try:
            learnt = from_text(content.decode("utf-8", "replace"))
            assert learnt.description().shape == learnt.shape
            done["read"] += 1
        except FileError:
            done["refused"] += 1
    assert done["refused"] > 100


def test_an_embedding_of_categories_beside_numbers(seen) -> None:
    """Each of two Inputs has its share of the columns: one the category, the other the number."""
    text = table([(CITIES[i % 5], str(i * 0.5), "yn"[i % 2]) for i in range(40)], "city,size,kind")
    data = prepare(seen(text, kinds=("city:index",)).description().understood)
    assert data.description.index_sizes == (5, 0)
    assert set(np.unique(data.train_features[:, 0])) <= {0, 1, 2, 3, 4}, "an index is not scaled"
    design, city = put(empty(), "root", "Input", "city", shape=(1,))
    design, size = put(design, "root", "Input", "size", shape=(1,))
    design, embedding = put(design, "root", "Embedding", "embedding", num_embeddings=5, embedding_dim=3)
    design, flat = put(design, "root", "Flatten", "flat")
    design, joined = put(design, "root", "Concat", "joined")
    design, last = put(design, "root", "Linear", "last", out_features=2)
    for wire in (Wire(city, embedding), Wire(embedding, flat), Wire(flat, joined), Wire(size, joined, 1),
                 Wire(joined, last)):  # fmt: skip
        design = edits.connect(design, "root", wire)
    design = replace(design, settings=Settings(data=data.description.settings, epochs=1))
    report = check(design, Facts(data.description))
    assert not report.blocks_start, report.problems
    run = TrainingRun(design, report, data)
    assert all(math.isfinite(event.loss) for event in run if isinstance(event, Stepped))
    small = edits.set_options(design, [embedding], {"num_embeddings": 3})
    (problem,) = check(small, Facts(data.description)).problems
    assert "but the categories that come have 5" in str(problem.sentence)
    assert not check(problem.repairs[0].edit(small), Facts(data.description)).blocks_start
