"""What two designs do not have in common, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from core.design.model import Design


def differences(first: Design, second: Design) -> Iterator[str]:
    """What is otherwise in the second design, settings first: "batch_size: 32 → 64"."""
    old, new = _flat(first), _flat(second)
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield f"{name}: {_said(old.get(name))} → {_said(new.get(name))}"


def _flat(design: Design) -> dict[str, object]:
    """Settings by name, and of each layer its type and options, by its path."""
    settings = asdict(design.settings)
    flat: dict[str, object] = {}
    for group in ("data", "optimiser_options", "course"):
        flat |= {f"{group}.{name}": value for name, value in settings.pop(group).items()}
    for node in design.walk():
        if node.id != design.root:
            options = (f"{name}={value}" for name, value in sorted(node.options.items()))
            flat[design.path(node.id)] = " ".join([node.type, *options])
    return {**settings, **flat}


def _said(value: object) -> str:
    return "–" if value in (None, "", {}) else str(value)
