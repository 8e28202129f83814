"""Projects of each version of the format open, from one kept file a version. A kept file is never written anew."""

from pathlib import Path

import pytest

from core.design import project, shapes
from core.design.model import Design
from core.training.checkpoint import read_checkpoint

KEPT = Path(__file__).parent / "versions"
LINES = [
    "input Input {'shape': (4,)}",
    "sequential Sequential {}",
    "sequential.linear Linear {'out_features': 16} frozen: bias",
    "sequential.batchnorm1d BatchNorm1d {}",
    "sequential.relu ReLU {}",
    "sequential.module Module {} collapsed",
    "sequential.module.input Input {}",
    "sequential.module.linear1 Linear {'out_features': 16} tied",
    "sequential.module.linear2 Linear {'out_features': 16} tied",
    "sequential.module.output Output {}",
    "sequential.twice Twice {'factor': 0.5}",
    "sequential.linear3 Linear {'out_features': 3}",
]


def described(design: Design) -> list[str]:
    """A line for each node but the root."""
    return [
        f"{design.path(node.id)} {node.type} {dict(node.options)}"
        + (f" frozen: {', '.join(node.frozen)}" if node.frozen else "")
        + (" tied" if node.tie else "")
        + (" collapsed" if node.collapsed else "")
        for node in design.walk()
        if node.id != design.root
    ]


def test_there_is_a_file_of_each_version() -> None:
    assert {path.stem for path in KEPT.glob("*.netloom")} == {str(n) for n in range(1, project.FORMAT + 1)}


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.netloom")), ids=lambda path: path.stem)
def test_it_opens_with_all_that_was_in_it(path: Path, tmp_path: Path) -> None:
    content = project.read(path)
    design, settings = content.design, content.design.settings
    assert sorted(described(design)) == sorted(LINES)
    assert sum(len(node.wires) for node in design.walk()) == 4
    assert [node.position for node in design.walk() if node.position] == [(12.5, -40.0), (12.5, 80.0)]
    assert (settings.data.source, settings.optimiser, settings.optimiser_options) == (
        "iris",
        "SGD",
        {"lr": 0.1, "momentum": 0.9},
    )
    assert (settings.batch_size, settings.epochs, settings.seed) == (16, 3, 7)
    assert design.customs["Twice"].source.startswith("import core\n")
    content.extract_checkpoint(tmp_path / "weights")
    live = read_checkpoint(tmp_path / "weights")
    assert live.steps == 24
    owned = {(i, name, shape) for i, names in shapes.check(design).parameters.items() for name, shape in names.items()}
    assert len(owned) == 8  # the last layer's shape waits for what the custom layer gives
    assert owned <= {(key.node, key.name, key.shape) for key in live.tensors}


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.netloom")), ids=lambda path: path.stem)
def test_it_can_be_saved_as_one_of_today(path: Path, tmp_path: Path) -> None:
    content = project.read(path)
    content.extract_checkpoint(tmp_path / "weights")
    project.write(tmp_path / "new.netloom", content.design, tmp_path / "weights")
    again = project.read(tmp_path / "new.netloom")
    assert (again.design, again.has_checkpoint) == (content.design, True)
