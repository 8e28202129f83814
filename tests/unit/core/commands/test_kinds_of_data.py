"""`train --data` for each kind of data there is."""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.commands import train
from core.design import project
from core.design.settings import DataSettings, Settings
from tests.unit.core.data.test_cifar import as_python_2, batch
from tests.unit.core.data.test_frames import write_excel
from tests.unit.core.data.test_own import CODE
from tests.unit.core.design.drawing import stack

COUNT = 40
CLASSES = [(number, number % 2) for number in range(COUNT)]
FEW, FLAT = "Linear out_features=2", "Flatten"
EMBEDDING = "Embedding num_embeddings=20 embedding_dim=3"

Written = tuple[Path, list[str], tuple[str, ...], str]
"""Where the data are, the options that read them, the layers that learn from them, and how many were tested on."""


def _table(kind: str, folder: Path) -> Written:
    draw = np.random.RandomState(0)
    rows = [[round(float(draw.normal(label)), 3), number, "pq"[label]] for number, label in CLASSES]
    path = folder / {"csv": "x.csv", "parquet": "x.parquet", "excel": "x.xlsx"}[kind]
    if kind == "csv":
        path.write_text("a,b,kind\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
    elif kind == "parquet":
        polars = pytest.importorskip("polars")
        polars.DataFrame(rows, schema=["a", "b", "kind"], orient="row").write_parquet(path)
    else:
        pytest.importorskip("fastexcel")
        write_excel(path, sheet=[["a", "b", "kind"], *rows])
    return path, [], (FEW,), "accuracy: .* of 8 samples"


def _texts(kind: str, folder: Path) -> Written:
    few = (EMBEDDING, FLAT, FEW)
    texts = [("ab"[label] * 3 + str(number), label) for number, label in CLASSES]
    match kind:
        case "texts":
            path = folder / "x.csv"
            path.write_text("text,kind\n" + "".join(f"{text},{label}\n" for text, label in texts))
            return path, ["samples=text"], few, "accuracy: .* of 8 samples"
        case "a text file a class":
            for wanted in (0, 1):
                lines = (f"{text}\n" for text, label in texts if label == wanted)
                (folder / f"{'pq'[wanted]}.txt").write_text("".join(lines))
            return folder, [], few, "accuracy: .* of 8 samples"
        case _:
            path = folder / "x.txt"
            path.write_text("abba " * COUNT)
            return path, ["samples=next", "window=6"], (EMBEDDING, FLAT, "Linear out_features=3"), "accuracy: "


def _pictures(kind: str, folder: Path) -> Written:
    folder.joinpath("p").mkdir()
    folder.joinpath("q").mkdir()
    draw = np.random.RandomState(0)
    names = [(f"{'pq'[label]}/{number}.png", label) for number, label in CLASSES]
    for name, _ in names:
        Image.fromarray(draw.randint(0, 255, (6, 5), np.uint8)).save(folder / name)
    match kind:
        case "a zip of pictures":
            path = folder.with_suffix(".zip")
            with zipfile.ZipFile(path, "w") as packed:
                for name, _ in names:
                    packed.write(folder / name, name)
        case "a table of pictures":
            path = folder / "labels.csv"
            path.write_text("file,kind\n" + "".join(f"{name},{label}\n" for name, label in names))
        case _:
            path = folder
    return path, [], (FLAT, FEW), "accuracy: .* of 8 samples"


def _arrays(kind: str, folder: Path) -> Written:
    draw, labels = np.random.RandomState(0), np.arange(COUNT) % 2
    match kind:
        case "arrays":
            np.savez(path := folder / "x.npz", X=draw.normal(size=(COUNT, 3)), y=labels)
            return path, [], (FEW,), "accuracy: .* of 8 samples"
        case "arrays with parts":
            sizes = {"train": 20, "valid": 7, "test": 5}
            parts = {f"x_{part}": draw.normal(size=(size, 3)) for part, size in sizes.items()}
            parts |= {f"y_{part}": labels[:size] for part, size in sizes.items()}
            np.savez(path := folder / "x.npz", **parts)
            return path, [], (FEW,), r"accuracy: .* of 5 samples"
        case "idx":
            images = draw.randint(0, 255, (COUNT, 6, 5), np.uint8)
            header = struct.pack(">HBB3I", 0, 8, 3, *images.shape)
            (path := folder / "x-images-idx3-ubyte").write_bytes(header + images.tobytes())
            (folder / "x-labels-idx1-ubyte").write_bytes(struct.pack(">HBBI", 0, 8, 1, COUNT) + bytes(labels.tolist()))
            return path, [], (FLAT, FEW), "accuracy: .* of 8 samples"
        case _:
            for name in ("data_batch_1", "test_batch"):
                (folder / name).write_bytes(as_python_2(batch(20, 0, labels=2)))
            return folder, [], (FLAT, FEW), "accuracy: .* of 20 samples"


def _others(kind: str, folder: Path) -> Written:
    draw = np.random.RandomState(0)
    if kind == "own":
        (path := folder / "points.py").write_text(CODE)
        return path, [], (FEW,), "accuracy: .* of 4 samples"
    path = folder / "x.csv"
    path.write_text("a,b\n" + "".join(f"{draw.normal():.3f},{number}\n" for number, _ in CLASSES))
    if kind == "series":
        return path, ["samples=windows", "window=5", "task=regression"], (FLAT, "Linear out_features=1"), "loss: "
    return path, ["task=autoencoder"], ("Linear out_features=1", "Linear out_features=2"), "loss: .* on 8 samples"


KINDS = {
    _table: ("csv", "parquet", "excel"),
    _texts: ("texts", "a text file a class", "next"),
    _pictures: ("a folder of pictures", "a zip of pictures", "a table of pictures"),
    _arrays: ("arrays", "arrays with parts", "idx", "cifar"),
    _others: ("own", "series", "autoencoder"),
}


@pytest.mark.parametrize("kind", [kind for kinds in KINDS.values() for kind in kinds])
def test_each_kind_of_data_is_trained_on(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder := tmp_path / "data").mkdir()
    write = next(write for write, kinds in KINDS.items() if kind in kinds)
    path, options, layers, tested = write(kind, folder)
    design = stack(*((name, _options(given)) for name, *given in map(str.split, layers)), shape=(2,))
    loss = "MSELoss" if tested.startswith("loss") else "CrossEntropyLoss"
    project.write(tmp_path / "p.netloom", replace(design, settings=Settings(loss=loss, data=DataSettings("iris"))))
    given = [argument for option in options for argument in ("--data-option", option)]
    trust = ["--trust"] if kind == "own" else []
    assert train.run([str(tmp_path / "p.netloom"), "--data", str(path), *given, *trust, "--epochs", "1"]) == 0
    assert re.search(f"^Test {tested}", capsys.readouterr().out, re.MULTILINE)


def _options(given: list[str]) -> dict[str, int]:
    return {name: int(value) for name, value in (each.split("=") for each in given)}
