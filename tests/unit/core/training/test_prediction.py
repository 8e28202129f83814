"""Predictions: for data with and without targets, in their own units."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.learnt import Learnt, from_text, to_text
from core.data.prepare import prepare, prepared
from core.data.samples import samples_of
from core.data.unlabelled import unlabelled
from core.design.json_form import to_json
from core.design.settings import DataSettings, Remark
from core.errors import DataError, Sentence
from core.training.customs import full_report
from core.training.loop import make_model
from core.training.messages import Failed, Predict, Predicted, Prepare
from core.training.parameters import LiveParameters
from core.training.prediction import predict, probabilities
from tests.unit.core.training.driving import Driven, diabetes, iris

ROWS = "a,b,kind\n" + "".join(f"{i},{i % 7},{'rose' if i % 3 else 'tulip'}\n" for i in range(30))


def table(tmp_path: Path, text: str, name: str = "new.csv") -> str:
    (tmp_path / name).write_text(text)
    return str(tmp_path / name)


def sentence_of(remark: Remark) -> str:
    return str(Sentence(remark.template, remark.values))


def learnt_from(settings: DataSettings) -> Learnt:
    """What is kept of data, as it comes back from where it is kept."""
    return from_text(to_text(prepared(samples_of(settings)).learnt))


@pytest.fixture
def learnt(tmp_path: Path):
    return learnt_from(DataSettings(table(tmp_path, ROWS, "learnt.csv")))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n4,1\n5,2\n",  # no target
        "a,b,kind\n4,1,\n5,2,rose\n",  # one that is partly unknown
        "a,b,kind\n4,1,lily\n5,2,rose\n",  # classes that were not learned
    ],
)
def test_targets_may_be_missing_unknown_or_new(tmp_path: Path, learnt, text: str) -> None:
    found = unlabelled(table(tmp_path, text), learnt)
    assert found.features.tolist() == [[4, 1], [5, 2]]
    assert [found.place(0), found.place(1)] == ["line 2", "line 3"]


def test_a_target_in_front_of_the_features_is_found_by_its_name(tmp_path: Path) -> None:
    rows = "kind,a,b\n" + "".join(f"{'rose' if i % 3 else 'tulip'},{i},{i % 7}\n" for i in range(30))
    learnt = learnt_from(DataSettings(table(tmp_path, rows, "learnt.csv"), target="kind"))
    assert unlabelled(table(tmp_path, "a,b\n4,1\n"), learnt).features.tolist() == [[4, 1]]
    assert unlabelled(table(tmp_path, "kind,a,b\n?,4,1\n"), learnt).features.tolist() == [[4, 1]]


def test_columns_are_found_by_their_names(tmp_path: Path, learnt) -> None:
    assert unlabelled(table(tmp_path, "id,b,kind,a\n7,4,?,1\n8,5,?,2\n"), learnt).features.tolist() == [[1, 4], [2, 5]]
    assert unlabelled(table(tmp_path, "4,1\n5,2\n"), learnt).features.tolist() == [[4, 1], [5, 2]], "in their order"
    with pytest.raises(DataError, match="has no column called 'b', which was learned from: its columns are a, c"):
        unlabelled(table(tmp_path, "a,c\n4,1\n"), learnt)
    with pytest.raises(DataError, match="has 3 columns to learn from, but the network learned from 2"):
        unlabelled(table(tmp_path, "4,1,1,1\n4,1,1,1\n"), learnt)


def test_new_lines_may_be_written_otherwise(tmp_path: Path) -> None:
    rows = "a;b;kind\n" + "".join(f"{i},5;{i % 7};{'rose' if i % 3 else 'tulip'}\n" for i in range(30))
    learnt = learnt_from(DataSettings(table(tmp_path, rows, "learnt.csv")))
    assert unlabelled(table(tmp_path, "a;b\n4,5;1\n"), learnt).features.tolist() == [[4.5, 1]]
    assert unlabelled(table(tmp_path, "b,a\n1,4.5\n2,5\n"), learnt).features.tolist() == [[4.5, 1], [5, 2]]


def test_what_is_missing_is_filled_in_by_what_was_learned_from(tmp_path: Path) -> None:
    settings = DataSettings(table(tmp_path, ROWS.replace("\n3,3,", "\n3,,"), "learnt.csv"), missing="mean")
    samples = samples_of(settings)
    found = unlabelled(table(tmp_path, "a,b\n4,\n50,60\n"), learnt_from(settings))
    mean = samples.source.features[samples.trained, 1].mean()
    assert found.features[0].tolist() == [4, pytest.approx(mean)]


def test_it_is_said_what_training_did_not_have(tmp_path: Path) -> None:
    rows = "town,size,kind\n" + "Rome,1,a\nOslo,2,b\nRome,,a\nOslo,5,b\n" * 8
    settings = DataSettings(table(tmp_path, rows, "learnt.csv"), kinds=("town:one-hot",), missing="mean")
    learnt, new = learnt_from(settings), table(tmp_path, "town,size\nRome,1\nBern,2\nBern,\nRiga,4\nOslo,5\n")
    found = unlabelled(new, learnt)
    assert found.features[:, :2].tolist() == [[0, 1], [0, 0], [0, 0], [0, 0], [1, 0]]
    assert [sentence_of(remark) for remark in found.remarks if not remark.choices] == [
        "1 values are missing: line 4, column 'size'. Features are filled in with the mean of their column.",
        "Column 'town' has 'Bern', 'Riga' that training did not have, in 3 of 5 samples (line 3, line 4, line 5): they "
        "count as none of those that were learned.",
    ]


def test_lines_with_holes_that_nothing_was_learned_for_are_left_out(tmp_path: Path) -> None:
    learnt = learnt_from(DataSettings(table(tmp_path, ROWS, "learnt.csv")))
    found = unlabelled(table(tmp_path, "a,b\n4,\n50,60\n"), learnt)
    assert found.features.tolist() == [[50, 60]]
    assert sentence_of(found.remarks[0]) == ("Values are missing in 1 lines, which are left out: line 2, column 'b'.")


def test_texts_have_the_vocabulary_that_was_learned(tmp_path: Path) -> None:
    rows = "name,kind\n" + "".join(f"{'abc'[i % 3] * 3},{i % 2}\n" for i in range(30))
    settings = DataSettings(table(tmp_path, rows, "learnt.csv"))
    source = samples_of(settings).source
    found = unlabelled(table(tmp_path, "name\nab\nzz\n"), learnt_from(settings))
    numbers = {text[0]: row[-1] for text, row in zip(source.texts, source.features.tolist(), strict=True)}
    assert found.features.tolist() == [[0, numbers["a"], numbers["b"]], [0, 1, 1]]
    assert sentence_of(found.remarks[-1]) == (
        "Characters that training did not have: 'z', in 1 of 2 samples (line 3). They count as unknown."
    )


def test_windows_go_on_to_the_end_of_the_series(tmp_path: Path) -> None:
    rows = "t\n" + "".join(f"{i * 1.5}\n" for i in range(40))
    settings = DataSettings(table(tmp_path, rows), samples="windows", window=4, horizon=3, task="regression")
    learnt = learnt_from(settings)
    found = unlabelled(table(tmp_path, "t\n1\n2\n3\n4\n5\n", "later.csv"), learnt)
    assert found.features[:, :, 0].tolist() == [[1, 2, 3, 4], [2, 3, 4, 5]]


def test_pictures_need_no_folders_of_classes(tmp_path: Path) -> None:
    for label, shade in (("dark", 10), ("light", 240)):
        for at in range(6):
            (tmp_path / "learnt" / label).mkdir(parents=True, exist_ok=True)
            Image.new("L", (5, 4), shade + at).save(tmp_path / "learnt" / label / f"{at}.png")
    learnt = learnt_from(DataSettings(str(tmp_path / "learnt")))
    (tmp_path / "new").mkdir()
    Image.new("L", (5, 4), 77).save(tmp_path / "new" / "x.png")
    Image.new("RGB", (10, 8), (99, 99, 99)).save(tmp_path / "new" / "y.png")
    found = unlabelled(str(tmp_path / "new"), learnt)
    assert found.names == ["x.png", "y.png"]
    assert [int(picture[0, 0, 0]) for picture in found.features] == [77, 99]
    assert unlabelled(str(tmp_path / "new" / "x.png"), learnt).features.shape == (1, 1, 4, 5)


def test_what_holds_no_pictures_is_said(tmp_path: Path) -> None:
    Image.new("L", (5, 4)).save(tmp_path / "x.png")
    for at in range(4):
        (tmp_path / "learnt" / str(at % 2)).mkdir(parents=True, exist_ok=True)
        Image.new("L", (5, 4), at).save(tmp_path / "learnt" / str(at % 2) / f"{at}.png")
    learnt = learnt_from(DataSettings(str(tmp_path / "learnt")))
    (tmp_path / "rows.gz").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    with pytest.raises(DataError, match=r"rows.gz' holds no pictures, which the network learned from: give a picture"):
        unlabelled(str(tmp_path / "rows.gz"), learnt)
    with pytest.raises(DataError, match=r"is packed, and its name does not say what is in it: let it end in .csv.gz"):
        prepare(DataSettings(str(tmp_path / "rows.gz")))


def test_arrays_need_no_target(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=np.arange(40.0).reshape(20, 2), y=np.arange(20) % 2)
    learnt = learnt_from(DataSettings(str(tmp_path / "a.npz")))
    np.savez(tmp_path / "b.npz", some=np.ones((3, 2)))
    assert unlabelled(str(tmp_path / "b.npz"), learnt).features.tolist() == [[1, 1]] * 3
    assert len(unlabelled(str(tmp_path / "a.npz"), learnt).features) == 20


def test_probabilities_are_what_each_loss_means() -> None:
    scores = np.array([[1.0, 2.0, 0.5]])
    softmax = np.exp(scores) / np.exp(scores).sum()
    assert probabilities(scores, "CrossEntropyLoss") == pytest.approx(softmax)
    assert probabilities(np.log(softmax), "NLLLoss") == pytest.approx(softmax)
    odds = 1 / (1 + np.exp(-scores))
    assert probabilities(scores, "BCEWithLogitsLoss") == pytest.approx(odds / odds.sum())


def test_numbers_are_given_in_the_data_s_own_units() -> None:
    settings = DataSettings("diabetes")
    samples, data = samples_of(settings), prepare(settings)
    design = diabetes()
    model, _ = make_model(design, full_report(design, data.description), LiveParameters())
    module = model.module.train()
    found = predict(model, "MSELoss", data.learnt, "diabetes")
    weight, bias = (parameter.detach().numpy() for parameter in module.parameters())
    scaled = data.features.apply(samples.source.features) @ weight.T + bias
    assert found.values == pytest.approx(scaled * float(data.targets.scale[0]) + float(data.targets.mean[0]), rel=1e-4)
    assert found.titles() == ["sample", "progression"]
    assert module.training, "it goes on as it was"


def test_the_engine_predicts_and_writes_all(tmp_path: Path) -> None:
    driven = Driven()
    assert isinstance(driven.ask(Predict("iris"))[-1], Failed)
    driven.ask(Prepare(to_json(iris())))
    *_, told = driven.ask(Predict("iris", str(tmp_path / "out.csv")))
    assert isinstance(told, Predicted)
    assert (told.total, told.titles) == (150, ("sample", "class", "setosa", "versicolor", "virginica"))
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.reader(file))
    assert [tuple(row) for row in rows[1:]] == list(told.rows)
    assert all(sum(map(float, row[2:])) == pytest.approx(1, abs=1e-4) for row in rows[1:])
