"""The script for those without PyTorch: the same text with what differs taken out, to the same figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.commands.examined import Examined, examine, examine_design
from core.design.model import CustomLayer, Design
from core.design.pytorch.script import NETLOOM, PYTORCH, script_source
from core.design.settings import Course
from core.errors import FileError
from core.files import read_tensors
from core.training import loop
from core.training.loop import TrainingRun
from core.training.parameters import LiveParameters
from core.training.pytorch_files import write_pytorch
from resources.examples import make
from tests.unit.core.training.driving import custom

ROOT = Path(__file__).parents[4]
LAYER = """
import torch
import torch.nn.functional
from torch import nn
from torch.nn import functional as F


class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return F.relu(x * self.scale) + torch.nn.functional.relu(-x)
"""
COURSE = Course("StepLR", {"step_size": 1}, patience=4, keep_best="loss", test_every=2, checkpoint_every=3)


def examined(design: Design) -> tuple[Examined, TrainingRun]:
    example = examine_design(design, trust=True)
    return example, TrainingRun(design, example.report, example.data, LiveParameters())


@pytest.mark.parametrize("name", sorted(path.stem for path in make.FOLDER.glob("*.netloom")))
def test_every_example_is_python_without_a_word_of_what_only_pytorch_has(name: str) -> None:
    example = examine(make.FOLDER / f"{name}.netloom", trust=True)
    settings = replace(example.design.settings, course=COURSE)
    source = script_source(replace(example.design, settings=settings), example.report, "mine", engine=NETLOOM)
    compile(source, "mine.py", "exec")
    assert not [word for word in ("dist.", "rank", "world", "Join", "torchrun", "W|", "N|") if word in source]
    theirs = script_source(replace(example.design, settings=settings), example.report, "mine", engine=PYTORCH)
    compile(theirs, "mine.py", "exec")
    assert not [word for word in ("netloom", "core", "T|", "W|") if word in theirs.replace("drawn in Netloom", "")]


def test_it_trains_to_the_same_figures(tmp_path: Path) -> None:
    """With a layer that imports torch in each way there is."""
    design = custom(LAYER, epochs=2, course=COURSE)
    assert design.customs["Mine"] == CustomLayer("Mine", LAYER)
    example, run = examined(design)
    path, figures = tmp_path / "mine.py", tmp_path / "figures.jsonl"
    write_pytorch(path, design, example.report, example.data, run.model.module, NETLOOM)
    command = [sys.executable, str(path), "--figures", str(figures), "--output", str(tmp_path / "new.safetensors")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment, check=False)
    assert ended.returncode == 0, ended.stderr
    theirs = [line["test_loss"] for line in map(json.loads, figures.read_text().splitlines())]
    assert theirs == pytest.approx([event.loss for event in run if isinstance(event, loop.Tested)], rel=1e-4)
    trained = read_tensors(tmp_path / "new.safetensors")[0]
    for name, tensor in run.model.module.state_dict().items():
        assert trained[name] == pytest.approx(tensor.detach().numpy(), rel=1e-3, abs=1e-5)
    assert sorted(tmp_path.glob("new.step-*.pt")) == [tmp_path / f"new.step-{step:09}.pt" for step in (3, 6)]
    assert (tmp_path / "mine-requirements.txt").read_text() == "netloom\n"


@pytest.mark.parametrize("name", ["torch", "json", "core"])
def test_a_name_that_would_hide_a_module_is_refused(tmp_path: Path, name: str) -> None:
    design = custom(LAYER)
    example, run = examined(design)
    with pytest.raises(FileError, match="would hide a module"):
        write_pytorch(tmp_path / f"{name}.py", design, example.report, example.data, run.model.module)
