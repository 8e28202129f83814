"""What could come next in a custom layer's text: asked of jedi, in the process where the user's code may run.

Nothing of the text runs. `torch` in it is Netloom's engine, so its imports are read as such.
"""

from __future__ import annotations

import re
from typing import Any

import core
from core import nn
from core.errors import NetloomError
from core.training.messages import Complete, Completed, Completion

MOST = 60
"""Names that are shown."""
_IMPORT = re.compile(r"^(?P<space>[ \t]*)(?:import[ \t]+torch\b.*|from[ \t]+torch[ \t]+import[ \t]+.*)$", re.MULTILINE)
_DEEPER = re.compile(r"^(?P<space>[ \t]*)(?P<word>from|import)[ \t]+torch\.", re.MULTILINE)


def complete(request: Complete) -> Completed:
    """The names that fit at a place (line from 1, column from 0), the likeliest first. Raises NetloomError without
    jedi."""
    try:
        import jedi  # takes a quarter of a second, in this process only
    except ImportError as error:
        raise NetloomError("Completion needs jedi, which is not installed.") from error
    known: dict[str, Any] = {"torch": core, "core": core, "nn": nn, "F": nn.functional, "Tensor": core.Tensor}
    script = jedi.Interpreter(_as_engine(request.source), [known])
    lines = request.source.splitlines() or [""]
    place = min(max(request.line, 1), len(lines))
    line, column = lines[place - 1], min(request.column, len(lines[place - 1]))
    found = script.complete(place, column)
    found.sort(key=lambda item: item.module_name != "__main__")  # what the text defines comes first
    shown = [item for item in found if not item.name.startswith("_") or item.name_with_symbols in line]
    typed = len(re.split(r"[^\w]", line[:column])[-1])
    return Completed(tuple(Completion(item.name, item.type) for item in shown[:MOST]), typed)


def _as_engine(source: str) -> str:
    """The text with the imports of torch itself left out, whose names are given, and others led to the engine."""
    source = _IMPORT.sub(lambda match: f"{match['space']}pass", source)
    return _DEEPER.sub(lambda match: f"{match['space']}{match['word']} core.", source)
