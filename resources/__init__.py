"""Files that come with the program: datasets, examples, fonts, icons."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of this name: "datasets", "examples", "fonts", "icons", "layers" or "themes"."""
    return _HERE / name
