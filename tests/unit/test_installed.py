"""What is installed neither breaks nor is broken by folders of the same names: `main`, `core`, `app`, `resources`."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import netloom

ROOT = netloom.HOME
EXAMPLE = ROOT / "resources" / "examples" / "digits-mlp.netloom"

ASKS_THE_WORKER = """
import sys, netloom
sys.path.insert(0, str(netloom.HOME))
from PySide6.QtCore import QCoreApplication
from app.engine.process import EngineProcess
from core.training.messages import Failed, Inspect

application = QCoreApplication([])
process = EngineProcess()
process.printed.connect(lambda output: (print(output.text.strip()), process.close(), application.quit()))
process.received.connect(lambda event: isinstance(event, Failed) and (print(event), application.exit(1)))
process.ended.connect(lambda reason: (print(reason), application.exit(1)))
layer = "import core; print(core.__file__)\\nclass A(nn.Module):\\n    def forward(self, x): return x"
process.send(Inspect("A", layer))
sys.exit(application.exec())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Somebody else's folder on the path, with all of our names in it."""
    for name in ("core", "app", "resources"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"print('their {name}')")
    (tmp_path / "main.py").write_text("print('their main')")
    return tmp_path


def run(site: Path, theirs: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (theirs, site)))
    return subprocess.run(
        [sys.executable, *arguments], env=os.environ | {"PYTHONPATH": path}, cwd=theirs, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


def test_one_name_is_on_top(site: Path) -> None:
    assert {path.name for path in site.iterdir() if path.suffix != ".dist-info"} == {"netloom"}


def test_the_program_finds_its_own(site: Path, theirs: Path) -> None:
    ended = run(site, theirs, "-m", "netloom", "train", str(EXAMPLE), "--epochs", "1", "--device", "cpu")
    assert ended.returncode == 0, ended.stderr
    assert "their" not in ended.stdout
    assert "accuracy" in ended.stdout


def test_the_engines_process_finds_its_own(site: Path, theirs: Path) -> None:
    ended = run(site, theirs, "-c", ASKS_THE_WORKER)
    assert ended.stdout.strip() == str(site / "netloom" / "core" / "__init__.py"), ended.stderr


def test_what_lies_beside_it_is_left_alone(site: Path, theirs: Path) -> None:
    ended = run(site, theirs, "-c", "import netloom, core, app, main, resources")
    assert ended.stdout.split("\n") == ["their core", "their app", "their main", "their resources", ""]


def test_a_script_imports_the_engine(site: Path, theirs: Path) -> None:
    lines = "from netloom import core as torch; from core import nn; print(nn.Linear(2, 1)(torch.ones(3, 2)).shape)"
    ended = run(site, theirs, "-c", lines)
    assert ended.stdout.strip() == "torch.Size([3, 1])", ended.stderr


def test_a_script_that_imported_another_core_is_told(site: Path, theirs: Path) -> None:
    ended = run(site, theirs, "-c", "import core; from netloom import core")
    assert ended.returncode == 1
    assert f"Another 'core' is imported already, from {theirs / 'core'}" in ended.stderr
