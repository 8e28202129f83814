"""Checkpoints for tests of the design, written without the engine."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

METADATA = {"format": "netloom checkpoint 1", "optimiser": "SGD", "seed": "0", "steps": "7"}


def checkpoint(shapes: Mapping[str, tuple[int, ...]], metadata: Mapping[str, str] = METADATA) -> bytes:
    """A safetensors file of float32: every number of the n-th tensor is n."""
    head: dict[str, object] = {"__metadata__": dict(metadata)}
    at, data = 0, b""
    for number, (name, shape) in enumerate(shapes.items()):
        data += bytes([0, 0, number, 0]) * math.prod(shape)
        head[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at := len(data)]}
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data
