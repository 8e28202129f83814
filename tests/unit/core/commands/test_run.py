"""`netloom run`: scripts written for PyTorch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import main
from core.commands.script_names import lacks

ROOT = Path(__file__).resolve().parents[4]
SCRIPT = """
import sys
import torch, torch.nn as nn, torch.nn.functional as F
import torch.backends.cudnn as cudnn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.dataloader import default_collate
from torch import optim
from helper import width
cudnn.benchmark = True
torch.manual_seed(0)
net = nn.Linear(width, 2)
optimizer = optim.SGD(net.parameters(), lr=0.1)
data = TensorDataset(torch.randn(20, width), torch.randint(0, 2, (20,)))
for x, y in DataLoader(data, batch_size=5, shuffle=True, num_workers=1, collate_fn=lambda some: default_collate(some)):
    loss = F.cross_entropy(F.relu(net(x)), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{loss.item():.4f}", type(loss), sys.argv[1:], __name__)
sys.exit(7)
"""
LACKING = """
import torch
import torchvision
from torch.fx import symbolic_trace
from torch import nn

def f(x):
    return torch.fft.rfft(x), nn.Bogus(), x.nothing(), torch.jit.script(f), nn.ReLU().nothing
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "helper.py").write_text("import torch\nwidth = torch.tensor(4).item()\n", encoding="utf-8")
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "main.py", "run", *arguments], cwd=ROOT, text=True, capture_output=True)


def test_a_script_runs_unchanged(script: Path) -> None:
    """The number is what PyTorch prints."""
    done = ran(str(script), "a", "--b")
    assert done.stdout == "0.6683 <class 'torch.Tensor'> ['a', '--b'] __main__\n", done.stderr
    assert done.returncode == 7


def test_what_is_lacking_is_named_before_it_starts(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text(LACKING, encoding="utf-8")
    assert main.main(["run", str(script)]) == 1
    told = capsys.readouterr().err
    assert f"netloom: {script}:3: torchvision is not in this engine: it is built on PyTorch itself.\n" in told
    assert (
        f"netloom: {script}:8: torch.fft is not in this engine: this engine computes with real numbers only.\n" in told
    )
    assert told.endswith(f"netloom: {script} was not started. `--anyway` starts it all the same.\n")
    lines = [(each.line, each.name) for each in lacks(script)]
    assert lines == [
        (3, "torchvision"),
        (4, "torch.fx.symbolic_trace"),
        (8, "torch.fft"),
        (8, "torch.jit.script"),
        (8, "torch.nn.Bogus"),
    ]


def test_modules_beside_it_are_read_too(script: Path) -> None:
    helper = script.with_name("helper.py")
    helper.write_text("import torch\n\ntorch.sparse.mm\n", encoding="utf-8")
    assert [(each.path, each.line) for each in lacks(script)] == [(helper, 3)]


def test_names_given_to_something_else_are_no_ones_business(script: Path) -> None:
    script.write_text("import torch.nn as nn\n\ndef f(nn):\n    return nn.Bogus\n", encoding="utf-8")
    assert lacks(script) == []


def test_files_that_cannot_be_run(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text("def", encoding="utf-8")
    for path in (script, script.with_name("absent.py")):
        assert main.main(["run", str(path)]) == 2
        assert f"'{path}' cannot be run: " in capsys.readouterr().err
