"""`convert`: weights from one kind of file to another, by the endings of their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.commands.exit_codes import FINE
from core.commands.parsing import plain_command_line
from core.endings import WEIGHTS, check_ending
from core.errors import FileError
from core.files.weights import read_weights, write_weights


def run(arguments: Sequence[str]) -> int:
    """Write the weights of one file to another. Raises FileError for what cannot be read or written."""
    parser = plain_command_line("convert", "Write weights to a file of another kind. Nothing in them is run.")
    parser.add_argument(
        "source", metavar="IN", type=Path, help=".safetensors, *.index.json, .pt or .npz, by its content"
    )
    parser.add_argument("target", metavar="OUT", type=Path, help=f"a name that ends in {', '.join(WEIGHTS)}")
    parser.add_argument("--part", metavar="NAME", help="of a checkpoint with several sets of weights, which")
    options = parser.parse_args(arguments)
    check_ending(options.target, WEIGHTS)
    states = read_weights(options.source)
    if options.part is None and len(states) > 1:
        names = ", ".join(f"'{name}'" for name in states)
        raise FileError(
            "'{path}' has several sets of weights: say which with --part: {names}.",
            path=str(options.source), names=names,
        )  # fmt: skip
    part = next(iter(states)) if options.part is None else options.part
    if part not in states:
        names = ", ".join(f"'{name}'" for name in states)
        raise FileError("'{path}' has no '{part}', but {names}.", path=str(options.source), part=part, names=names)
    write_weights(options.target, states[part])
    print(f"Wrote '{options.target}': {len(states[part])} tensors.")
    return FINE
