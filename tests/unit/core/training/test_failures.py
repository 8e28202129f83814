"""Exceptions of any kind, as a sentence."""

from importlib import import_module

import pytest

from core.errors import Sentence
from core.training.failures import failed


class Own(BaseException):
    """One that `except Exception` does not catch."""


class MuteError(ValueError):
    def __str__(self) -> str:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Own("so"), "The run failed with Own: so"),
        (KeyboardInterrupt(), "The run was interrupted, as Ctrl+C does."),
        (SystemExit(3), "The run asked the program to end, as sys.exit does."),
        (MuteError(), "The run failed with MuteError: <its text fails with KeyboardInterrupt>"),
        (GeneratorExit("x"), "The run failed with GeneratorExit: x"),
    ],
)
def test_every_exception_is_told_as_what_it_is(error: BaseException, sentence: str) -> None:
    told = failed("Start", error)
    assert str(Sentence(told.template, told.values)) == sentence


def test_details_of_an_error_that_python_itself_cannot_tell() -> None:
    error = SyntaxError("no", ("<Mine>", "x", None, 5))
    error.lineno = "x"  # type: ignore[assignment]
    assert failed("Start", error).details == "SyntaxError: no (<Mine>)\n"


def test_a_text_of_any_length_is_cut() -> None:
    told = failed("Start", ValueError("x" * 10**7))
    assert len(str(told.values["error"])) < 20_000
    assert len(told.details) < 20_000


def test_a_line_is_one_of_the_users_own() -> None:
    """Python's import has lines, too, in files whose names look like those of a layer."""
    layer = compile("\n\nimport core.no_such_module", "<Mine>", "exec")
    with pytest.raises(ImportError) as found:
        exec(layer)
    assert failed("Start", found.value).values["line"] == 3
    with pytest.raises(ImportError) as found:
        import_module("core.no_such_module")
    assert failed("Start", found.value).values["line"] is None
