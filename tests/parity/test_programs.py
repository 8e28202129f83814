"""Programs as people write them, run with both libraries: they print the same."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.py"))
NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d*(?:e[-+]\d+)?")


def printed(program: Path, library: str) -> str:
    source = re.sub(r"^(import|from) core\b", rf"\1 {library}", program.read_text(encoding="utf-8"), flags=re.MULTILINE)
    source = re.sub(r"^import torch as torch$", "import torch", source, flags=re.MULTILINE)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(source, str(program), "exec"), {"__name__": program.stem})
    return said.getvalue()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_prints_the_same(program: Path, torch: Any) -> None:
    ours, theirs = printed(program, "core"), printed(program, "torch")
    assert NUMBER.sub("#", ours).split() == NUMBER.sub("#", theirs).split()
    numbers = [[float(each) for each in NUMBER.findall(text)] for text in (ours, theirs)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-3, abs=2e-4)
