"""From an exception to what the window is told: a sentence, the layer it happened in, the lines of the user's code."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from types import TracebackType

from core.design.model import Design, NodeId
from core.design.shapes import Problem
from core.design.unfolding import original
from core.errors import LONGEST_TEXT, DesignError, NetloomError, Sentence, UnsoundWeightsError, text_of
from core.limits import process_limit
from core.nn import Module
from core.training.messages import UNSOUND_WEIGHTS, Failed
from core.training.not_finite import NotFiniteError

OUR_CODE = __file__.rpartition("training")[0]
"""The folder of the engine: what happens in no other file was not written by the user."""


class ProblemError(DesignError):
    """A design has a problem that must be mended before it can be built."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence.template, **problem.sentence.values)
        self.node = problem.node


def failed(
    request: str,
    error: BaseException,
    design: Design | None = None,
    parts: Mapping[NodeId, Module] | None = None,
    key: str = "",
    run: int = 0,
) -> Failed:
    """`parts`: the module of each node, by which the layer is found that was at work. `run`: the number of the run."""
    if isinstance(error, ProblemError | NotFiniteError):
        node = error.node
    else:
        node = _node_at_work(error.__traceback__, parts or {})
    node = original(node) if node is not None else None
    name = design[node].name if design is not None and node is not None and node in design else ""
    sentence = _sentence(error, name, request)
    key = UNSOUND_WEIGHTS if isinstance(error, UnsoundWeightsError) else key
    step, operation = (error.step, error.operation) if isinstance(error, NotFiniteError) else (None, "")
    return Failed(request, sentence.template, sentence.values, node, key, _details(error), run, step, operation)


def _sentence(error: BaseException, name: str, request: str) -> Sentence:
    """`name`: that of the layer that was at work, if one was. Who it was stands in the template, to be translated."""
    if isinstance(error, NetloomError):
        return error.sentence
    if isinstance(error, MemoryError):
        if limit := process_limit():
            template = (
                "Memory ran out: the engine may take {size} GB. Make the batch or the layers smaller, or raise that."
            )
            return Sentence(template, {"size": f"{limit / 1e9:.3g}"})
        return Sentence("Memory ran out: make the batch or the layers smaller.")
    line = _users_line(error)
    who = "'{name}'" if name else "The run" if request == "Start" else "The engine"
    if line is not None:
        who += " (line {line})"
    values = {"name": name, "line": line, "kind": type(error).__name__, "error": text_of(error)}
    match error:
        case RecursionError():
            return Sentence(who + " calls itself again and again.", values)
        case SystemExit():
            return Sentence(who + " asked the program to end, as sys.exit does.", values)
        case KeyboardInterrupt():
            return Sentence(who + " was interrupted, as Ctrl+C does.", values)
        case _:
            return Sentence(who + " failed with {kind}: {error}", values)


def _node_at_work(trace: TracebackType | None, parts: Mapping[NodeId, Module]) -> NodeId | None:
    """The innermost layer among the frames: a method's `self` is its module."""
    nodes = {id(part): node for node, part in parts.items()}
    found = None
    for frame, _ in traceback.walk_tb(trace):
        found = nodes.get(id(frame.f_locals.get("self")), found)
    return found


def _users_frames(error: BaseException) -> list[traceback.FrameSummary]:
    return [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(OUR_CODE)]


def _users_line(error: BaseException) -> int | None:
    names = [(frame.filename, frame.lineno) for frame in _users_frames(error)]
    frames = [frame for frame in names if frame[0].startswith("<") and not frame[0].startswith("<frozen")]
    return frames[-1][1] if frames else None


def _details(error: BaseException) -> str:
    """The traceback from the user's code on; empty for our own sentences."""
    if isinstance(error, NetloomError):
        return "" if error.__cause__ is None else _details(error.__cause__)
    frames = traceback.format_list(_users_frames(error)[-20:])
    try:
        said = [line[:LONGEST_TEXT] for line in traceback.format_exception_only(error)]
    except BaseException:  # what it carries may be anything
        said = [f"{type(error).__name__}: {text_of(error)}\n"]
    return "".join([*frames, *said])
