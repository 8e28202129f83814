"""Weights that are spread over several files: an index of JSON says which tensor is in which of them."""

from __future__ import annotations

import json
from pathlib import Path

from core import foreign
from core.errors import FileError

ENDING = ".index.json"


def is_index(path: Path) -> bool:
    """Whether a file is called as such indexes are."""
    return path.name.lower().endswith(ENDING)


def shards(path: Path) -> dict[Path, list[str]]:
    """The files beside an index, each with the names of its tensors. Raises FileError.

    {"metadata": {…}, "weight_map": {"layer.weight": "model-00001-of-00002.safetensors", …}}
    """
    try:
        told = json.loads(foreign.read_text(path))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError("'{path}' cannot be read: {reason}.", path=str(path), reason=reason) from None
    except (ValueError, RecursionError):
        raise FileError("'{path}' is damaged, or no index of weights.", path=str(path)) from None
    places = told.get("weight_map") if isinstance(told, dict) else None
    if not isinstance(places, dict) or not places or not all(isinstance(file, str) for file in places.values()):
        raise FileError("'{path}' is no index of weights: it has no \"weight_map\".", path=str(path))
    found: dict[Path, list[str]] = {}
    for name, file in places.items():
        if file != Path(file).name or file in ("", ".", ".."):
            raise FileError("'{path}' wants weights from {file}, outside its folder.", path=str(path), file=ascii(file))
        found.setdefault(path.with_name(file), []).append(name)
    return found
