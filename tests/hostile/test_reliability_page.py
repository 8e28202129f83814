"""Each promise of docs/reliability.md names a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_it_is_there(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_row_names_one() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and not re.match(r"\| ?(when|what|-)", line[:7])]
    assert [row for row in rows if "::" not in row and "---" not in row and not row.endswith("| test |")] == []
    assert len(NAMED) > 20
