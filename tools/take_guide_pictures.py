"""Takes the pictures of docs/guide: brings each kind of data into the program, looks at it, trains on it and predicts.

`python tools/take_guide_pictures.py` writes docs/guide/pictures/KIND-{data,look,predict}.png and augmentation.png, and
with names behind it those kinds; it needs no screen. The data are the program's own, written as a person has them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from app.window.window import Window

W = TypeVar("W", bound="QWidget")
ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))

PLACE = ROOT / "docs" / "guide" / "pictures"
PICTURES = 400
"""That are written as files."""


@dataclass(frozen=True)
class Kind:
    """How data are made, the example whose network learns from them, and what is chosen in the dialog."""

    name: str
    example: str
    make: Callable[[Path], tuple[Path, Path]]
    """Writes them into a folder; gives the data to learn from, and those to predict for."""
    choices: Mapping[str, Any] = field(default_factory=dict)
    left_out: str = ""
    epochs: int = 3
    own: bool = False
    """Whether the samples come from a Dataset that is written in the editor, as it proposes one."""


def _pictures(folder: Path) -> tuple[Path, Path]:
    from PIL import Image

    from core.data.built_in import read_built_in

    source = read_built_in("mnist")
    for index in range(PICTURES):
        learnt = index < PICTURES - 12
        place = folder / "digits" / str(source.target[index]) if learnt else folder / "new"
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(source.features[index, 0]).save(place / f"{index}.png")
    return folder / "digits", folder / "new"


def _picture_table(folder: Path) -> tuple[Path, Path]:
    """A table of the names of pictures that lie beside it."""
    digits, new = _pictures(folder)
    rows = [[f"digits/{path.parent.name}/{path.name}", path.parent.name] for path in sorted(digits.rglob("*.png"))]
    return _csv(folder / "digits.csv", [["file", "digit"], *rows]), new


def _zip(folder: Path) -> tuple[Path, Path]:
    import shutil

    digits, new = _pictures(folder)
    return Path(shutil.make_archive(str(digits), "zip", digits)), new


def _idx(folder: Path) -> tuple[Path, Path]:
    """The first digits of MNIST, in files as it is downloaded."""
    import struct

    import numpy as np

    from core.data.built_in import read_built_in

    source = read_built_in("mnist")
    for name, part in (("train", slice(0, 1500)), ("t10k", slice(1500, 2000)), ("new", slice(2000, 2012))):
        pictures = np.asarray(source.features[part])[:, 0]
        header = struct.pack(">HBB3I", 0, 8, 3, *pictures.shape)
        (folder / f"{name}-images-idx3-ubyte").write_bytes(header + pictures.tobytes())
        labels = struct.pack(">HBBI", 0, 8, 1, len(pictures)) + bytes(source.target[part].tolist())
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(labels)
    return folder / "train-images-idx3-ubyte", folder / "new-images-idx3-ubyte"


def _excel(folder: Path) -> tuple[Path, Path]:
    """The flowers as a workbook."""
    import csv

    from tests.unit.core.data.test_frames import write_excel

    made = []
    for path in _table(folder):
        with path.open(encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        cells: list[list[object]] = [[float(cell) if cell[:1].isdigit() else cell for cell in row] for row in rows]
        write_excel(path.with_suffix(".xlsx"), flowers=[[*names], *cells])
        made.append(path.with_suffix(".xlsx"))
    return made[0], made[1]


def _parts(folder: Path) -> tuple[Path, Path]:
    """Digits that come with parts of their own."""
    import numpy as np

    from core.data.built_in import read_built_in

    source = read_built_in("digits")
    parts = {"train": slice(0, 1200), "valid": slice(1200, 1500), "test": slice(1500, None)}
    arrays: dict[str, Any] = {f"x_{part}": source.features[rows] for part, rows in parts.items()}
    arrays |= {f"y_{part}": source.target[rows] for part, rows in parts.items()}
    np.savez(folder / "digits.npz", **arrays)
    np.savez(folder / "new.npz", X=source.features[::60])
    return folder / "digits.npz", folder / "new.npz"


def _next_character(folder: Path) -> tuple[Path, Path]:
    """Names one after the other as a single text."""
    import csv

    from core.data.built_in import file_of
    from core.design.datasets import BUILT_IN

    with file_of(BUILT_IN["names"]).open(encoding="utf-8", newline="") as file:
        names = [row["name"].lower() for row in csv.DictReader(file)]
    (folder / "names.txt").write_text("\n".join(names[:300]), encoding="utf-8")
    (folder / "begun.txt").write_text("maria\nanna\nleo\nkonra", encoding="utf-8")
    return folder / "names.txt", folder / "begun.txt"


def _table(folder: Path) -> tuple[Path, Path]:
    import numpy as np

    from core.data.built_in import read_built_in

    source = read_built_in("iris")
    rows = [
        [*(f"{value:g}" for value in sample), source.classes[int(kind)]]
        for sample, kind in zip(np.asarray(source.features), source.target, strict=True)
    ]
    return _csv(folder / "flowers.csv", [[*source.columns, "species"], *rows]), _csv(
        folder / "new.csv", [list(source.columns), *(row[:-1] for row in rows[::10])]
    )


def _csv(path: Path, rows: list[list[str]]) -> Path:
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _columns(folder: Path) -> tuple[Path, Path]:
    """Customers of which one knows the town, when they joined, their age and how often they come, and what they buy."""
    import random

    draw = random.Random(7)
    rows = []
    for _ in range(240):
        town, age = draw.choice(("Bern", "Oslo", "Rome")), draw.randint(18, 80)
        joined, visits = (
            f"{draw.randint(2015, 2024)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            draw.randint(1, 30),
        )
        plan = "family" if age > 45 and town != "Oslo" else "plus" if visits > 12 else "basic"
        rows.append([town, joined, str(age) if draw.random() < 0.9 else "", str(visits), plan])
    names = ["town", "joined", "age", "visits", "plan"]
    new = [[*row[1:4], row[0]] for row in rows[:8]]
    return _csv(folder / "customers.csv", [names, *rows]), _csv(
        folder / "new.csv", [["joined", "age", "visits", "town"], *new]
    )


def _series(folder: Path) -> tuple[Path, Path]:
    return _copied("co2", folder / "co2.csv"), _copied("co2", folder / "until-now.csv", last=80)


def _texts(folder: Path) -> tuple[Path, Path]:
    new = [["name"], *([name] for name in ("Marlene", "Theo", "Aurelia", "Konrad", "Ysolde"))]
    return _copied("names", folder / "names.csv"), _csv(folder / "new.csv", new)


def _copied(name: str, path: Path, last: int = 0) -> Path:
    from core.data.built_in import file_of
    from core.design.datasets import BUILT_IN

    lines = file_of(BUILT_IN[name]).read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[-last:]] if last else lines), encoding="utf-8")
    return path


def _arrays(folder: Path) -> tuple[Path, Path]:
    import numpy as np

    from core.data.built_in import read_built_in

    source = read_built_in("digits")
    np.savez(folder / "digits.npz", X=np.asarray(source.features), y=source.target)
    np.savez(folder / "new.npz", X=source.features[::60])
    return folder / "digits.npz", folder / "new.npz"


def _cifar(folder: Path) -> tuple[Path, Path]:
    """Digits in colours, in files as CIFAR's are."""
    import numpy as np

    from core.data.built_in import read_built_in
    from tests.unit.core.data.test_cifar import as_python_2

    source, draw = read_built_in("mnist"), np.random.RandomState(0)
    pictures = np.zeros((2400, 3, 32, 32), np.uint8)
    pictures[:, :, 2:30, 2:30] = source.features[:2400] * draw.uniform(0.3, 1, (2400, 3, 1, 1))
    place = folder / "cifar-10-batches-py"
    place.mkdir()
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    for at, name in enumerate(names):
        rows = slice(400 * at, 400 * (at + 1))
        batch = {"data": pictures[rows].reshape(400, -1), "labels": source.target[rows].tolist()}
        (place / name).write_bytes(as_python_2(batch))
    classes = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    (place / "batches.meta").write_bytes(as_python_2({"label_names": classes}))
    np.savez(folder / "new.npz", X=pictures[::200])
    return place, folder / "new.npz"


def _text_files(folder: Path) -> tuple[Path, Path]:
    """A file of names for each class."""
    import csv

    from core.data.built_in import file_of
    from core.design.datasets import BUILT_IN

    (place := folder / "names").mkdir()
    with file_of(BUILT_IN["names"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for kind in ("female", "male"):
        lines = [row["name"] + "\n" for row in rows if row["kind"] == kind]
        (place / f"{kind}.txt").write_text("".join(lines), encoding="utf-8")
    (folder / "new.txt").write_text("Marlene\nTheo\nAurelia\nKonrad\n", encoding="utf-8")
    return place, folder / "new.txt"


def _waves(folder: Path) -> tuple[Path, Path]:
    """Waves as those of the Dataset that the editor proposes."""
    import numpy as np

    time = np.arange(32) / 32
    waves = [np.sin(2 * np.pi * (kind % 3 + 1) * time + kind) for kind in range(12)]
    np.savez(folder / "new.npz", X=np.array(waves, np.float32))
    return folder / "waves", folder / "new.npz"


KINDS = (
    Kind("pictures", "mnist-lenet", _pictures, epochs=8),
    Kind("picture-table", "mnist-lenet", _picture_table, epochs=8),
    Kind("zip", "mnist-lenet", _zip, epochs=8),
    Kind("idx", "mnist-lenet", _idx, epochs=2),
    Kind("tables", "iris-mlp", _table, epochs=40),
    Kind("excel", "iris-mlp", _excel, epochs=40),
    Kind("columns", "iris-mlp", _columns, {"missing": "median", "target": "plan"}, epochs=40),
    Kind(
        "series",
        "co2-forecast",
        _series,
        {"samples": "windows", "window": 52, "horizon": 4, "missing": "interpolate"},
        left_out="date",
    ),
    Kind("texts", "names-lstm", _texts),
    Kind("arrays", "digits-mlp", _arrays, epochs=10),
    Kind("parts", "digits-mlp", _parts, epochs=10),
    Kind("cifar", "digits-mlp", _cifar, epochs=6),
    Kind("text-files", "names-lstm", _text_files, {"samples": "text"}),
    Kind("next-character", "names-lstm", _next_character, {"samples": "next", "length": 12}, epochs=2),
    Kind("own-dataset", "iris-mlp", _waves, epochs=20, own=True),
    Kind("autoencoder", "digits-autoencoder", _arrays, {"task": "autoencoder"}, epochs=10),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        for place in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{place}_HOME"] = home
        PLACE.mkdir(parents=True, exist_ok=True)
        wanted = sys.argv[1:] or [*(kind.name for kind in KINDS), "augmentation"]
        for kind in KINDS:
            if kind.name in wanted:
                folder = Path(home) / kind.name
                folder.mkdir()
                _take(kind, folder)
        if "augmentation" in wanted:
            _take_augmentation()


def _opened(example: str) -> tuple[QApplication, Window]:
    from PySide6.QtWidgets import QApplication

    import resources
    from app.document.settings import Preferences
    from app.look import theme
    from app.window.window import make_window

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    window = make_window(Preferences())
    window.resize(1440, 900)
    window.show()
    window.begin(resources.folder("examples") / f"{example}.netloom")
    window.files.finish()
    return application, window


def _take_augmentation() -> None:
    """What becomes of digits that are turned, moved and given noise."""
    from app.dialogs.augmentation import AugmentationDialog
    from tools.take_pictures import _wait

    application, window = _opened("mnist-lenet")
    window.actions_table["run.augment"].trigger()
    dialog = _found(window, AugmentationDialog)
    _wait(application, dialog.use.isEnabled)
    for name, value in (("rotate", 15.0), ("shift", 0.1), ("noise", 0.05)):
        dialog.amounts[name].show_value(value)
        dialog.amounts[name].value_edited.emit(value)
    application.processEvents()  # which begins to ask
    _wait(application, dialog.use.isEnabled)
    _grab(dialog, "augmentation")
    dialog.reject()
    window.recovery.note_saved()
    window.close()


def _bring_in(kind: Kind, learnt: Path, application: QApplication, window: Window) -> None:
    from app.dialogs.data import DataDialog
    from app.dialogs.own_data import OwnDataDialog
    from tools.take_pictures import _wait

    if kind.own:
        window.actions_table["run.own_data"].trigger()
        own = _found(window, OwnDataDialog)
        own.check()
        _wait(application, lambda: own.message.property("look") in ("ok", "problem"))
        _grab(own, f"{kind.name}-data")
        own.accept()
        return
    window.training.choose_data(learnt)
    dialog = _found(window, DataDialog)
    if kind.left_out:
        dialog.ignored.setText(kind.left_out)
        dialog.ignored.editingFinished.emit()
    for name, value in kind.choices.items():
        if name == "task":
            dialog.task.setCurrentIndex(dialog.task.findData(value))
            dialog.task.activated.emit(dialog.task.currentIndex())
        else:
            dialog.reading.chosen.emit(name, value)
    _wait(application, lambda: dialog.message.property("look") in ("ok", "problem"))
    dialog.source.setText(f"~/data/{learnt.name}")  # not where this machine has it
    _grab(dialog, f"{kind.name}-data")
    dialog.accept()


def _take(kind: Kind, folder: Path) -> None:
    from dataclasses import replace
    from functools import partial

    from app.dialogs.data_view import DataView
    from app.dialogs.predict import PredictDialog
    from app.engine.run import State
    from core.design import edits
    from tools.take_pictures import _wait

    application, window = _opened(kind.example)
    learnt, new = kind.make(folder)
    _bring_in(kind, learnt, application, window)

    window.dialogs.show_data()
    view = _found(window, DataView)
    _wait(application, lambda: view.samples.large.title.text().count("·") == 2 and "to train" in view.headline.text())
    _grab(view, f"{kind.name}-look")
    view.reject()

    design = window.document.design
    settings = replace(design.settings, epochs=kind.epochs)
    window.document.attempt("epochs", lambda: edits.set_settings(design, settings))
    _wait(application, lambda: window.document.facts.data is not None)
    for problem in window.document.report.problems:
        if problem.blocks:  # such as an output for each of other classes
            window.document.attempt("repair", partial(problem.repairs[0].edit, window.document.design))
    window.run_control.start()
    _wait(application, lambda: window.trainer.runs.state in (State.FINISHED, State.FAILED))

    window.dialogs.predict()
    predicting = _found(window, PredictDialog)
    predicting.predict(str(new))
    _wait(application, lambda: predicting.message.property("look") in ("ok", "problem"))
    predicting.source.setText(new.name)
    _grab(predicting, f"{kind.name}-predict")
    predicting.reject()
    window.recovery.note_saved()
    window.close()


def _grab(widget: QWidget, name: str) -> None:
    from PySide6.QtCore import QCoreApplication

    for _ in range(10):  # what was shown a moment ago finds its place
        QCoreApplication.processEvents()
    widget.grab().save(str(PLACE / f"{name}.png"))


def _found(window: QWidget, kind: type[W]) -> W:
    (found,) = window.findChildren(kind)
    return found


if __name__ == "__main__":
    main()
