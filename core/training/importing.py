"""What others wrote as a project: an ONNX model with its weights, or PyTorch source. Nothing of it is run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import foreign
from core.design import catalog, edits, project
from core.design.edits.names import check_name
from core.design.fitting_data import with_fitting_data
from core.design.model import Design, Fragment, Node, NodeId, Wire, new_id
from core.design.pytorch.reading import read_source
from core.endings import ONNX, PYTHON
from core.errors import DesignError, FileError, Sentence
from core.functions.creation import from_numpy
from core.limits import limited
from core.network import Key
from core.onnx_files.doors import read_onnx
from core.training.checkpoint import write_checkpoint
from core.training.messages import NetworkImported
from core.training.parameters import LiveParameters

READ = (*ONNX, *PYTHON)


def import_network(path: Path, target: Path, what: str = "") -> NetworkImported:
    """Write the network in a file as a project, and say what was made of it. Raises FileError, DesignError.

    `what`: of source, the expression that makes the network, such as "ResNet50(num_classes=10)"; by default the last
    class or expression, or what the first function gives that wants no arguments.
    """
    if path.suffix.lower() in ONNX:
        with limited(path):
            imported = read_onnx(path)
        return _written(path, target, imported.design, dict(imported.arrays), imported.remarks, imported.unknown)
    if path.suffix.lower() in PYTHON:
        fragment = read_source(_text(path), what)
        kept = [
            Sentence(KEPT, {"name": custom.name, "reason": _reason(custom.source)})
            for custom in fragment.customs.values()
        ]
        return _written(path, target, as_design(fragment), {}, (), tuple(kept))
    raise FileError("'{path}' cannot be imported: networks come as .onnx, or as PyTorch source, .py.", path=str(path))


KEPT = "'{name}' stays a custom layer with its source: {reason}."
_HEAD = "# Kept as code: "


def _reason(source: str) -> str:
    return source.partition("\n")[0].removeprefix(_HEAD).rstrip(".")


def _text(path: Path) -> str:
    try:
        return foreign.read_text(path)
    except OSError as error:
        raise FileError(
            "'{path}' cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
        ) from None
    except UnicodeDecodeError:
        raise FileError("'{path}' is no text in UTF-8.", path=str(path)) from None


def as_design(fragment: Fragment) -> Design:
    """A design of what was read: a Module is the whole, anything else gets an Input."""
    (top,) = fragment.roots
    node = fragment.nodes[top]
    if node.type == "Module" and edits.inputs_of(Design(fragment.nodes, top), top):
        return Design(fragment.nodes, top, fragment.customs)
    root, entry = new_id(), Node(new_id(), "Input", "input" if node.name != "input" else "samples")
    holder = Node(root, "Module", node.name, children=(entry.id, top), wires=(Wire(entry.id, top),))
    return Design({**fragment.nodes, entry.id: entry, root: holder}, root, fragment.customs)


def _written(
    path: Path, target: Path, design: Design, arrays: dict[tuple[NodeId, str], NDArray[Any]],
    remarks: tuple[Sentence, ...], unknown: tuple[Sentence, ...],
) -> NetworkImported:  # fmt: skip
    """The design, called like the file, and its weights as a project."""
    name = path.stem
    try:
        check_name(name)
    except DesignError:
        name = design[design.root].name
    design = design.with_nodes({design.root: replace(design[design.root], name=name)})
    design, chosen = with_fitting_data(design)
    remarks = (*remarks, chosen)
    checkpoint = None
    if arrays:
        live = LiveParameters()
        for (node, parameter), array in arrays.items():
            live.tensors[Key(node, parameter, array.shape)] = from_numpy(np.array(array))
        checkpoint = target.with_name(f"{target.name}.weights")
        write_checkpoint(checkpoint, live)
    try:
        project.write(target, design, checkpoint)
    finally:
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)
    layers = sum(
        1
        for node in design.walk()
        if (kind := catalog.get(node.type)) is None or not (kind.container or kind.family == "input")
    )
    return NetworkImported(
        str(path), str(target), layers, sum(array.size for array in arrays.values()),
        tuple((each.template, dict(each.values)) for each in remarks),
        tuple((each.template, dict(each.values)) for each in unknown),
    )  # fmt: skip
