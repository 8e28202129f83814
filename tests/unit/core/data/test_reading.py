"""How a table is read that does not say how it is written: found out and said, or asked about."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.prepare import prepare
from core.data.samples import samples_of
from core.data.source import Source
from core.data.table import read_table
from core.data.text_file import TextFile
from core.design.settings import DataDescription, DataSettings
from core.errors import DataError

FLOWERS = [("1.5", "10", "rose"), ("2.25", "20", "tulip")] * 6


def table(rows: list[tuple[str, ...]], between: str = ",", end: str = "\n") -> str:
    return "".join(between.join(row) + end for row in rows)


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str | bytes, **options: object) -> Source:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path, DataSettings(str(path), **options))

    return read


@pytest.fixture
def seen(tmp_path: Path):
    """What is shown of a text before it is taken."""

    def seen(text: str | bytes, **options: object) -> DataDescription:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return samples_of(DataSettings(str(path), **options)).description()

    return seen


def said(source: Source | DataDescription, kind: str = "said") -> str:
    return "\n".join(remark.template.format(**remark.values) for remark in source.remarks if remark.kind == kind)


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("between", "cells", "numbers"),
    [
        (";", ["1.107,5", "114,25"], [1107.5, 114.25]),
        ("\t", ["1,107.5", "114.25"], [1107.5, 114.25]),
        (";", ["1 107,5", "114,25"], [1107.5, 114.25]),
        (";", ["1\u202f107", "114"], [1107, 114]),
        (";", ["1\u00a0107 000", "114"], None),
        ("\t", ["1'107.5", "114"], [1107.5, 114]),
        (",", ["1’107", "114"], [1107, 114]),
        ("|", ["1.107.250", "114"], [1107250, 114]),
        (",", ['"1,107,250"', "114"], [1107250, 114]),
        (",", ['"1,107.5"', "114"], [1107.5, 114]),
        (";", ["−3,5", "+2"], [-3.5, 2]),
        (";", ["1,5e-3", "2"], [0.0015, 2]),
        (",", ["5.123", "6.456"], [5.123, 6.456]),
        (";", ["0.125", "1.250"], [0.125, 1.25]),
        (",", ["12.5%", "7 %"], [12.5, 7]),
        (",", ["1_2", "3"], None),
        (",", ["12%", "0.12"], None),
        (";", ["1.107", "1,5"], [1107, 1.5]),
    ],
)
def test_numbers_in_many_writings(read, between: str, cells: list[str], numbers: list[float] | None) -> None:
    rows = [("size", "kind"), *((cell, kind) for cell, kind in zip(cells * 5, "ab" * 5, strict=True))]
    if numbers is None:
        with pytest.raises(DataError, match="is text, but a feature must be a number"):
            read(table(rows, between))
    else:
        source = read(table(rows, between))
        assert source.features[:2, 0].tolist() == pytest.approx(numbers)
        assert not said(source, "question")


@pytest.mark.parametrize(
    ("mark", "between"), [(".", ";"), (".", "\t"), (".", ","), (",", ";"), (",", "\t"), (",", "|")]
)
def test_what_may_be_thousands_or_decimals_is_asked(read, seen, mark: str, between: str) -> None:
    text = table([("area", "kind"), *[(f"1{mark}107", "a"), ("114", "b")] * 5], between)
    assert said(seen(text), "question") == (
        f"'1{mark}107' in line 2, column 'area', may be 1107 or 1.107: choose which it is."
    )
    word = "point" if mark == "." else "comma"
    with pytest.raises(DataError, match=f"--data-option thousands={word} or decimal={word}"):
        prepare(seen(text).settings)
    for option, number in (("thousands", 1107.0), ("decimal", 1.107)):
        source = read(text, **{option: word})
        assert source.features[:2, 0].tolist() == [number, 114]
        assert not said(source, "question")


def test_a_late_number_settles_what_the_first_ones_leave_open(read) -> None:
    rows = [("1.107", "a"), ("114", "b")] * 3000 + [("0.5", "a")]
    source = read(table([("area", "kind"), *rows], ";"))
    assert source.features[0, 0] == 1.107
    assert not said(source, "question")


def test_each_column_is_read_by_what_the_table_tells(read) -> None:
    source = read("rate\tpop\tkind\n" + "0.125\t2,037\ta\n0.250\t114\tb\n" * 5)
    assert source.features[:2].tolist() == [[0.125, 2037], [0.25, 114]]


def test_a_mark_cannot_be_both(read) -> None:
    with pytest.raises(DataError, match="A point cannot stand both"):
        read(table(FLOWERS), decimal="point", thousands="point")


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_texts_do_not_tell_the_separator(tmp_path: Path, between: str) -> None:
    path = tmp_path / "reviews.csv"
    rows = [("2 hours of 1 good film", "yes"), ("not good at all", "no")] * 5
    path.write_text(table([("review", "kind"), *rows], between))
    assert TextFile(path).separator == between


# --- lines that are no samples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("sep=;\na;b;y\n" + table(FLOWERS, ";"), {"samples": 12, "names": 1, "instructions": 1}),
        ('"sep=|"\r\na|b|y\r\n' + table(FLOWERS, "|", "\r\n"), {"samples": 12, "names": 1, "instructions": 1}),
        ("# by hand\n\n# twice\na,b,y\n" + table(FLOWERS), {"samples": 12, "names": 1, "comments": 2, "blank": 1}),
        ("#a,b,y\n" + table(FLOWERS), {"samples": 12, "names": 1}),
        ("# in mm\n# a b y\n" + table(FLOWERS, " "), {"samples": 12, "names": 1, "comments": 1}),
        ("a,b,y\n" + table(FLOWERS[:6]) + "# a pause\n" + table(FLOWERS[:4]),
         {"samples": 10, "names": 1, "comments": 1}),
        ("a,b,y\n,,\n" + table(FLOWERS) + ",,\n\n", {"samples": 12, "names": 1, "blank": 3}),
        ("a,b,y\r\n1.5,10,rose\n2.25,20,tulip\r1.5,1,rose\r\n", {"samples": 3, "names": 1}),
        ('a,b,"y\nz"\n' + table(FLOWERS), {"samples": 12, "names": 1, "continued": 1}),
    ],
    ids=["sep", "quoted sep", "comments", "names in a comment", "names in the last comment", "comment within",
         "empty rows", "mixed line ends", "a name of two lines"],
)  # fmt: skip
def test_every_line_is_accounted_for(read, text: str, account: dict[str, int]) -> None:
    source = read(text)
    assert dict(source.account) == account
    assert sum(account.values()) == len(text.splitlines())
    assert source.columns == ("a", "b")
    assert source.features[0].tolist() == [1.5, 10]


def test_a_comment_is_a_sample_if_one_says_so(read) -> None:
    rows = [("#1", "1.5", "a"), ("#2", "2.5", "b")] * 4
    assert len(read(table(rows), ignored=("column 0",)).features) == 8
    assert len(read("# x,y\n1,a\n2,b\n", comments=True).features) == 2


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("where", ["names", "rows", "some rows", "everywhere"])
def test_an_empty_last_column_is_none(read, between: str, where: str) -> None:
    names, rows = ("r", "s", "kind"), list(FLOWERS)
    if where in ("names", "everywhere"):
        names = (*names, "")
    if where != "names":
        rows = [(*row, "") if where != "some rows" or i % 3 == 0 else row for i, row in enumerate(rows)]
    source = read(table([names, *rows], between))
    assert source.columns == ("r", "s")
    assert source.target.tolist()[:2] == ["rose", "tulip"]
    assert "the empty column behind it is left out" in said(source)


def test_an_empty_last_column_without_names(read) -> None:
    assert read(table([(*row, "") for row in FLOWERS])).features.shape == (12, 2)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "rows", "columns"),
    [
        (("0", "1", "kind"), FLOWERS, ("0", "1")),
        (("1", "2", "kind"), FLOWERS, ("1", "2")),
        (("2019", "2020", "sum"), [("1.5", "2", "3.5"), ("2", "2.5", "4.5")] * 5, ("2019", "2020")),
        (("0", "1", "2", "3"), [("1.5", "2", "3.5", "0"), ("2", "2.5", "4.5", "1")] * 5, ("0", "1", "2")),
        (("len [mm]", "width (cm)", "Art"), FLOWERS, ("len [mm]", "width (cm)")),
    ],
)
def test_a_header_with_numbers(read, first, rows, columns: tuple[str, ...]) -> None:
    source = read(table([first, *rows]))
    assert source.columns == columns
    assert len(source.features) == len(rows)
    assert said(source) == "" or "is read as the names of columns" in said(source)


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        (("2019", "2020", "2021"), [("1.5", "2.5", "3.5"), ("2", "2.5", "4.5")] * 5),
        (("400", "475", "kind"), FLOWERS),
        (("0.5", "1.0", "kind"), FLOWERS),
    ],
)
def test_numbers_that_may_be_names_are_asked_about(read, seen, first, rows) -> None:
    text = table([first, *rows])
    assert "may be the names of columns" in said(seen(text), "question")
    with pytest.raises(DataError, match="--data-option header=yes or header=no"):
        prepare(seen(text).settings)
    assert len(read(text, header=True).features) == len(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [("1", "2", "3"), ("2", "3", "4"), ("5", "6", "7")] * 3,
        [("0.5", "1", "rose"), ("1", "2", "tulip")] * 4,
        [("?", "1", "2"), ("3", "1", "2"), ("4", "1", "3")],
        [("10", "20", "rose"), ("1", "2", "tulip"), ("1", "2", "daisy")],
    ],
)
def test_a_table_without_header(read, rows) -> None:
    source = read(table(rows), missing="mean")
    assert len(source.features) == len(rows)
    assert source.columns[0] == "column 0"


def test_an_index_without_a_name_is_left_out_and_can_be_taken_in(read) -> None:
    for name in ("", "Unnamed: 0"):
        text = table([(name, "a", "y"), *((str(i), str(i * i), "pq"[i % 2]) for i in range(8))])
        source = read(text)
        assert source.columns == ("a",)
        assert "left out as an index" in said(source)
        assert read(text, index=False).columns[1:] == ("a",)


def test_names_of_rows_are_an_index(read) -> None:
    rows = [(f"car {i}", str(i * 1.5), "pq"[i % 2]) for i in range(8)]
    assert read(table([("", "a", "y"), *rows])).columns == ("a",)
    assert read(table([("a", "y"), *rows])).columns == ("a",), "as R writes them: one name less than values"


def test_measures_without_a_name_are_no_index(read) -> None:
    rows = [(str(i * 0.5), str(i), "pq"[i % 2]) for i in range(8)]
    assert read(table([("", "a", "y"), *rows])).columns == ("column 0", "a")


def test_an_index_with_a_name_is_kept_but_mentioned(read) -> None:
    text = table([("id", "a", "y"), *((str(i), str(i * i), "pq"[i % 2]) for i in range(1, 9))])
    source = read(text)
    assert source.columns == ("id", "a")
    assert "'id' counts the rows (1, 2, 3, …)" in said(source)
    assert read(text, index=True).columns == ("a",)


# --- missing values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["null", "-", "", "NA", "n/a", "#N/A", "None", "nan", "?", "<NA>"])
def test_a_missing_target_is_asked_about_with_its_line(read, seen, missing: str) -> None:
    text = "a,b,y\n" + "1.5,1,0\n3,2,1\n" * 5 + f"2,2,{missing}\n"
    shown = seen(text)
    assert shown.classes == ("0", "1")
    assert said(shown, "question") == "Values are missing: line 12, column 'y'. Choose what becomes of them."
    with pytest.raises(DataError, match="missing=drop"):
        prepare(shown.settings)
    assert dict(read(text, missing="drop").account) == {"samples": 10, "names": 1, "incomplete": 1}


@pytest.mark.parametrize("label", ["none", "-", "nil"])
def test_a_word_among_words_may_be_a_class(seen, label: str) -> None:
    other = "+" if label == "-" else "glass"
    assert set(seen(f"a,y\n{'1,' + label}\n2,{other}\n" + f"1,{label}\n2,{other}\n" * 5).classes) == {label, other}


@pytest.mark.parametrize(("fill", "number"), [("mean", 3.0), ("median", 2.0)])
def test_missing_features_are_filled_in_by_the_training_part(tmp_path: Path, fill: str, number: float) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("a,y\n" + "1,0\n2,1\n6,0\n" * 8 + ",1\n" * 2)
    data = prepare(DataSettings(str(path), missing=fill, standardise=False, task="classification"))
    assert data.description.train_size + data.description.test_size == 26
    together = [*data.train_features[:, 0], *data.test_features[:, 0]]
    assert len([value for value in together if value not in (1, 2, 6)]) == (2 if fill == "mean" else 0)
    known = [value for value in data.train_features[:, 0] if value in (1, 2, 6)]
    filled = next((value for value in together if value not in (1, 2, 6)), 2.0)
    assert filled == pytest.approx(sum(known) / len(known) if fill == "mean" else 2)
    assert "2 values are missing" in said(data.description)


# --- encodings --------------------------------------------------------------------------------------------------------

GERMAN = "Länge;Art\n" + "1,5;grün\n2,5;weiß\n" * 6
RUSSIAN = "Длина;Вид\n" + "1,5;зелёный\n2,5;белый\n" * 6


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_text_in_many_encodings(read, codec: str) -> None:
    mark = "\ufeff" if codec in ("utf-16-be",) else ""
    source = read((mark + GERMAN).encode(codec))
    assert source.columns == ("Länge",)
    assert set(source.target) == {"grün", "weiß"}
    assert ("windows-1252" in said(source)) == (codec == "cp1252")


def test_another_alphabet_is_asked_about(read, seen) -> None:
    text = RUSSIAN.encode("cp1251")
    assert "choose its encoding" in said(seen(text), "question")
    source = read(text, encoding="windows-1251")
    assert source.columns == ("Длина",)
    assert not source.remarks


@pytest.mark.parametrize(
    ("codec", "name", "word"),
    [
        ("cp1250", "windows-1250", "żółty"),
        ("cp1253", "windows-1253", "κόκκινο"),
        ("shift-jis", "shift-jis", "赤い花"),
        ("gbk", "gb18030", "红色的花"),
    ],
)
def test_no_encoding_is_taken_in_silence_for_the_western_one(seen, codec: str, name: str, word: str) -> None:
    text = f"a;kind\n1,5;{word}\n2,5;other\n".encode(codec) + f"1,5;{word}\n2,5;other\n".encode(codec) * 5
    (question,) = (remark for remark in seen(text).remarks if remark.kind == "question")
    assert name in [choice.value for choice in question.choices]
    assert word in seen(text, encoding=name).classes


@pytest.mark.parametrize("word", ["l’été", "m²", "25 °C", "naïve", "Ærø", "weiß", "São João", "«né»", "cm³", "5 €"])
def test_western_words_are_no_question(seen, word: str) -> None:
    data = seen(f"a;kind\n{chr(10).join(['1,5;' + word, '2,5;other'] * 6)}\n".encode("cp1252"))
    assert not said(data, "question")
    assert word in data.classes


def test_what_was_found_out_reads_the_file_the_same_way_again(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = "".join(f"{i};1.107,5;0,5;grün{i % 2}\n" for i in range(9))
    path.write_bytes(f"sep=;\n# cm\n;0;1;Art\n{rows}".encode("cp1252"))
    first = samples_of(DataSettings(str(path))).description()
    assert first.understood is not None
    again = samples_of(first.understood).description()
    assert (again.rows, again.columns, again.classes) == (first.rows, first.columns, first.classes)
    assert again.understood == first.understood
    assert not [remark for remark in again.remarks if remark.choices]


def test_a_column_of_text_beside_numbers_may_be_the_target(seen) -> None:
    text = "id,kind,r,s,\n" + "7,M,0.5,1\n9,B,1.0,2\n" * 6
    shown = seen(text)
    assert (shown.classes, shown.columns) == (("B", "M"), ("id", "r", "s"))
    assert said(shown, "question").startswith("Column 'kind' holds text, such as M, B: choose whether it is the target")
    with pytest.raises(DataError, match="--data-option target=kind or ignored=kind"):
        prepare(shown.settings)
    assert prepare(replace(shown.settings, target="kind")).description.classes == ("B", "M")
    left_out = prepare(replace(shown.settings, ignored=("kind",))).description
    assert (left_out.target, left_out.columns) == ("column 's'", ("id", "r"))


def test_dates_beside_numbers_are_learned_from(seen) -> None:
    text = "day,a,y\n" + "".join(f"2024-01-{i:02},{i * 0.5},{i % 2}\n" for i in range(1, 20))
    shown = seen(text)
    assert (shown.columns[0], shown.columns[-1], shown.target) == ("day year", "a", "column 'y'")
    assert "Column 'day' holds dates" in said(shown)
    assert seen(text, ignored=("day",)).columns == ("a",)
