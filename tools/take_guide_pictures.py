"""Takes the pictures of docs/guide: brings each kind of data into the program, looks at it, trains on it and predicts.

`python tools/take_guide_pictures.py` writes docs/guide/pictures/KIND-{data,look,predict}.png; it needs no screen. The
data are the program's own, written as a person would have them.
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
    from PySide6.QtWidgets import QWidget

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


KINDS = (
    Kind("pictures", "mnist-lenet", _pictures, epochs=8),
    Kind("tables", "iris-mlp", _table, epochs=40),
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
    Kind("autoencoder", "digits-autoencoder", _arrays, {"task": "autoencoder"}, epochs=10),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        for place in ("CONFIG", "DATA", "CACHE"):
            os.environ[f"XDG_{place}_HOME"] = home
        PLACE.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            folder = Path(home) / kind.name
            folder.mkdir()
            _take(kind, folder)


def _take(kind: Kind, folder: Path) -> None:
    from dataclasses import replace

    from PySide6.QtWidgets import QApplication

    import resources
    from app.dialogs.data import DataDialog
    from app.dialogs.data_view import DataView
    from app.dialogs.predict import PredictDialog
    from app.document.settings import Preferences
    from app.engine.run import State
    from app.look import theme
    from app.window.window import make_window
    from core.design import edits
    from tools.take_pictures import _wait

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    window = make_window(Preferences())
    window.resize(1440, 900)
    window.show()
    window.begin(resources.folder("examples") / f"{kind.example}.netloom")
    window.files.finish()
    learnt, new = kind.make(folder)

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

    window.dialogs.show_data()
    view = _found(window, DataView)
    _wait(application, lambda: view.samples.large.title.text().count("·") == 2 and "to train" in view.headline.text())
    _grab(view, f"{kind.name}-look")
    view.reject()

    design = window.document.design
    settings = replace(design.settings, epochs=kind.epochs)
    window.document.attempt("epochs", lambda: edits.set_settings(design, settings))
    _wait(application, lambda: window.document.facts.data is not None)
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
