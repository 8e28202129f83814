"""The reading process seen from the window: what others wrote is read there, with a deadline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import core
from core.errors import FileError

PATIENCE, STARTING = 10.0, 30.0
"""Seconds within which an answer comes, for a file of no size: the process also counts its own time."""
PACE = 2_000_000
"""Bytes of a file that a slow drive gives in a second."""


class ReadingProcess:
    """`python -m core.design.reader`. It starts with the first question, and anew after it was lost; one at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._why = ""
        """Why it was ended, if it was."""

    def ask(self, kind: str, size: int = 0, **values: str) -> Mapping[str, Any]:
        """What `core.design.reader.READERS` finds. For any thread but the window's. `size`: bytes of the file.

        Raises FileError with what is wrong with it, also where it took too long, was stopped, or ended the process.
        """
        name = values.get("path", "the clipboard")
        with self._turn:
            patience = PATIENCE + size / PACE + (STARTING if self._process is None else 0.0)
            line = self._exchange(json.dumps([kind, values]).encode() + b"\n", patience)
        if not line:
            raise FileError(
                "'{name}' cannot be read: " + (self._why or "it made the program that read it end."), name=name
            )
        found: Mapping[str, Any] = json.loads(line)
        if "failed" in found:
            template, of_file = found["failed"]
            raise FileError(template, **of_file)
        return found

    def _exchange(self, question: bytes, patience: float) -> bytes:
        """The line that answers; empty where the process ended before."""
        self._why = ""
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Timer(patience, self._end, (f"it took longer than {patience:.0f} s.",))
        late.start()
        try:
            process.stdin.write(question)
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):
            line = b""
        finally:
            late.cancel()
            late.join()
        if not line.endswith(b"\n"):
            self._bury()
            return b""
        return line

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(core.__path__[0]).resolve().parent)
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "core.design.reader"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
        return self._process

    def stop(self) -> None:
        """End what is being read, which then fails. For any thread."""
        if self._turn.locked():
            self._end("it was stopped.")

    def _end(self, why: str) -> None:
        self._why = why
        if self._process is not None:
            self._process.kill()

    def _bury(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            process.wait()

    def close(self) -> None:
        """End the process, also while it reads."""
        self._end("it was stopped.")
        with self._turn:
            self._bury()
