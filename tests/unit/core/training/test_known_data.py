"""What weights learned from is kept with them: in projects, in files of weights, for predictions without the data."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import core
import main
from core.data.learnt import from_text
from core.data.prepare import prepare
from core.design import project
from core.design.choosing_data import take_described
from core.design.json_form import to_json
from core.design.model import Design
from core.design.settings import DataSettings
from core.files.safetensors import read_metadata
from core.training.checkpoint import read_checkpoint
from core.training.messages import (
    Checkpoint,
    Failed,
    LoadWeights,
    Predict,
    Predicted,
    Prepare,
    Reinitialise,
    RestoreSnapshot,
    SaveWeights,
    TakeSnapshot,
    WriteNetwork,
)
from tests.unit.core.design.drawing import stack
from tests.unit.core.training.driving import Driven, of

ROWS = [(("Rome", "Oslo", "Bern")[i % 3], str(20 + i % 40) if i % 8 else "", "yn"[i % 2]) for i in range(80)]
TEXT = "city,age,left\n" + "".join(",".join(row) + "\n" for row in ROWS)
NEW = "age,city\n33,Oslo\n,Rome\n41,Paris\n"


@pytest.fixture
def design(tmp_path: Path) -> Design:
    (tmp_path / "learnt.csv").write_text(TEXT)
    (tmp_path / "new.csv").write_text(NEW)
    data = prepare(DataSettings(str(tmp_path / "learnt.csv"), missing="median", kinds=("city:one-hot",), target="left"))
    design = take_described(stack(("Linear", {"out_features": 2}), shape=(4,)), data.description)
    return replace(design, settings=replace(design.settings, epochs=2))


def predicted(driven: Driven, source: Path) -> Predicted:
    (answer,) = of(Predicted, driven.ask(Predict(str(source))))
    return answer


def test_predictions_need_the_data_no_more(design: Design, tmp_path: Path) -> None:
    driven = Driven()
    driven.train(design)
    before = predicted(driven, tmp_path / "new.csv")
    assert before.titles == ("sample", "class", "n", "y")
    (tmp_path / "learnt.csv").write_text(TEXT.replace("Bern", "Paris").replace("20,", "90,"))
    assert predicted(driven, tmp_path / "new.csv") == before, "by what was learned, not by what the file says now"
    (tmp_path / "learnt.csv").unlink()
    assert predicted(driven, tmp_path / "new.csv") == before


def test_it_goes_with_snapshots_and_not_with_new_weights(design: Design, tmp_path: Path) -> None:
    driven = Driven()
    driven.train(design)
    before = predicted(driven, tmp_path / "new.csv")
    driven.ask(TakeSnapshot(str(tmp_path / "snapshots"), "first"))
    (tmp_path / "learnt.csv").unlink()
    driven.ask(Reinitialise(()))
    assert of(Failed, driven.ask(Predict(str(tmp_path / "new.csv")))), "nothing was learned by weights that are new"
    driven.ask(RestoreSnapshot(str(tmp_path / "snapshots"), "first"))
    assert predicted(driven, tmp_path / "new.csv") == before


def test_it_goes_with_files_of_weights(design: Design, tmp_path: Path) -> None:
    driven = Driven()
    driven.train(design)
    before = predicted(driven, tmp_path / "new.csv")
    path = tmp_path / "weights.safetensors"
    driven.ask(SaveWeights(str(path)))
    metadata = read_metadata(path)
    assert json.loads(metadata["classes"]) == ["n", "y"]
    assert json.loads(metadata["columns"]) == ["city=Bern", "city=Oslo", "city=Rome", "age"]
    learnt = from_text(metadata["data"])
    assert json.loads(metadata["normalisation"])["features"]["mean"] == learnt.features.mean.tolist()
    assert str(tmp_path) not in metadata["data"]
    other = Driven()
    other.ask(Prepare(to_json(design)))
    (tmp_path / "learnt.csv").unlink()
    assert of(Failed, other.ask(Predict(str(tmp_path / "new.csv"))))
    other.ask(LoadWeights(str(path), True))
    assert predicted(other, tmp_path / "new.csv") == before


def test_a_project_predicts_on_the_command_line_without_its_data(
    design: Design, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    driven = Driven()
    driven.train(design)
    before = predicted(driven, tmp_path / "new.csv")
    driven.ask(Checkpoint(str(tmp_path / "checkpoint")))
    assert from_text(read_checkpoint(tmp_path / "checkpoint").learnt).classes == ("n", "y")
    project.write(tmp_path / "my.netloom", design, tmp_path / "checkpoint")
    (tmp_path / "learnt.csv").unlink()
    assert main.main(["predict", str(tmp_path / "my.netloom"), str(tmp_path / "new.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(",") == list(before.titles)
    assert [line.split(",") for line in lines[1:]] == [list(row) for row in before.rows]


def test_what_cannot_be_read_of_it_is_found_out_anew(design: Design, tmp_path: Path) -> None:
    driven = Driven()
    driven.train(design)
    before = predicted(driven, tmp_path / "new.csv")
    driven.engine._live.learnt = "{"
    assert predicted(driven, tmp_path / "new.csv") == before
    assert driven.ask(SaveWeights(str(tmp_path / "weights.safetensors")))
    assert "data" not in read_metadata(tmp_path / "weights.safetensors")


COLUMNS = [
    (("Rome", "Oslo", "Bern")[i % 3], f"2023-{1 + i % 12:02}-{1 + i % 28:02} 0{i % 10}:30",
     str(i * 0.5) if i % 7 else "", "ab"[i % 2], f"{i % 5}", str(i * 2)) for i in range(80)
]  # fmt: skip


@pytest.mark.parametrize("fill", ["mean", "value"])
@pytest.mark.parametrize(
    ("kinds", "target"),
    [(("city:one-hot", "at:cyclic"), ("u", "v")), (("city:index", "at:date"), ("u", "v")), (("at:date",), ("city",))],
    ids=str,
)
def test_a_script_for_pytorch_predicts_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fill: str, kinds: tuple[str, ...], target: tuple[str, ...]
) -> None:
    text = "city,at,size,kind,u,v\n" + "".join(",".join(row) + "\n" for row in COLUMNS)
    (tmp_path / "learnt.csv").write_text(text)
    new = text.splitlines(keepends=True)[:9]
    for row, (old, other) in enumerate(
        (("Rome", "Paris"), ("Oslo", ""), ("2023-03-03 02:30", ""), ("1.5,b", "NA,")), 1
    ):
        assert old in new[row]
        new[row] = new[row].replace(old, other)
    (tmp_path / "new.csv").write_text("".join(new))
    settings = DataSettings(str(tmp_path / "learnt.csv"), missing=fill, fill_value=-2.0, kinds=kinds, ignored=())
    settings = replace(settings, target=target[0]) if len(target) == 1 else replace(settings, targets=target)
    data = prepare(settings)
    design = take_described(
        stack(("Linear", {"out_features": data.description.targets}), shape=data.description.shape), data.description
    )
    data = prepare(design.settings.data)
    driven = Driven()
    driven.train(replace(design, settings=replace(design.settings, epochs=2)))
    before = predicted(driven, tmp_path / "new.csv")
    driven.ask(WriteNetwork(str(tmp_path / "my.py")))
    source = (tmp_path / "my.py").read_text()
    assert 'parser.add_argument("--predict"' in source
    compile(source, "my.py", "exec")
    part = source[source.index("COLUMNS = ") : source.index("def load_weights(")]
    names = {"torch": core, "nn": core.nn, "csv": csv, "math": math, "datetime": datetime, "timedelta": timedelta}
    space = names | {"Path": Path, "CLASSES": data.description.classes}
    exec("from __future__ import annotations\n" + part, space)
    capsys.readouterr()
    space["predict"](driven.engine._present_model().module, tmp_path / "new.csv", "cpu")
    lines = capsys.readouterr().out.splitlines()
    if data.description.classes:
        assert lines == [row[1] for row in before.rows]
    else:
        numbers = [[float(number) for number in line.split(", ")] for line in lines]
        assert numbers == [pytest.approx([float(cell) for cell in row[1:]], rel=1e-4, abs=1e-4) for row in before.rows]
