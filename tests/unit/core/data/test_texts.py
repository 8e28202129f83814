"""Texts as samples: letters or words as numbers, and what comes next."""

from pathlib import Path

import numpy as np
import pytest

from core.data.prepare import PreparedData, prepare, prepared
from core.data.samples import samples_of
from core.data.tokens import PADDING, UNKNOWN, Vocabulary, tokens_of, vocabulary_of
from core.data.unlabelled import unlabelled
from core.design.settings import DataSettings
from core.errors import DataError

NAMES = "name,kind\n" + "Ada,w\nBo,m\nAnna,w\nBob,m\n" * 5


@pytest.fixture
def read(tmp_path: Path):
    def read(content: str, name: str = "texts.csv", **options: object) -> PreparedData:
        path = tmp_path / name
        path.write_text(content)
        return prepared(samples_of(DataSettings(str(path), **options)))

    return read


def said(data: PreparedData, kind: str = "said") -> str:
    remarks = data.description.remarks
    return "\n".join(remark.template.format(**remark.values) for remark in remarks if remark.kind == kind)


# --- tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "tokens"),
    [
        ("characters", ["N", "o", ",", " ", "d", "o"]),
        ("words", ["no", ",", "do"]),
    ],
)
def test_a_text_is_taken_apart(kind: str, tokens: list[str]) -> None:
    assert tokens_of("No, do", kind) == tokens


def test_words_keep_their_apostrophes_and_other_alphabets() -> None:
    assert tokens_of("Don't – ÄHM жизнь!", "words") == ["don't", "–", "ähm", "жизнь", "!"]


def test_the_most_frequent_have_the_first_numbers() -> None:
    vocabulary = vocabulary_of(["banana", "cab"], 4)
    assert vocabulary.tokens == ("a", "b")
    assert vocabulary.size == 4
    assert vocabulary.numbers("bax") == [3, 2, UNKNOWN]


def test_short_texts_are_padded_in_front_and_long_ones_cut() -> None:
    padded = Vocabulary(("a", "b")).padded(["ab", "", "abab"], 3)
    assert padded.tolist() == [[PADDING, 2, 3], [PADDING] * 3, [2, 3, 2]]


# --- a column of a table ----------------------------------------------------------------------------------------------


def test_a_column_of_texts_is_found_and_shown(read) -> None:
    data = read(NAMES)
    description = data.description
    assert (description.shape, description.classes, description.columns) == ((4,), ("m", "w"), ("name",))
    assert description.rows[:2] == (("Ada", "w"), ("Bo", "m"))
    assert description.understood is not None
    assert (description.understood.samples, description.understood.standardise) == ("text", False)
    assert dict(description.lines) == {"samples": 20, "names": 1}
    assert set(np.unique(data.train_features)) <= set(range(9)), "numbers of letters, not standardised"


def test_numbers_of_letters_come_from_the_training_part_alone(read) -> None:
    rows = [(f"{'abc'[i % 3] * 3}", i % 2) for i in range(20)] + [("zzz", 0)]
    data = read("t,y\n" + "".join(f"{text},{label}\n" for text, label in rows), split="time", samples="text")
    assert data.test_features[-1].tolist() == [UNKNOWN] * 3
    assert data.train_features.max() == 4
    assert "5 numbers stand for characters" in said(data)


def test_words_of_a_chosen_column(read) -> None:
    text = "id,stars,review,liked\n" + '1,5,"Good, very good!",yes\n2,1,"Bad film",no\n' * 6
    data = read(text, samples="text", tokens="words", ignored=("id", "stars"), target="liked")
    assert data.description.shape == (5,)
    named = read(text, samples="text", text="review", tokens="words", length=2)
    assert named.description.shape == (2,)
    assert "6 texts are cut to 2 words; the longest has 5" in said(named)


def test_lines_without_a_text_or_a_label_are_left_out_and_counted(read) -> None:
    data = read(NAMES + ",w\nEve,\nIda,null\n", samples="text")
    assert dict(data.description.lines) == {"samples": 20, "names": 1, "incomplete": 3}


def test_a_number_about_a_text_is_predicted(read) -> None:
    text = "text,score\n" + "".join(f"{'good bad'.split()[i % 2]} film,{i * 0.25}\n" for i in range(30))
    assert read(text).description.task == "regression"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("day,y\n" + "2012-01-01,1\n2012-01-02,2\n" * 5, "day year"),
        ("name,size,kind\n" + "Ada,1,w\nBo,2,m\n" * 5, "name=Ada"),
    ],
)
def test_other_columns_are_not_taken_for_texts(read, text: str, first: str) -> None:
    assert read(text).description.columns[0] == first


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"text": "nam"}, "has no column of texts called 'nam': its columns are name, kind"),
        ({"text": "kind"}, "has no column of texts called 'kind'"),
        ({"length": 2**27}, "do not fit: choose another length"),
    ],
)
def test_what_cannot_be_a_text(read, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read(NAMES, samples="text", **options)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_for_each_class_has_a_text_a_line(tmp_path: Path) -> None:
    (tmp_path / "French.txt").write_text("Béart\n\nDupont\n" * 5, "utf-8")
    (tmp_path / "German.txt").write_bytes("Müller\nSchmidt\n".encode("cp1252") * 5)
    data = prepare(DataSettings(str(tmp_path)))
    assert data.description.classes == ("French", "German")
    assert data.description.train_size + data.description.test_size == 20
    assert data.description.shape == (7,)


def test_lines_of_a_file_are_predicted_from_files(tmp_path: Path) -> None:
    (tmp_path / "names").mkdir()
    for kind, text in (("w", "Ada\nAnna\n"), ("m", "Bo\nBob\n")):
        (tmp_path / "names" / f"{kind}.txt").write_text(text * 5)
    learnt = prepare(DataSettings(str(tmp_path / "names"))).learnt
    (tmp_path / "new.txt").write_text("Anna\n\nBo\n")
    found = unlabelled(str(tmp_path / "new.txt"), learnt)
    assert [found.place(at) for at in range(len(found.features))] == ["line 1", "line 3"]
    assert (found.features == Vocabulary(learnt.vocabulary).padded([list("Anna"), list("Bo")], 4)).all()
    (tmp_path / "new.txt").write_text("\n")
    with pytest.raises(DataError, match="has no line"):
        unlabelled(str(tmp_path / "new.txt"), learnt)


def test_a_folder_for_each_class_has_a_text_a_file(tmp_path: Path) -> None:
    for kind in ("neg", "pos"):
        (tmp_path / kind).mkdir()
        for index in range(5):
            (tmp_path / kind / f"{index}.txt").write_text(f"A {kind} film.\nReally.\n")
    description = prepare(DataSettings(str(tmp_path), tokens="words")).description
    assert (description.classes, description.shape) == (("neg", "pos"), (6,))


def test_texts_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\0\1\2")
    with pytest.raises(DataError, match=r"a.txt' is no text: choose its encoding"):
        prepare(DataSettings(str(tmp_path)))
    (tmp_path / "a.txt").write_text("  \n")
    with pytest.raises(DataError, match="but none has a text"):
        prepare(DataSettings(str(tmp_path)))


# --- what comes next --------------------------------------------------------------------------------------------------


def test_each_piece_is_followed_by_what_comes_next(read) -> None:
    data = read("abcd\n" * 40, "poem.txt", samples="next", length=6, step=1)
    description = data.description
    assert description.classes == ("⏎", "a", "b", "c", "d")
    assert description.rows[0] == ("abcd⏎a", "b")
    assert description.train_size + description.test_size == 200 - 6
    numbers = data.train_features[:3].tolist()
    assert numbers[0][1:] == numbers[1][:-1]
    assert data.train_targets[0] == numbers[1][-1] - 2
    assert description.understood is not None
    assert description.understood.split == "time"


def test_a_text_that_is_too_short(read) -> None:
    with pytest.raises(DataError, match="too short: pieces of 32 were expected, but it has 4"):
        read("abcd", "poem.txt", samples="next")
