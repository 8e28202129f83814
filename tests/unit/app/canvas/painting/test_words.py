"""What a card and a frame say."""

from app.canvas.painting.words import Speaker
from core.design import shapes
from core.design.model import Design
from tests.unit.core.design.drawing import node, stack


def note_and_telling(design: Design) -> tuple[str, str]:
    words = Speaker(design, shapes.check(design)).words(node(design, "net").id)
    return words.note, words.telling


def test_a_container_says_how_many_parameters_are_in_it() -> None:
    assert note_and_telling(stack("Flatten", "Linear")) == ("4,160 parameters", "4,160 params")
    assert note_and_telling(stack("Flatten")) == ("", "")


def test_a_count_of_which_not_all_is_known_is_the_least() -> None:
    assert note_and_telling(stack("Flatten", "Linear", "Add", "Linear")) == (
        "at least 4,160 parameters",
        "≥ 4,160 params",
    )
