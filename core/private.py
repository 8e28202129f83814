"""What the program keeps for its user is nobody else's to read: folders 0700, files 0600."""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(path: Path) -> None:
    """Have the folder, and what is missing above it, for its owner alone. Raises OSError, also where it is a file."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    path.mkdir(exist_ok=True)  # raises where it is a file
    path.chmod(0o700)


def opener(path: str, flags: int) -> int:
    """For `open`: a file that is made is its owner's alone."""
    return os.open(path, flags, 0o600)
