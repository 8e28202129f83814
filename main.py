"""Netloom from the command line: opens the designer, or works without a screen."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from core.commands.exit_codes import EXIT_CODES, INTERRUPTED, PROBLEM, RUN_FAILED, UNUSABLE
from core.errors import FileError, NetloomError, RunError

COMMANDS = {
    "train": "train a project, save weights",
    "predict": "say what a trained project predicts for samples, as CSV",
    "check": "say what is wrong in projects",
    "show": "print a project's tree, shapes and parameter counts",
    "import": "make a project of an ONNX model or of PyTorch source",
    "export": "write a project as a PyTorch script or as ONNX",
    "inspect": "say which tensors are in files of weights",
    "convert": "write weights to a file of another kind",
    "run": "run a script written for PyTorch on this engine",
}
STATUS: dict[type[NetloomError], int] = {FileError: UNUSABLE, RunError: RUN_FAILED}
"""That of an exception, or of those derived from it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; the exit status. What cannot be done is one sentence on standard error."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _let_output_be_anything()
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who read the output has seen enough, as `head` does. Python would complain once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEM
    except NetloomError as error:
        print(f"netloom: {error}", file=sys.stderr)
        return next((status for kind, status in STATUS.items() if isinstance(error, kind)), PROBLEM)
    except MemoryError:
        print("netloom: Memory ran out: make the batch or the layers smaller.", file=sys.stderr)
        return PROBLEM
    except KeyboardInterrupt:
        print("netloom: stopped.", file=sys.stderr)
        return INTERRUPTED


def _let_output_be_anything() -> None:
    """Where a console's encoding lacks a character, such as ×, show another one instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _run(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] in COMMANDS:
        module = {"import": "importing"}.get(arguments[0], arguments[0])  # `import` is no name in Python
        # Imported when it is wanted: the window does not pay for the engine, nor a command for Qt.
        status: int = import_module(f"core.commands.{module}").run(arguments[1:])
        return status
    if arguments and arguments[0] in ("-h", "--help"):
        print(usage())
        return 0
    from app.start import main as open_designer

    return open_designer(arguments)


def usage() -> str:
    """What can be typed."""
    commands = "\n".join(
        f"  netloom {name} {_subject(name)} …\t{summary}".expandtabs(36) for name, summary in COMMANDS.items()
    )
    return (
        "  netloom [PROJECT]\topen the designer\n".expandtabs(36)
        + commands
        + "\n\n`netloom COMMAND --help` lists a command's options. A project that is called like a command: ./train\n\n"
        + EXIT_CODES
    )


def _subject(command: str) -> str:
    return {"run": "SCRIPT.py", "import": "FILE PROJECT", "inspect": "FILE", "convert": "IN OUT"}.get(
        command, "PROJECT"
    )


if __name__ == "__main__":
    sys.exit(main())
