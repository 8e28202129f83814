"""The exported script tried in PyTorch, in a process of its own: its outputs, loss and gradients beside ours."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import foreign
from core.data.prepare import PreparedData
from core.design.model import Design
from core.design.pytorch.script import checking_source
from core.design.shapes import Report
from core.errors import FileError, NetloomError
from core.functions.creation import from_numpy
from core.training.devices import check_device
from core.training.loop import TrainingRun
from core.training.messages import Difference, ScriptChecked
from core.training.parameters import LiveParameters
from core.training.pytorch_files import write_pytorch

SAMPLES = 32
"""That are compared: of the test samples the first."""
PATIENCE = 120.0
"""Seconds until PyTorch must have answered."""
NAME = "exported"


def check_script(
    design: Design, report: Report, data: PreparedData, live: LiveParameters, python: str, patience: float = PATIENCE
) -> ScriptChecked:
    """Compare the script with the network as it is now. `python`: the interpreter that has PyTorch.

    Raises NetloomError where that cannot be started, has no PyTorch or fails, with its last words.
    """
    run = TrainingRun(design, report, data, live)
    try:
        run.model.module.eval()
        x, y = (np.array(part[:SAMPLES]) for part in (data.test_features, data.test_targets))
        device = check_device(design.settings.device)
        outputs, loss = run.outcome(from_numpy(x).to(device), from_numpy(y).to(device))
        loss.backward()
        ours: dict[str, NDArray[Any]] = {"loss": loss.detach().cpu().numpy()}
        ours |= {f"output {number}": each.detach().cpu().numpy() for number, each in enumerate(outputs, 1)}
        for name, parameter in run.model.module.named_parameters():
            if parameter.grad is not None:
                ours[f"gradient {name}"] = parameter.grad.cpu().numpy()
        run.model.module.zero_grad()
        with tempfile.TemporaryDirectory(prefix="netloom-check-") as place:
            folder = Path(place)
            write_pytorch(folder / f"{NAME}.py", design, report, data, run.model.module)
            (folder / "compare.py").write_text(checking_source(design, report, NAME), encoding="utf-8")
            np.savez(folder / "samples.npz", x=x, y=y)
            theirs = _tried(folder, python, patience)
    finally:
        run.close()
    return ScriptChecked(str(theirs.pop("version")), len(x), tuple(_differences(ours, theirs)))


def _tried(folder: Path, python: str, patience: float) -> dict[str, NDArray[Any]]:
    """What the script comes to, by name."""
    command = [python, "-X", "utf8", str(folder / "compare.py"), str(folder)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        ended = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=patience, check=False
        )  # fmt: skip
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be started: {reason}.", path=python, reason=reason) from None
    except subprocess.TimeoutExpired:
        raise NetloomError("The script did not come back within {seconds} s.", seconds=f"{patience:g}") from None
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit status {ended.returncode}"]
        raise NetloomError("The script failed in PyTorch: {reason}", reason=said[-1][:500])
    with foreign.opened(folder / "found.npz") as file, np.load(file, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _differences(ours: Mapping[str, NDArray[Any]], theirs: Mapping[str, NDArray[Any]]) -> Iterator[Difference]:
    """Of each tensor the largest difference, as a share of its largest number where that is more than 1."""
    for name, mine in ours.items():
        other = theirs.get(name)
        if other is None or other.shape != mine.shape:
            yield Difference(name, mine.shape, float("inf"), 0.0)
            continue
        largest = float(np.abs(mine).max(initial=0.0))
        apart = float(np.abs(mine.astype(np.float64) - other).max(initial=0.0))
        yield Difference(name, mine.shape, apart / max(1.0, largest), largest)
    for name in theirs.keys() - ours.keys():
        yield Difference(name, theirs[name].shape, float("inf"), 0.0)
