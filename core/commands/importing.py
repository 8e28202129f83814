"""`import`: a project made of what others wrote, an ONNX model or PyTorch source, and what was not understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.commands.exit_codes import FINE, PROBLEM
from core.commands.parsing import plain_command_line
from core.endings import PROJECT, check_ending
from core.errors import Sentence
from core.training.importing import import_network


def run(arguments: Sequence[str]) -> int:
    """Write the project. Returns 1 if something became a custom layer. Raises NetloomError with what cannot be."""
    parser = plain_command_line("import", "Make a project of an ONNX model or of PyTorch source. Nothing of it is run.")
    parser.add_argument("file", metavar="FILE", type=Path, help="a .onnx, or a .py with an nn.Module or nn.Sequential")
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the .netloom to write")
    parser.add_argument("--make", metavar="CALL", default="", help="of source, what to make, such as 'ResNet50(10)'")
    options = parser.parse_args(arguments)
    check_ending(options.project, PROJECT)
    made = import_network(options.file, options.project, options.make)
    print(f"Wrote '{options.project}': {made.layers} layers, {made.numbers:,} numbers.")
    for template, values in (*made.remarks, *made.unknown):
        print(Sentence(template, values))
    return PROBLEM if made.unknown else FINE
