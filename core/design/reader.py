"""The reading process: `python -m core.design.reader`. It reads what others may have written to do harm.

What it finds comes back in the program's own words: a design or a copy of layers that was read, checked and written
anew, so that the window reads again only what a process of its own survived, in little memory and time. A line of JSON
asks, a line of JSON answers.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from core import foreign
from core.atomic import part_of
from core.design import clipboard, journal, project, shapes
from core.design.json_form import to_json
from core.design.kept_weights import WeightsError
from core.errors import CustomLayerError, FileError, NetloomError
from core.limits import limited, size_of

Found: TypeAlias = Mapping[str, object]

LARGEST_DESIGN = 2**26
"""Bytes of a project that make its design, at most: the rest are weights, which are only copied."""
LARGEST_SOURCE = 2**20
"""Bytes of a Python file that becomes a custom layer."""
LONGEST_LINE = 5_000
"""Characters in a line of it: what has more was not written by a person, and makes an editor slow."""


def read_project(path: str, weights: str) -> Found:
    """The design of a project, whose weights are copied to a file, `weights`, if there are some and they are sound."""
    file = Path(path)
    content = project.read(file)
    found: dict[str, object] = {"design": to_json(content.design), "weights": False, "bare": content.bare}
    for custom in content.design.customs.values():
        check_source(custom.name, custom.source)
    shapes.check(content.design)
    try:
        if content.has_checkpoint:
            content.extract_checkpoint(Path(weights))
            found["weights"] = True
        if content.damage is not None:
            raise FileError(content.damage.template, **content.damage.values)
    except FileError as error:
        found |= {"bare": (), "damage": _plain(error)}
    return found


def read_lost(path: str, weights: str) -> Found:
    """The design that a session which was cut off had last, from its folder, and its weights as `read_project` gives
    them. `whole`: whether the journal of its edits ends with a whole one."""
    folder = Path(path)
    kept = journal.read(folder)
    checkpoint, whole = folder / "checkpoint.safetensors", part_of(Path(weights))
    try:
        project.write(whole, kept.design, checkpoint if checkpoint.exists() else None)
        found = dict(read_project(str(whole), weights))
    except WeightsError as error:
        found = {"weights": False, "bare": (), "damage": _plain(error)}
    finally:
        whole.unlink(missing_ok=True)
    return {**found, "design": to_json(kept.design), "whole": kept.is_whole}


def read_copy(text: str) -> Found:
    """The layers in a text that was copied somewhere."""
    return {"text": clipboard.to_text(clipboard.from_text(text))}


def read_source(path: str) -> Found:
    """The text of a Python file, which the parser came to the end of, whatever it thinks of it."""
    try:
        source = foreign.read_text(Path(path), "utf-8-sig", LARGEST_SOURCE)
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=path, reason=reason) from None
    except UnicodeDecodeError:
        raise FileError("'{path}' cannot be read: it is not text in UTF-8.", path=path) from None
    check_source(path, source)
    return {"source": source}


def check_source(name: str, source: str) -> None:
    """Raise CustomLayerError for a text that no editor should be given. What is wrong Python may be mended in it."""
    for number, line in enumerate(source.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise CustomLayerError(
                "Line {line} of '{name}' has {count} characters: no person wrote that.",
                line=number, name=name, count=len(line),
            )  # fmt: skip
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return
    except (RecursionError, MemoryError):
        raise CustomLayerError("'{name}' is nested too deeply to be Python.", name=name) from None


READERS: Mapping[str, Callable[..., Found]] = {
    "project": read_project,
    "lost": read_lost,
    "copy": read_copy,
    "source": read_source,
}
"""What can be asked for. Each works inside limits, see `core.limits`."""


def answer(kind: str, values: Mapping[str, str]) -> Found:
    """What was found, or, under `failed`, the sentence that says why nothing was."""
    path = values.get("path")
    try:
        size = len(values["text"]) if path is None else min(size_of(Path(path)), LARGEST_DESIGN)
        with limited(Path(path or "the clipboard"), size):
            return READERS[kind](**values)
    except NetloomError as error:
        return {"failed": _plain(error)}


def _plain(error: NetloomError) -> object:
    return error.sentence.template, {name: _as_json(value) for name, value in error.sentence.values.items()}


def _as_json(value: object) -> object:
    return value if isinstance(value, str | int | float) else str(value)


def serve(lines: Iterable[bytes], say: Callable[[bytes], object]) -> None:
    """Answer each line."""
    for line in lines:
        kind, values = json.loads(line)
        say(json.dumps(answer(kind, values)).encode() + b"\n")


def main() -> None:
    """Serves until nothing more comes. What else is printed goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the window, which ends this
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("600")  # if memory runs out, this goes before the window
    sink: Any = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def say(content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[sink.write(rest) :]

    with suppress(BrokenPipeError):  # the window is gone
        serve(sys.stdin.buffer, say)


if __name__ == "__main__":
    main()
