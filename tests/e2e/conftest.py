"""A screen without a monitor for the end-to-end tests, and the real program on it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.x11 import Program, Screen, missing_programs

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    if missing := missing_programs():
        sentence = f"{' and '.join(missing)} must be installed for the end-to-end tests"
        pytest.fail(sentence) if "CI" in os.environ else pytest.skip(sentence)
    screen = Screen(tmp_path_factory.mktemp("screen"))
    yield screen
    screen.close()


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts the program with these arguments. What the screen showed last stays in the test's folder as last.png."""
    programs: list[Program] = []

    def start(*arguments: str | Path, **environment: str) -> Program:
        programs.append(Program(screen, *arguments, environment=environment))
        return programs[-1]

    yield start
    screen.picture().save(str(tmp_path / "last.png"))
    logs = [program.log() for program in programs]
    for program in programs:
        program.close()
    assert not any(logs), "The program complained:\n" + "\n".join(logs)
