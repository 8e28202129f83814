"""CSV files: what is understood, and the sentence for what is not."""

import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import table as tables
from core.data.source import Source
from core.design.settings import DataSettings
from core.errors import DataError, FileError, NetloomError

FLOWERS = "petal,sepal,kind\n1,2.5,rose\n3,4,tulip\n"


def read_table(path: Path, target: str | int | None = None, **options: object) -> Source:
    return tables.read_table(path, DataSettings(str(path), target, **options))


@pytest.fixture
def table(tmp_path: Path):
    def write(text: str | bytes, name: str = "flowers.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_header_features_and_target(table) -> None:
    source = read_table(table(FLOWERS))
    assert source.name == "flowers"
    assert source.columns == ("petal", "sepal")
    assert source.features.tolist() == [[1, 2.5], [3, 4]]
    assert source.target.tolist() == ["rose", "tulip"]
    assert source.target_name == "column 'kind'"
    assert source.place(1) == "line 3"


@pytest.mark.parametrize(
    "text",
    [
        FLOWERS.replace(",", ";"),
        FLOWERS.replace(",", "\t"),
        FLOWERS.replace(",", " | "),
        FLOWERS.replace(",", "  "),
        FLOWERS.replace(",", ", "),
        FLOWERS.replace(",", ";").replace(".", ","),
        FLOWERS.replace("\n", "\r\n"),
        FLOWERS.replace("\n", "\r"),
        FLOWERS.replace("\n", "\n\n"),
        FLOWERS.rstrip("\n"),
        FLOWERS.replace("rose", '"rose"').replace("1", '"1"'),
        "\ufeff" + FLOWERS,
        FLOWERS.encode("utf-16"),
        gzip.compress(FLOWERS.encode()),
    ],
    ids=["semicolon", "tab", "bar", "spaces", "comma and space", "decimal comma", "windows", "old mac", "blank lines",
         "no last newline", "quotes", "byte order mark", "utf-16", "gzip"],
)  # fmt: skip
def test_the_same_table_in_many_dresses(table, text: str | bytes) -> None:
    source = read_table(table(text))
    assert source.columns == ("petal", "sepal")
    assert source.features.tolist() == [[1, 2.5], [3, 4]]
    assert source.target.tolist() == ["rose", "tulip"]


def test_without_header_columns_are_numbered(table) -> None:
    source = read_table(table("1,2,rose\n3,4,tulip\n"))
    assert source.columns == ("column 0", "column 1")
    assert source.features.shape == (2, 2)


def test_names_that_are_numbers_are_a_header_when_one_says_so(table) -> None:
    source = read_table(table("2023,2024,sum\n1,2,3\n"), header=True)
    assert source.columns == ("2023", "2024")


@pytest.mark.parametrize("target", ["petal", 0, -3])
def test_target_by_name_or_number(table, target: str | int) -> None:
    source = read_table(table("petal,sepal,size\n1,2,3\n4,5,6\n"), target)
    assert source.target.tolist() == [1, 4]
    assert source.columns == ("sepal", "size")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'{}' is empty: it needs a line for each sample."),
        ("\n \n", "'{}' is empty: it needs a line for each sample."),
        ("a,b\n", "'{}' has a line with names but no samples below it."),
        (b"\x89PNG\r\n\0\0", "'{}' is no text but binary data: a table of values, line by line, was expected."),
        ("a,b\n1,2\n1,2,3\n", "Line 3 of '{}' has 3 values, but 2 were expected, as in the first line."),
        ("a,b,c\n1,2,3\n1,x,3\n", "Line 3 of '{}', column 'b': 'x' is text, but a feature must be a number. "
         "Write it as a number or leave the column out."),
        ("a,1,2\nx,1,2\n3,1,2\n", "Line 1 of '{}', column 'column 0': 'a' is text, but a feature must be a number. "
         "If the first line holds the names of the columns, say so; otherwise write it as a number."),
        ("a,b,c\n1,,3\n?,2,3\n1,2,\n", "Every line of '{}' has missing values: line 2, column 'b'; "
         "line 3, column 'a'; line 4, column 'c'. Fill them in or leave the columns out."),
        ("a,b,c\n1,2,\n1,x,3\n,y,3\n", "Line 3 of '{}', column 'b': 'x' is text, but a feature must be a number. "
         "Write it as a number or leave the column out. Also missing: line 4, column 'a'."),
        ("a,b\n1,1e999\n2,1\n1e999,2\n", "Line 4 of '{}', column 'a': 1e999 is too large for a number."),
        ("a,b\n1,naïve\n2,caf".encode() + b"\xe9\n", "Line 3 of '{}' holds the byte 0xE9, which is no UTF-8: "
         "save the file as UTF-8, or choose another encoding."),
        ('a,b\n1,2\n"1,2\n', "Line 3 of '{}' cannot be taken apart: unexpected end of data. "
         "Is a quotation mark missing?"),
        ("1\n2\n", "Line 1 of '{}' holds one value only: at least one feature and the target are needed, "
         "with a comma, semicolon, tab or space between them."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(table, text: str | bytes, sentence: str) -> None:
    path = table(text)
    with pytest.raises(DataError) as error:
        read_table(path)
    assert str(error.value) == sentence.format(path)


def test_columns_are_left_out_whatever_they_hold(table) -> None:
    path = table("id,name,size,kind,note\n?,rose,1,a,x\n2,,3,b,\n")
    source = read_table(path, "kind", ignored=("id", "name", "note"))
    assert (source.columns, source.features.tolist(), source.target.tolist()) == (("size",), [[1], [3]], ["a", "b"])
    assert read_table(path, ignored=("note", "id", "name")).target_name == "column 'kind'"
    assert read_table(table("1,x,2\n3,y,4\n"), ignored=["column 1"]).features.tolist() == [[1], [3]]


@pytest.mark.parametrize(
    ("target", "ignored", "sentence"),
    [
        (None, ["kin"], "'{}' has no column called 'kin': its columns are petal, sepal, kind."),
        ("kind", ["kind"], "'{}' has no target or no feature left: these columns are left out: kind."),
        (None, ["petal", "kind"], "'{}' has no target or no feature left: these columns are left out: kind, petal."),
        (
            None,
            ["petal", "sepal", "kind"],
            "'{}' has no target or no feature left: these columns are left out: kind, petal, sepal.",
        ),
    ],
)
def test_what_cannot_be_left_out(table, target: str | None, ignored: list[str], sentence: str) -> None:
    path = table(FLOWERS)
    with pytest.raises(DataError) as error:
        read_table(path, target, ignored=ignored)
    assert str(error.value) == sentence.format(path)


def test_many_holes_are_counted(table) -> None:
    with pytest.raises(DataError, match=r"line 6, column 'a', and 9995 more\. Fill"):
        read_table(table("a,b\n" + ",1\n" * 10_000))


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("size", "'{}' has no column called 'size': its columns are petal, sepal, kind."),
        (3, "'{}' has no column 3: it has 3 columns, counted from 0."),
        (-4, "'{}' has no column -4: it has 3 columns, counted from 0."),
    ],
)
def test_a_target_that_is_not_there(table, target: str | int, sentence: str) -> None:
    path = table(FLOWERS)
    with pytest.raises(DataError) as error:
        read_table(path, target)
    assert str(error.value) == sentence.format(path)


def test_a_target_whose_name_is_there_twice(table) -> None:
    with pytest.raises(DataError, match="2 columns called 'b'"):
        read_table(table("a,b,b\n1,2,3\n"), "b")


@pytest.mark.parametrize(
    ("name", "reason"), [("none.csv", "No such file or directory"), ("folder.csv", "Is a directory")]
)
def test_a_file_that_cannot_be_opened(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileError, match=rf"{name}' cannot be read: {reason}\."):
        read_table(tmp_path / name)


def test_a_packed_file_that_is_cut_off(table) -> None:
    packed = gzip.compress(FLOWERS.encode() * 100)
    with pytest.raises(FileError, match="damaged or cut off"):
        read_table(table(packed[: len(packed) // 2], "cut.csv.gz"))


@given(
    st.lists(
        st.lists(st.floats(-1e30, 1e30), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t|"),
)
def test_numbers_come_back_to_the_bit(tmp_path_factory, rows: list[list[float]], delimiter: str) -> None:
    path = tmp_path_factory.mktemp("table") / "numbers.csv"
    path.write_text("".join(delimiter.join(map(repr, row)) + "\n" for row in rows))
    source = read_table(path)
    assert np.column_stack([source.features, source.target]).tolist() == rows


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path_factory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "any.csv"
    path.write_bytes(content)
    with suppress(NetloomError):
        source = read_table(path)
        assert np.isfinite(source.features).all()
        assert len(source.features) == len(source.target) > 0


def test_a_text_that_unpacks_without_end_is_refused_at_once(table) -> None:
    path = table(gzip.compress(b"1,2,3\n" * 2**24, 5), "bomb.csv.gz")
    with pytest.raises(DataError, match="more than 200 times its size"):
        read_table(path)
