"""What is found in data before anything is learned from them, and which samples are shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.samples import samples_of
from core.data.seen import MOST_SAMPLES, SeenData
from core.data.survey import survey
from core.design.seen_data import DEVIATION, LABEL, LENGTH, MEAN, REPEATED, DataSurvey, SampleQuery
from core.design.settings import DataSettings
from core.errors import DataError


def seen(settings: DataSettings) -> SeenData:
    return SeenData(samples_of(settings))


def said(found: DataSurvey) -> str:
    return "\n".join(remark.template.format(**remark.values) for remark in found.remarks)


@pytest.fixture
def arrays(tmp_path: Path) -> SeenData:
    """60 rows of three columns with a test part of their own: constant, with one far away, plain."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 3))
    features[:, 0] = 4.0
    features[7, 1] = 1000.0
    labels = np.arange(60) % 2
    features[50], labels[50] = features[3], 1 - labels[3]  # kept back, and learned with another label
    features[51] = features[4]
    labels[51] = labels[4]
    np.savez(tmp_path / "a.npz", X_train=features[:48], y_train=labels[:48], X_test=features[48:], y_test=labels[48:])
    return seen(DataSettings(str(tmp_path / "a.npz")))


def test_constant_and_far_away_values_are_found(arrays: SeenData) -> None:
    found = survey(arrays)
    assert [feature.constant for feature in found.features] == [True, False, False]
    assert [feature.outlying for feature in found.features] == [0, 1, 0]
    plain = found.features[2]
    values = arrays.source.features[:, 2]
    assert (plain.mean, plain.std) == (pytest.approx(values.mean()), pytest.approx(values.std()))
    assert sum(plain.counts) == 60
    assert "The same for all training samples, so that nothing can be learned from it: value 0." in said(found)
    assert "Values far from all others: value 1 (1)." in said(found)


def test_samples_that_are_kept_back_and_learned_are_found_and_shown(arrays: SeenData) -> None:
    found = survey(arrays)
    assert found.repeated == 2
    sentence = "so that a test says too much: 2 (sample 50 = sample 3, sample 51 = sample 4). With another label"
    assert sentence in said(found)
    total, samples = arrays.shown(SampleQuery(part=REPEATED))
    assert (total, [sample.index for sample in samples]) == (2, [50, 51])


def test_samples_are_chosen_sorted_and_paged(arrays: SeenData) -> None:
    total, samples = arrays.shown(SampleQuery(part="test", label=1, order=2, descending=True, start=1, count=3))
    meant = [i for i in range(48, 60) if arrays.target.values[i] == 1]
    ordered = sorted(meant, key=lambda i: -arrays.source.features[i, 2])
    assert (total, [sample.index for sample in samples]) == (len(meant), ordered[1:4])
    assert {(sample.part, sample.label) for sample in samples} == {("test", "1")}
    assert samples[0].values == tuple(arrays.source.features[ordered[1]])
    assert len(arrays.shown(SampleQuery(count=10**6))[1]) == 60 <= MOST_SAMPLES
    with pytest.raises(DataError, match="cannot be sorted by '17'"):
        arrays.shown(SampleQuery(order=17))


def test_classes_are_counted_in_each_part_and_unequal_ones_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,kind\n" + "".join(f"{i * 0.5},{'rare' if i < 10 else 'plenty'}\n" for i in range(110)))
    found = survey(seen(DataSettings(str(path), valid_fraction=0.2)))
    assert dict(found.classes) == {"plenty": (60, 20, 20), "rare": (6, 2, 2)}
    assert found.sizes == (66, 22, 22)
    assert "'plenty' has 60 training samples, 'rare' 6" in said(found)


def test_pictures_are_sorted_by_brightness_and_blank_ones_counted(tmp_path: Path) -> None:
    pictures = np.zeros((12, 1, 4, 4), np.uint8)
    pictures[:, 0, 0, :] = (np.arange(12) * 20)[:, None]
    np.savez(tmp_path / "p.npz", X=pictures, y=np.arange(12) % 2)
    data = seen(DataSettings(str(tmp_path / "p.npz")))
    total, samples = data.shown(SampleQuery(order=MEAN, descending=True, count=2))
    assert (total, [sample.index for sample in samples]) == (12, [11, 10])
    assert data.shown(SampleQuery(order=DEVIATION, count=1))[1][0].index == 0
    picture = samples[0].picture
    assert picture is not None
    assert (picture.height, picture.width, picture.channels, picture.pixels[0]) == (4, 4, 1, 220)
    assert "Pictures of a single colour: 1." in said(survey(data))
    assert [feature.name for feature in survey(data).features] == ["grey"]


def test_texts_are_shown_whole_and_sorted_by_length(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("name,kind\n" + "".join(f"{'ab' * (i + 1)}c,{'xy'[i % 2]}\n" for i in range(20)))
    data = seen(DataSettings(str(path)))
    _, (longest, *_) = data.shown(SampleQuery(order=LENGTH, descending=True))
    assert (longest.text, longest.place) == ("ab" * 20 + "c", "line 21")
    assert survey(data).features[0].greatest == 41


def test_windows_are_curves_each_over_its_own_range(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text("a,b\n" + "".join(f"{i},{1000 + 2 * i}\n" for i in range(40)))
    data = seen(DataSettings(str(path), samples="windows", window=5, horizon=1, task="regression"))
    _, (first, *_) = data.shown(SampleQuery(count=2))
    assert len(first.curves) == 2
    assert first.curves[0][0] == 0.0
    _, (alone,) = data.shown(SampleQuery(count=1))
    assert alone.curves[0] == (0.0, 1.0, 2.0, 3.0, 4.0)
    found = survey(data)
    assert found.columns == ("a", "b")
    assert found.features[-1].is_target
    assert data.shown(SampleQuery(order=LABEL, descending=True, count=2))[1][0].label == "1078"
