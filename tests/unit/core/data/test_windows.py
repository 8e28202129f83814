"""Windows over the rows of a table, and what is kept for the test of them."""

from pathlib import Path

import numpy as np
import pytest

from core.data.prepare import PreparedData, prepare, prepared
from core.data.samples import samples_of
from core.design.settings import DataSettings
from core.errors import DataError


@pytest.fixture
def series(tmp_path: Path):
    def write(text: str, **options: object) -> PreparedData:
        path = tmp_path / "series.csv"
        path.write_text(text)
        return prepared(samples_of(DataSettings(str(path), samples="windows", **{"standardise": False, **options})))

    return write


def counting(rows: int) -> str:
    return "a,b,y\n" + "".join(f"{i}.5,{-i},{i * 10}.25\n" for i in range(rows))


def said(data: PreparedData, kind: str = "said") -> str:
    remarks = data.description.remarks
    return "\n".join(remark.template.format(**remark.values) for remark in remarks if remark.kind == kind)


def together(data: PreparedData) -> tuple[np.ndarray, np.ndarray]:
    """Features and targets of the training part, then of the test part."""
    features = np.concatenate([data.train_features, data.test_features])
    return features, np.concatenate([data.train_targets, data.test_targets])


@pytest.mark.parametrize(("window", "step", "horizon"), [(3, 1, 1), (4, 2, 3), (1, 1, 1), (5, 3, 0)])
def test_each_window_is_so_many_rows_and_its_target_so_many_later(series, window: int, step: int, horizon: int) -> None:
    data = series(counting(30), window=window, step=step, horizon=horizon)
    features, targets = together(data)
    starts = np.arange(0, 30 - window - horizon + 1, step)
    expected = starts[:, None] + np.arange(window)
    columns = [expected + 0.5, -expected] + ([expected * 10 + 0.25] if horizon else [])
    np.testing.assert_allclose(features, np.stack(columns, axis=-1))
    np.testing.assert_allclose(targets[:, 0], (starts + window - 1 + horizon) * 10 + 0.25)
    assert data.description.shape == (window, len(columns))
    assert data.description.columns == (("a", "b", "y") if horizon else ("a", "b"))


def test_the_last_targets_are_tested_and_none_of_them_is_learnt_from(series) -> None:
    data = series(counting(100), window=5, horizon=2, test_fraction=0.3)
    assert data.train_targets.max() < data.test_targets.min()
    assert data.train_features[:, :, 2].max() < data.test_targets.min()
    assert len(data.test_targets) == 30
    assert data.description.understood is not None
    assert data.description.understood.split == "time"


def test_windows_stay_within_their_group_and_each_group_is_cut(series) -> None:
    rows = "".join(f"{'xy'[i % 2]},{i},{i * 10}\n" for i in range(40))
    data = series("who,a,y\n" + rows, window=3, horizon=1, group="who", task="regression")
    features, targets = together(data)
    assert len(features) == 2 * (20 - 3)
    np.testing.assert_allclose(np.diff(features[:, :, 0], axis=1), 2)
    np.testing.assert_allclose(targets[:, 0], features[:, -1, 1] + 20)
    assert sorted(data.test_targets[:, 0]) == [320, 330, 340, 350, 360, 370, 380, 390]
    assert "within each 'who'" in said(data)


def test_classes_of_a_day_are_no_feature(series) -> None:
    data = series("t,kind\n" + "1,sun\n2,rain\n3,sun\n" * 10, window=2, horizon=0)
    assert data.description.classes == ("rain", "sun")
    assert data.description.shape == (2, 1)
    assert [curves.label for curves in data.description.curves[:2]] == ["rain", "sun"]


def test_a_single_column_is_a_series(series) -> None:
    data = series("level\n" + "".join(f"{i * 0.5}\n" for i in range(30)), window=4)
    assert data.description.shape == (4, 1)
    assert data.description.columns == ("level",)


def test_each_column_has_a_scale_of_its_own_by_the_training_part(series) -> None:
    data = series(counting(60), window=4, standardise=True)
    np.testing.assert_allclose(data.train_features.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(data.train_features.std(axis=(0, 1)), 1, atol=1e-5)
    assert data.test_features[:, :, 0].mean() > 1


HOLES = "y\n" + "\n".join("" if i == 12 else f"{i}.5" for i in range(40)).replace("\n\n", "\nNA\n") + "\n"


def test_windows_with_missing_values_are_asked_about(series) -> None:
    data = series(HOLES, window=3)
    assert "Values are missing, in 4 windows: line 14, column 'y'" in said(data, "question")
    with pytest.raises(DataError, match="missing=drop or missing=interpolate or missing=mean"):
        prepare(data.description.settings)
    assert len(together(data)[0]) == 37 - 4
    assert "4 windows with missing values are left out" in said(series(HOLES, window=3, missing="drop"))


KNOWN = [i + 0.5 for i in range(32) if i != 12]  # of the training part


@pytest.mark.parametrize(("fill", "value"), [("interpolate", 12.5), ("mean", sum(KNOWN) / 31)])
def test_what_is_missing_in_windows_is_filled_in(series, fill: str, value: float) -> None:
    features, _ = together(series(HOLES, window=3, missing=fill))
    assert len(features) == 36, "what is missing is never a target"
    np.testing.assert_allclose(features[11, 0], value, rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"window": 40}, "A window of 40 rows and a target 1 rows after it need 41 rows, but there are 30"),
        ({"window": 0}, "'window' must be at least 1"),
        ({"step": 0}, "'step' must be at least 1"),
        ({"horizon": -1}, "'horizon' must be at least 0"),
        ({"group": "who"}, "no column called 'who'"),
        ({"ignored": ("a", "b"), "horizon": 0, "window": 2}, "has no column to look at"),
    ],
)
def test_what_cannot_be_a_window(series, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        series(counting(30), **options)


def test_whole_groups_are_tested(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("who,a,y\n" + "".join(f"p{i % 7},{i % 7},{i % 2}\n" for i in range(70)))
    settings = DataSettings(str(path), group="who", split="group", standardise=False, test_fraction=0.3)
    data = prepare(settings)
    train, test = (set(part[:, 0].tolist()) for part in (data.train_features, data.test_features))
    assert not train & test
    assert len(test) == 2
    assert data.description.columns == ("a",)
    with pytest.raises(DataError, match="needs the column that says which rows belong together"):
        prepare(DataSettings(str(path), split="group", ignored=("who",)))


def test_the_last_rows_are_tested(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("a,y\n" + "".join(f"{i},{i % 2}\n" for i in range(50)))
    data = prepare(DataSettings(str(path), split="time", standardise=False))
    assert data.test_features[:, 0].tolist() == list(range(40, 50))


@pytest.mark.parametrize("task", ["auto", "regression", "classification"])
def test_a_text_before_the_first_target_is_named(series, task: str) -> None:
    text = counting(30).replace(",20.25", ",0.0.2")
    with pytest.raises(
        DataError, match=r"^The target, column 'y' of 'series', has the text '0\.0\.2' in line 4, but numbers in"
    ):
        series(text, window=5, task=task)


def test_classes_may_be_texts_and_numbers(series) -> None:
    text = "a,y\n0,none\n" + "".join(f"{i},{i % 3}\n" for i in range(1, 30))
    assert series(text, window=3, task="auto").description.classes == ("0", "1", "2")
