"""Netloom as it is installed: the program, and its engine for scripts (`from netloom import core as torch`).

The packages `core`, `app` and `resources` have names that others use too. Installed, they lie inside this one, where
nobody finds them by accident, and the program puts their folder first before it looks for them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
HOME = _HERE if (_HERE / "main.py").exists() else _HERE.parent
"""The folder of `main.py`, `core` and `app`: this package where it is installed, else the repository."""


def main() -> int:
    """Run the program with the arguments of the command line; its exit status."""
    sys.path.insert(0, str(HOME))
    status: int = import_module("main").main()
    return status


def __getattr__(name: str) -> Any:
    """`netloom.core`: the engine, which `import core` finds from then on. Raises ImportError if there is another."""
    if name != "core":
        raise AttributeError(f"module 'netloom' has no attribute '{name}'")
    sys.path.insert(0, str(HOME))
    try:
        engine = import_module("core")
    finally:
        sys.path.remove(str(HOME))
    if Path(engine.__path__[0]).parent != HOME:
        raise ImportError(f"Another 'core' is imported already, from {engine.__path__[0]}: import netloom's before it.")
    return engine
