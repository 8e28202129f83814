"""Reading, splitting and standardising together."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.prepare import prepare
from core.data.samples import samples_of
from core.data.scaling import standardisation
from core.data.split import test_part as draw_test_part
from core.design.data_options import changed
from core.design.settings import DataSettings, Values
from core.errors import DataError

DIGITS = DataSettings("digits")


def test_digits_describe_themselves() -> None:
    description = prepare(DIGITS).description
    assert description.settings is DIGITS
    assert (description.name, description.shape, description.task) == ("digits", (1, 8, 8), "classification")
    assert (description.classes, description.targets) == (tuple("0123456789"), 10)
    assert (description.train_size, description.test_size) == (1438, 359)


def test_a_target_that_is_always_the_same_asks_for_another(tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_text("size,kind,done\n" + "1,rose,yes\n2,tulip,yes\n" * 10)
    settings = DataSettings(str(path), kinds=("kind:one-hot",), target="done")
    question = samples_of(settings).description().remarks[-1]
    assert [(choice.option, choice.value) for choice in question.choices] == [
        ("target", "kind"), ("target", "size"), ("task", "autoencoder"),
    ]  # fmt: skip
    sentence = (
        "The target, column 'done' of 'a', is 'yes' for every sample: there is nothing to tell apart. Choose what is "
        "to be learned. On the command line: --data-option target=kind or target=size or task=autoencoder."
    )
    with pytest.raises(DataError, match=re.escape(sentence)):
        prepare(settings)
    for choice in question.choices:
        assert prepare(changed(settings, choice.option, choice.value)).description.train_size == 16
    path.write_text("size,done\n" + "1.5,0.25\n2,0.25\n" * 10)
    with pytest.raises(DataError, match=r"is '0\.25' for every sample"):
        prepare(DataSettings(str(path)))
    path.write_text("text,kind\n" + "good,x\nbad,x\n" * 10)
    with pytest.raises(DataError, match=r"nothing to tell apart\. Add samples that have another"):
        prepare(DataSettings(str(path), samples="text"))


def test_numbers_are_described_as_they_are_in_the_file() -> None:
    assert prepare(DIGITS).description.values == Values(True, 0.0, 16.0)
    iris = prepare(DataSettings("iris")).description.values
    assert iris is not None
    assert (iris.whole, iris.least, iris.greatest) == (False, pytest.approx(0.1), pytest.approx(7.9))


def test_the_same_seed_gives_the_same_arrays_and_another_one_others() -> None:
    first, again, other = prepare(DIGITS), prepare(DIGITS), prepare(replace(DIGITS, split_seed=1))
    np.testing.assert_array_equal(first.test_features, again.test_features)
    np.testing.assert_array_equal(first.train_targets, again.train_targets)
    assert not np.array_equal(first.test_features, other.test_features)


def test_pictures_are_standardised_as_a_whole_on_the_training_part() -> None:
    data = prepare(DIGITS)
    assert data.features.mean.shape == ()
    assert abs(float(data.train_features.mean())) < 1e-5
    assert float(data.train_features.std()) == pytest.approx(1, abs=1e-5)
    assert abs(float(data.test_features.mean())) > 1e-5, "the test part must not be looked at"


def test_columns_are_standardised_each_on_its_own() -> None:
    data = prepare(DataSettings("iris"))
    assert data.features.mean.shape == (4,)
    np.testing.assert_allclose(data.train_features.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(data.train_features.std(0), 1, atol=1e-5)


def test_numbers_to_predict_are_standardised_too_and_can_be_undone() -> None:
    data, raw = prepare(DataSettings("diabetes")), prepare(DataSettings("diabetes", standardise=False))
    assert float(np.mean(data.train_targets**2)) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(data.targets.undo(data.test_targets), raw.test_targets, rtol=1e-5)


def test_without_standardising_values_are_as_in_the_file() -> None:
    data = prepare(replace(DIGITS, standardise=False))
    assert set(np.unique(data.train_features)) == set(range(17))


def test_a_column_that_never_changes_is_only_centred() -> None:
    scaling = standardisation(np.array([[0.1, 1.0], [0.1, 3.0], [0.1, 5.0]]))
    assert scaling.scale[0] == 1
    np.testing.assert_allclose(scaling.apply(np.array([[0.1, 3.0]])), 0, atol=1e-6)


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=60), st.floats(0.01, 0.99), st.integers(0, 2**40)
)  # fmt: skip
def test_each_class_is_cut_in_the_same_proportion(labels: list[int], fraction: float, seed: int) -> None:
    classes = np.array(labels)
    try:
        tested = draw_test_part(classes, len(labels), fraction, seed)
    except DataError:
        assert int(len(labels) * fraction + 0.5) in (0, len(labels))
        return
    assert tested.sum() == int(np.floor(len(labels) * fraction + 0.5))
    for label in set(labels):
        mine = tested[classes == label]
        assert abs(mine.sum() - len(mine) * fraction) <= 1 + 1e-9


@pytest.mark.parametrize("fraction", [0, 1, -1, 2, float("nan"), 0.0001])
def test_a_part_must_not_be_empty(fraction: float) -> None:
    with pytest.raises(DataError, match="leaves a part empty"):
        prepare(DataSettings("iris", test_fraction=fraction))


def test_a_source_that_is_neither_dataset_nor_file() -> None:
    with pytest.raises(DataError) as error:
        prepare(DataSettings("fashion"))
    assert str(error.value) == (
        "'fashion' is no data that can be read: give a built-in dataset (digits, mnist, iris, wine, breast_cancer, "
        "diabetes, co2, weather, names) or the path of a table (.csv, .tsv), an archive (.npz), an IDX file or a "
        "folder of pictures."
    )


def test_holes_in_an_archive_are_counted(tmp_path: Path) -> None:
    features = np.ones((4, 3))
    features[2, 1] = np.nan
    features[3] = np.inf
    np.savez(tmp_path / "holes.npz", X=features, y=[0, 1, 0, 1])
    with pytest.raises(DataError, match=r"'holes' has values that are missing, .* \(4\), the first in sample 2"):
        prepare(DataSettings(str(tmp_path / "holes.npz")))


def test_a_large_table_is_read_whole(tmp_path: Path) -> None:
    values = np.random.RandomState(0).randn(20_000, 10).round(6)
    path = tmp_path / "large.csv"
    np.savetxt(path, values, fmt="%.6f", delimiter=",")
    data = prepare(DataSettings(str(path), task="regression"))
    assert (data.description.train_size, data.description.test_size) == (16_000, 4_000)


@pytest.mark.parametrize("part", ["X", "y"])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_infinity_is_refused_with_its_sample(tmp_path: Path, part: str, kind: type) -> None:
    arrays = {"X": np.ones((8, 3), kind), "y": np.arange(8).astype(kind)}
    arrays[part][3] = np.inf
    np.savez(tmp_path / "infinite.npz", **arrays)
    with pytest.raises(DataError, match=r"infinite or too large.* in sample 3"):
        prepare(DataSettings(str(tmp_path / "infinite.npz")))


def test_a_class_that_is_only_tested_is_warned_about(tmp_path: Path) -> None:
    train, test = np.array([0, 1] * 5), np.array([0, 1, 2])
    np.savez(tmp_path / "parts.npz", x_train=np.ones((10, 2)), y_train=train, x_test=np.ones((3, 2)), y_test=test)
    (remark,) = prepare(DataSettings(str(tmp_path / "parts.npz"))).description.remarks
    assert (remark.kind, remark.values["classes"]) == ("warning", "2")


@given(st.lists(st.integers(0, 9), min_size=4, max_size=40), st.floats(0.05, 0.95), st.integers(0, 9))
def test_every_class_is_learnt_from_where_one_can_spare_a_sample(labels: list[int], share: float, seed: int) -> None:
    classes = np.array(labels)
    try:
        tested = draw_test_part(classes, len(labels), share, seed)
    except DataError:
        return
    assert tested.sum() == int(np.floor(len(labels) * share + 0.5))
    counts = [int(np.sum(~tested & (classes == label))) for label in set(labels)]
    assert min(counts) > 0 or max(counts) < 2


@pytest.mark.parametrize("shape", [(8, 9, 3), (8, 8, 1), (5, 5, 4)])
def test_pictures_with_channels_last_are_noticed_and_turned(tmp_path: Path, shape: tuple[int, ...]) -> None:
    path = tmp_path / "pictures.npz"
    samples = np.random.RandomState(0).rand(10, *shape)
    np.savez(path, X=samples, y=np.arange(10) % 2)
    settings = DataSettings(str(path), standardise=False)
    description = prepare(settings).description
    assert (description.shape, [remark.kind for remark in description.remarks]) == (shape, ["warning"])
    turned = prepare(replace(settings, channels_last=True))
    assert (turned.description.shape, turned.description.remarks) == ((shape[2], *shape[:2]), ())
    both = np.concatenate([turned.train_features, turned.test_features])
    channel = shape[2] - 1
    assert sorted(both[:, channel, 2, 3]) == sorted(samples[:, 2, 3, channel].astype(np.float32))


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 28, 28), (32, 32, 5), (3, 3, 3), (12,)])
def test_other_samples_are_not_taken_for_channels_last(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.savez(tmp_path / "samples.npz", X=np.ones((10, *shape)), y=np.arange(10) % 2)
    assert prepare(DataSettings(str(tmp_path / "samples.npz"))).description.remarks == ()
    if len(shape) < 3:
        with pytest.raises(DataError, match="only height × width × channels"):
            prepare(DataSettings(str(tmp_path / "samples.npz"), channels_last=True))


# --- autoencoders, classes in each part -------------------------------------------------------------------------------


@pytest.mark.parametrize("standardise", [True, False])
def test_the_target_of_an_autoencoder_is_the_sample_itself(standardise: bool) -> None:
    data = prepare(DataSettings("digits", task="autoencoder", standardise=standardise))
    description = data.description
    assert (description.task, description.classes, description.targets) == ("regression", (), 64)
    assert (description.target_shape, description.target) == ((1, 8, 8), "the sample itself")
    np.testing.assert_array_equal(data.train_targets, data.train_features)
    np.testing.assert_array_equal(data.targets.undo(data.test_targets), data.features.undo(data.test_features))
    assert [picture.label for picture in description.pictures[:3]] == ["0", "1", "2"], "labels are shown all the same"


@pytest.mark.parametrize(
    ("text", "options", "columns"),
    [
        ("a,b,c\n" + "1.5,2,3\n4,5.5,6\n" * 8, {}, ("a", "b", "c")),
        ("a,b,kind\n" + "1.5,2,x\n4,5.5,y\n" * 8, {}, ("a", "b")),
        ("a,b,c\n" + "1.5,2,3\n4,5.5,6\n" * 8, {"target": "b"}, ("a", "c")),
    ],
)
def test_all_numbers_of_a_table_are_features_of_an_autoencoder(tmp_path: Path, text, options, columns) -> None:
    (tmp_path / "t.csv").write_text(text)
    data = prepare(DataSettings(str(tmp_path / "t.csv"), task="autoencoder", **options))
    assert data.description.columns == columns
    assert data.train_targets.shape == (data.description.train_size, len(columns))
    assert data.description.target_shape == ()


def test_letters_are_no_amounts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("name,kind\n" + "Ada,w\nBo,m\n" * 8)
    with pytest.raises(DataError, match="cannot be the target of an autoencoder"):
        prepare(DataSettings(str(tmp_path / "t.csv"), task="autoencoder"))


def test_samples_of_each_class_are_counted_in_each_part() -> None:
    assert prepare(DataSettings("iris")).description.counts == ((40, 10),) * 3
    assert prepare(DataSettings("diabetes")).description.counts == ()


# --- a validation part ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["stratified", "random", "time"])
def test_a_validation_part_is_drawn_as_the_test_part_is(how: str) -> None:
    settings = DataSettings("iris", split=how, valid_fraction=0.3, standardise=False)
    data = prepare(settings)
    description = data.description
    assert (description.train_size, description.valid_size, description.test_size) == (75, 45, 30)
    assert len(data.valid_features) == len(data.valid_targets) == 45
    everything = np.concatenate([data.train_features, data.valid_features, data.test_features])
    raw = prepare(replace(settings, valid_fraction=0.0))
    assert sorted(map(tuple, everything)) == sorted(map(tuple, np.concatenate([raw.train_features, raw.test_features])))
    np.testing.assert_array_equal(data.test_features, raw.test_features)
    if how == "stratified":
        assert np.bincount(data.valid_targets).tolist() == [15] * 3


def test_scales_come_from_what_is_trained_on_alone() -> None:
    data = prepare(DataSettings("iris", valid_fraction=0.4))
    np.testing.assert_allclose(data.train_features.mean(0), 0, atol=1e-5)
    assert np.abs(data.valid_features.mean(0)).max() > 1e-3


def test_without_a_share_nothing_is_kept_for_validation() -> None:
    data = prepare(DataSettings("iris"))
    assert (data.description.valid_size, len(data.valid_features)) == (0, 0)


def test_parts_must_leave_something_to_train_with() -> None:
    with pytest.raises(DataError, match="leaves a part empty"):
        prepare(DataSettings("iris", test_fraction=0.5, valid_fraction=0.5))


@pytest.mark.parametrize("name", ["valid", "val", "validation"])
def test_a_validation_part_of_an_archive_is_kept(tmp_path: Path, name: str) -> None:
    arrays = {}
    for value, (part, count) in enumerate((("train", 6), ("test", 3), (name, 4))):
        arrays[f"x_{part}"], arrays[f"y_{part}"] = np.full((count, 2), value), np.arange(count) % 2
    np.savez(tmp_path / "parts.npz", **arrays)
    data = prepare(DataSettings(str(tmp_path / "parts.npz"), standardise=False))
    parts = (data.train_features, data.test_features, data.valid_features)
    assert [(len(part), set(part.ravel().tolist())) for part in parts] == [(6, {0}), (3, {1}), (4, {2})]
