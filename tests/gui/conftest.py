"""What holds for tests of widgets: they have the program's look."""

import pytest
from PySide6.QtWidgets import QApplication

from app import theme


@pytest.fixture(autouse=True, scope="session")
def dark_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
