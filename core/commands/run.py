"""`run`: a script written for PyTorch, on this engine."""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from core.commands.exit_codes import FINE, PROBLEM
from core.commands.script_names import lacks
from core.errors import FileError
from core.paths import Paths

DESCRIPTION = (
    "Run a Python script in which `import torch` finds this engine. What the script asks PyTorch for and the engine "
    "lacks is told, by file and line, before it starts."
)


def run(arguments: Sequence[str]) -> int:
    """Run the script with the rest of the arguments as its own. Raises FileError if it cannot be read."""
    parser = argparse.ArgumentParser("netloom run", description=DESCRIPTION)
    parser.add_argument("--anyway", action="store_true", help="start it although something is lacking")
    parser.add_argument("script", metavar="SCRIPT.py", type=Path)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="the script's own")
    options = parser.parse_args(arguments)
    missing = _lacking(options.script)
    for each in missing:
        print(f"netloom: {each}", file=sys.stderr)
    if missing and not options.anyway:
        print(f"netloom: {options.script} was not started. `--anyway` starts it all the same.", file=sys.stderr)
        return PROBLEM
    offer_as_torch()
    sys.argv = [str(options.script), *options.arguments]
    sys.path[0] = str(options.script.resolve().parent)
    runpy.run_path(str(options.script), run_name="__main__")
    return FINE


def offer_as_torch() -> None:
    """From now on `import torch`, and its modules, finds the engine in this process and those forked from it."""
    import_module("core.methods")
    sys.modules["torch"] = import_module("core")
    sys.meta_path.insert(0, Paths(_in_the_engine))


def _in_the_engine(path: str) -> str | None:
    return f"core.{path.removeprefix('torch.')}" if path.startswith("torch.") else None


def _lacking(script: Path) -> list[object]:
    try:
        return list(lacks(script))
    except (OSError, SyntaxError, ValueError) as error:
        raise FileError("'{path}' cannot be run: {reason}", path=script, reason=error) from error
