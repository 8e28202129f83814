"""docs/engine.md lists what the code has."""

from __future__ import annotations

import pytest

from tools.list_operations import LISTS, PAGE, renewed


def test_the_lists_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LISTS, "absent", lambda: None)  # needs PyTorch: tests/parity/opinfo looks after it
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "make docs renews the lists in docs/engine.md"
