"""The kinds of data there are, known by a source's name, or by its being a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.design.datasets import BUILT_IN

OWN = "own dataset"
"""The source of samples that a class of the user's own gives."""
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif")
"""How the names of pictures end."""
FRAMES: Mapping[str, str] = {
    ".xlsx": "excel", ".xlsm": "excel", ".xls": "excel", ".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow",
    ".ipc": "arrow", ".ndjson": "NDJSON", ".jsonl": "NDJSON",
}  # fmt: skip
"""How the names of tables end that polars reads, and what they are."""
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "table": (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", *FRAMES),
    "arrays": (".npz", ".npy"),
    "idx": ("-ubyte", "-ubyte.gz", ".idx", ".idx.gz"),
    "cifar": ("-python.tar.gz", *(f"data_batch_{number}" for number in range(1, 6)), "test_batch"),
    "pictures": (".zip",),
}
"""How the names of files of each kind end. Pictures are also in folders."""


def path_of(source: str) -> Path:
    """Where a source lies: `~` is the user's folder, and `~nobody`, of somebody there is not, a name like any other."""
    try:
        return Path(source).expanduser()
    except RuntimeError:
        return Path(source)


def kind_of(source: str) -> str:
    """ "built-in", "own", a key of ENDINGS, or "" for a source that is of no kind."""
    if source in BUILT_IN:
        return "table" if BUILT_IN[source].settings else "built-in"
    if source == OWN:
        return "own"
    name = source.lower()
    kind = next((kind for kind, endings in ENDINGS.items() if name.endswith(endings)), "")
    return kind or ("pictures" if path_of(source).is_dir() else "")
