"""Files that are almost right: small ones of every format that is read, a little of each changed by a seed."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

import resources
from app.engine.run_store import KeptRun, RunStore
from core.data.prepare import prepared
from core.data.samples import samples_of
from core.data.unlabelled import unlabelled
from core.design import clipboard, edits, project
from core.design.journal import Journal, journals
from core.design.journal import read as read_journal
from core.design.model import CustomLayer
from core.design.pytorch.figures import norms_by_layer, read_figures
from core.design.settings import DataSettings
from core.files.pt import save
from core.files.weights import read_weights, write_weights
from core.network import Key
from core.onnx_files.doors import read_onnx
from core.tensors.tensor import Tensor
from core.training.checkpoint import read_checkpoint, write_checkpoint
from core.training.importing import import_network
from core.training.parameters import LiveParameters
from core.training.tensor_files import list_tensors
from tests.unit.core.data.test_cifar import as_python_2, batch
from tests.unit.core.data.test_frames import write_excel


@dataclass(frozen=True)
class Format:
    """Files of one kind: how a right one is made, and what reads it. `parts`: the files that belong together."""

    name: str
    make: Callable[[Path], object]
    read: Callable[[Path], object]


def _state() -> dict[str, Tensor]:
    from core import arange

    return {"a.weight": arange(12).reshape(3, 4), "a.bias": arange(3)}


def _make_checkpoint(path: Path) -> None:
    tensors = {Key("n1", name, tuple(tensor.shape)): tensor for name, tensor in _state().items()}
    state = {key: {"step": 3.0, "exp_avg": tensor} for key, tensor in tensors.items()}
    write_checkpoint(path, LiveParameters(tensors, state, "Adam", seed=7, steps=3))


def _make_csv(path: Path) -> None:
    rows = "".join(f"{number / 3:.3f},{number},{'ab'[number % 2]}\n" for number in range(40))
    path.write_text("length,width,kind\n" + rows)


_ROWS: list[list[object]] = [["a", "b", "kind"], *([i / 3, i, "xy"[i % 2]] for i in range(40))]


def _frame(write: str) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        import polars

        getattr(polars.DataFrame(_ROWS[1:], schema=["a", "b", "kind"], orient="row"), write)(path)

    return make


def _make_cells(path: Path) -> None:
    """Dates, words, categories and holes, in lines of several groups."""
    rows = (
        f"2024-01-{day + 1:02d},{('south', 'north')[day % 2]},{day / 3:.2f},{day or ''},{('so so', 'good')[day % 2]}\n"
        for day in range(30)
    )
    path.write_text("day,where,price,count,said\n" + "".join(rows))


def _make_cifar(path: Path) -> None:
    folder = path.with_name("cifar")
    folder.mkdir(exist_ok=True)
    for name, count in (("train", 4), ("test", 2)):
        (folder / name).write_bytes(as_python_2(batch(count, 0, fine_labels=3, coarse_labels=2)))
    with tarfile.open(path, "w") as archive:
        archive.add(folder, "cifar")


def _with(**options: Any) -> Callable[[Path], object]:
    return lambda path: prepared(samples_of(DataSettings(str(path), **options)))


def _predict_for(path: Path) -> object:
    learnt = path.with_name("learnt.csv")
    _make_cells(learnt)
    return unlabelled(str(path), prepared(samples_of(DataSettings(str(learnt), **_CELLS))).learnt)


_CELLS: dict[str, Any] = {
    "target": "said", "task": "classification", "missing": "mean", "kinds": ("day:date", "where:one-hot")
}  # fmt: skip


def _make_npz(path: Path) -> None:
    np.savez(path, X=np.arange(120, dtype=np.float32).reshape(40, 3), y=np.arange(40) % 2)


def _make_idx(path: Path) -> None:
    path.write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, 20, 4, 4) + bytes(range(160)) * 2)
    labels = path.with_name(path.name.replace("images-idx3", "labels-idx1"))
    labels.write_bytes(struct.pack(">4BI", 0, 0, 8, 1, 20) + bytes(number % 2 for number in range(20)))


def _make_pictures(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number, kind in enumerate(("png", "gif", "bmp", "jpeg")):
            content = io.BytesIO()
            Image.new("RGB", (9, 8), (number * 20, 50, 90)).save(content, kind)
            archive.writestr(f"{'cat' if number % 2 else 'dog'}/{number}.{kind}", content.getvalue())


def _read_data(path: Path) -> object:
    return prepared(samples_of(DataSettings(str(path))))


def _make_project(path: Path) -> None:
    path.write_bytes((resources.folder("examples") / "digits-mlp.netloom").read_bytes())


def _make_halves(path: Path) -> None:
    """Halves of characters wherever a design may have them."""
    design = project.read(resources.folder("examples") / "digits-mlp.netloom").design
    half, settings = "\ud800", design.settings
    data = replace(settings.data, source=f"/{half}\udc80.csv", target=half, ignored=(half,))
    custom = CustomLayer("Mine", f"# {half}\nfrom torch import nn\nclass Mine(nn.Module):\n    pass\n")
    design = edits.add_custom(edits.set_settings(design, replace(settings, data=data)), custom)
    project.write(path, design)


def _read_project(path: Path) -> object:
    """What can be opened can be saved, and is the same then."""
    content, again = project.read(path), path.with_name("again.netloom")
    project.write(again, content.design)
    assert project.read(again).design == content.design
    return content


def _make_onnx(path: Path) -> None:
    folder = Path(__file__).parents[1] / "unit" / "core" / "onnx_files" / "files"
    path.write_bytes((folder / "lstm_state-script.onnx").read_bytes())


def _make_onnx_beside(path: Path) -> None:
    """With numbers in another file."""
    import onnx

    _make_onnx(path)
    model = onnx.load(path)
    for number, tensor in enumerate(model.graph.initializer):
        content = onnx.numpy_helper.to_array(tensor).tobytes()
        path.with_name(f"{number}.bin").write_bytes(content)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", f"{number}.bin"), ("offset", "0"), ("length", str(len(content)))):
            tensor.external_data.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())


def _make_edits(path: Path) -> None:
    """The lines of a journal without their checksums, so that what is changed in them is read."""
    designs = [project.read(resources.folder("examples") / "digits-mlp.netloom").design]
    for name in ("first", "second", "third"):
        designs.append(edits.rename(designs[-1], designs[-1].root, name))
    keeping = Journal(path.parent)
    for design in designs:
        keeping.keep(design, "mine")
    (written,) = journals(path.parent)
    path.write_bytes(b"".join(line[18:] for line in written.read_bytes().splitlines(keepends=True)))
    keeping.discard()


def _read_edits(path: Path) -> object:
    lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    framed = b"".join(b"%08x %08x %b\n" % (len(line), zlib.crc32(line), line) for line in lines)
    path.with_name("1.journal").write_bytes(framed)
    return read_journal(path.parent)


SOURCE = """from torch import nn
class Net(nn.Module):
    def __init__(self, sizes=(4, 8, 2)):
        super().__init__()
        made = []
        for i in range(len(sizes) - 1):
            made += [nn.Linear(sizes[i], sizes[i + 1]), nn.ReLU()]
        self.net = nn.Sequential(*made)
    def forward(self, x):
        y = self.net(x).view(x.size(0), -1)
        return y + y * y
"""


def _make_index(path: Path) -> None:
    write_weights(path.with_name("model-1.safetensors"), _state())
    path.write_text(json.dumps({"weight_map": dict.fromkeys(_state(), "model-1.safetensors")}))


def _make_copy(path: Path) -> None:
    design = project.read(resources.folder("examples") / "digits-mlp.netloom").design
    path.write_text(clipboard.to_text(edits.copy(design, design[design.root].children)))


def _make_runs(path: Path) -> None:
    runs = [
        KeptRun(f"run{number}", "s", "p", number, "2026-01-02 03:04", "finished", 1.5, "Adam", "net", 3, 90, 7, 0.5,
                None, 0.9, None, "1", "{}", "")
        for number in range(9)
    ]  # fmt: skip
    RunStore(path.parent).put([(run, {"loss": ([1.0, 2.0], [0.5, 0.25])}) for run in runs])


def _read_runs(path: Path) -> object:
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()  # the log of another mutant
    store = RunStore(path.parent)
    return [store.curves(row.run.key) for row in store.rows()]


def _make_figures(path: Path) -> None:
    step = {"step": 5, "steps": 90, "epoch": 0, "epochs": 2, "loss": 2.5, "gradients": {"net.fc.weight": 0.5}}
    tested = {"epoch": 1, "step": 45, "train_loss": 1.5, "test_loss": 1.25, "test_accuracy": 0.75, "seconds": 0.5}
    lines = [step, tested, {"weights": "/there/w.safetensors"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _read_figures(path: Path) -> object:
    return [norms_by_layer(line.gradients, [("a", "net.fc")]) for line in read_figures(path).lines]


FORMATS = {
    each.name: each
    for each in (
        Format("x.netloom", _make_project, _read_project),
        Format("halves.netloom", _make_halves, _read_project),
        Format("edits", _make_edits, _read_edits),
        Format("x.safetensors", lambda path: write_weights(path, _state()), read_weights),
        Format("x.pt", lambda path: save({"model": _state(), "losses": [0.5, 1.5], "epoch": 3}, path), read_weights),
        Format("looked-into.pt", lambda path: save([_state(), {"epoch": 3}], path), list_tensors),
        Format("weights.npz", lambda path: write_weights(path, _state()), read_weights),
        Format("model.safetensors.index.json", _make_index, read_weights),
        Format("copied.json", _make_copy, lambda path: clipboard.from_text(path.read_text("utf-8", "replace"))),
        Format("figures.jsonl", _make_figures, _read_figures),
        Format("runs.db", _make_runs, _read_runs),
        Format("checkpoint.safetensors", _make_checkpoint, read_checkpoint),
        Format("x.npz", _make_npz, _read_data),
        Format(
            "x.npy",
            lambda path: np.save(path, np.arange(120.0).reshape(40, 3)),
            lambda path: prepared(samples_of(DataSettings(str(path), task="autoencoder"))),
        ),
        Format("x.onnx", _make_onnx, read_onnx),
        Format(
            "x.py",
            lambda path: path.write_text(SOURCE),
            lambda path: import_network(path, path.with_suffix(".netloom")),
        ),
        Format("x.csv", _make_csv, _read_data),
        Format("x-images-idx3-ubyte", _make_idx, _read_data),
        Format("x.zip", _make_pictures, _read_data),
        Format("dated.csv", _make_cells, _with(**_CELLS)),
        Format("told.csv", _make_cells, _with(target="where", samples="text", text="said", tokens="words")),
        Format(
            "series.csv",
            _make_cells,
            _with(target="price", samples="windows", window=3, ignored=("day", "where", "said")),
        ),
        Format("to-predict.csv", _make_cells, _predict_for),
        Format("letters.txt", lambda path: path.write_text("so it will be, " * 30), _with(samples="next")),
        Format("x.parquet", _frame("write_parquet"), _read_data),
        Format("x.arrow", _frame("write_ipc"), _read_data),
        Format("x.ndjson", _frame("write_ndjson"), _read_data),
        Format("beside.onnx", _make_onnx_beside, read_onnx),
        Format("cifar-100-python.tar.gz", _make_cifar, _read_data),
        Format("x.xlsx", lambda path: write_excel(path, numbers=_ROWS), _read_data),
        Format("data_batch_1", lambda path: path.write_bytes(as_python_2(batch(4, 0, labels=3))), _read_data),
    )
}


def _mutated(content: bytes, random: Random) -> bytes:
    """The bytes with some of them flipped, cut out, doubled, exchanged for extremes, or cut off."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 6)):
        at, end = sorted(random.randrange(len(changed) + 1) for _ in range(2))
        end = min(end, at + random.choice((1, 2, 4, 8, 64)))
        match random.randrange(6):
            case 0:
                changed[at:end] = bytes(random.randrange(256) for _ in range(end - at))
            case 1:
                changed[at:end] = random.choice((b"\0", b"\xff", b"\x7f", b"9")) * (end - at)
            case 2:
                del changed[at:end]
            case 3:
                changed[at:at] = changed[at:end] * random.choice((1, 2, 100))
            case 4:
                changed[at:end] = random.choice((b"-1", b"1e308", b"9" * 30, b"nan", b'"', b"[" * 50, b"\xed\xa0\x80"))
            case _ if random.random() < 0.2:
                del changed[at:]
    return bytes(changed)


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def mutants(content: bytes, seed: int, count: int) -> Iterator[bytes]:
    """`count` changed forms. Of an archive, half are sound ones with a changed member, which no checksum gives away."""
    random, is_archive = Random(seed), content.startswith(b"PK")
    for _ in range(count):
        if is_archive and random.random() < 0.5:
            members = _members(content)
            name = random.choice(sorted(members))
            members[name] = _mutated(members[name], random)
            yield _zipped(members)
        else:
            yield _mutated(content, random)
