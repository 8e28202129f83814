"""`export`: a project as PyTorch source, with its weights and samples beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.commands.examined import command_line, examine_design
from core.commands.train import live_weights, sound
from core.design import project
from core.endings import PYTHON, check_ending
from core.training.loop import make_model
from core.training.parameters import LiveParameters
from core.training.pytorch_files import write_pytorch


def run(arguments: Sequence[str]) -> int:
    """Write the files. Raises NetloomError with what cannot be read, exported or written."""
    parser = command_line("export", "Write a project as a Python file that trains it with PyTorch alone.")
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("script", metavar="SCRIPT.py", type=Path, help="weights and samples are written beside it")
    options = parser.parse_args(arguments)
    check_ending(options.script, PYTHON)
    content = project.read(options.project)
    examined = sound(examine_design(content.design, options.trust))
    assert examined.data is not None
    live = live_weights(content) if content.has_checkpoint else LiveParameters()
    model, _ = make_model(examined.design, examined.report, live)
    write_pytorch(options.script, examined.design, examined.report, examined.data, model.module)
    print(f"Wrote '{options.script}', and its weights, samples and requirements beside it.")
    return 0
