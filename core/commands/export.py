"""`export`: a project as a script for PyTorch or this engine, with weights and samples beside it, or as ONNX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.commands.examined import command_line, examine_design
from core.commands.train import live_weights, sound
from core.design import project
from core.design.pytorch.script import NETLOOM, PYTORCH
from core.endings import ONNX, PYTHON, check_ending
from core.onnx_files.doors import write_onnx
from core.training.loop import make_model
from core.training.parameters import LiveParameters
from core.training.pytorch_files import write_pytorch


def run(arguments: Sequence[str]) -> int:
    """Write the files. Raises NetloomError with what cannot be read, exported or written."""
    parser = command_line("export", "Write a project as a Python file that trains it, or as ONNX.")
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="a .py, beside which weights and samples are written, or a .onnx"
    )
    parser.add_argument(
        "--for", dest="engine", choices=(PYTORCH, NETLOOM), default=PYTORCH, help="what a .py is to be run with"
    )
    options = parser.parse_args(arguments)
    ending = check_ending(options.file, (*PYTHON, *ONNX))
    content = project.read(options.project)
    examined = sound(examine_design(content.design, options.trust))
    assert examined.data is not None
    live = live_weights(content) if content.has_checkpoint else LiveParameters()
    model, _ = make_model(examined.design, examined.report, live)
    if ending in ONNX:
        write_onnx(options.file, examined.design, examined.report, model.module)
        print(f"Wrote '{options.file}'.")
        return 0
    write_pytorch(options.file, examined.design, examined.report, examined.data, model.module, options.engine)
    print(f"Wrote '{options.file}', and its weights, samples and requirements beside it.")
    return 0
