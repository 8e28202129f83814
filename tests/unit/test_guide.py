"""The guide has a page for each kind of data, with the pictures that the tool takes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.take_guide_pictures import KINDS

GUIDE = Path(__file__).parents[2] / "docs" / "guide"


PAGES = {"columns": "tables"}
"""Kinds that share the page of another."""


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_a_page_shows_how_its_kind_is_brought_in_looked_at_and_predicted(kind: str) -> None:
    name = PAGES.get(kind, kind)
    page = (GUIDE / f"{name}.md").read_text("utf-8")
    shown = re.findall(rf"\]\((pictures/{kind}-[^)]+)\)", page)
    assert shown == [f"pictures/{kind}-{step}.png" for step in ("data", "look", "predict")]
    assert all((GUIDE / picture).is_file() for picture in shown)
    assert f"({name}.md)" in (GUIDE / "README.md").read_text("utf-8")


def test_the_page_about_augmentation_shows_it() -> None:
    assert "(pictures/augmentation.png)" in (GUIDE / "augmentation.md").read_text("utf-8")
    assert (GUIDE / "pictures" / "augmentation.png").is_file()
    assert "(augmentation.md)" in (GUIDE / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", sorted(path.stem for path in GUIDE.glob("*.md") if path.stem != "README"))
def test_a_page_is_found_and_its_pictures_are_there(page: str) -> None:
    assert f"({page}.md)" in (GUIDE / "README.md").read_text("utf-8")
    shown = re.findall(r"\]\((pictures/[^)]+)\)", (GUIDE / f"{page}.md").read_text("utf-8"))
    assert shown
    assert all((GUIDE / picture).is_file() for picture in shown)
