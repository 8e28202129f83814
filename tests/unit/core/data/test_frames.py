"""Excel, Parquet, Arrow, NDJSON, and large text read by polars: as the same table in a .csv file is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.data import frames
from core.data.prepare import prepare
from core.data.samples import samples_of
from core.data.text_file import only_first
from core.data.unlabelled import unlabelled
from core.design.settings import DataSettings
from core.errors import DataError, FileError
from tests.unit.core.data.test_pictures import said

polars = pytest.importorskip("polars")

TABLE = {
    "length": [5.5, 7.0, 6.25, None] * 5,
    "width": [1107, 114, 2, 3] * 5,
    "wet": [True, False, False, True] * 5,
    "kind": ["rose", "tulip", "rose", "tulip"] * 5,
}
WRITE = {
    "x.parquet": lambda frame, path: frame.write_parquet(path),
    "x.arrow": lambda frame, path: frame.write_ipc(path),
    "x.feather": lambda frame, path: frame.write_ipc(path, compression="lz4"),
    "x.ndjson": lambda frame, path: frame.write_ndjson(path),
    "x.jsonl": lambda frame, path: frame.write_ndjson(path),
    "x.csv": lambda frame, path: frame.with_columns(polars.col("wet").cast(polars.Int8)).write_csv(path),
}


def sheet(rows: list[list[object]]) -> str:
    def cell(value: object) -> str:
        if value is None:
            return "<c/>"
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{lines}</sheetData></worksheet>'


def write_excel(path: Path, **sheets: list[list[object]]) -> None:
    """The least that is an Excel file."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    named = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}"><Relationship Id="r0" '
                         f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{space}" xmlns:r="{office}"><sheets>{named}</sheets>'
                         "</workbook>")  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{links}</Relationships>')
        for i, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/s{i}.xml", sheet(rows))


@pytest.mark.parametrize("name", WRITE)
def test_a_table_is_the_same_whatever_it_is_written_in(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITE[name](polars.DataFrame(TABLE), path)
    data = prepare(DataSettings(str(path), missing="mean", standardise=False))
    assert data.description.columns == ("length", "width", "wet")
    assert data.description.classes == ("rose", "tulip")
    assert dict(data.description.lines) == {"samples": 20, "names": 1}
    assert set(data.train_features[:, 1]) == {1107, 114, 2, 3}
    assert set(data.train_features[:, 2]) == {0, 1}
    assert {5.5, 7, 6.25} <= set(data.train_features[:, 0].tolist())


def test_excel(tmp_path: Path) -> None:
    pytest.importorskip("fastexcel")
    rows: list[list[object]] = [["a", "b", "kind"], *([i, i / 4, "xy"[i % 2]] for i in range(12))]
    write_excel(tmp_path / "x.xlsx", empty=[], numbers=rows)
    description = prepare(DataSettings(str(tmp_path / "x.xlsx"))).description
    assert (description.columns, description.classes) == (("a", "b"), ("x", "y"))
    assert dict(description.lines) == {"samples": 12, "names": 1}
    assert "The sheet 'numbers' is read, the only one of 2 that is." in said(description)


def test_categories_of_excel(tmp_path: Path) -> None:
    pytest.importorskip("fastexcel")
    rows: list[list[object]] = [["town", "size", "code"], *([("Rome", "Oslo")[i % 2], i / 4, i % 3] for i in range(24))]
    write_excel(tmp_path / "x.xlsx", sheet=rows)
    settings = DataSettings(str(tmp_path / "x.xlsx"), target="size", kinds=("code:one-hot",))
    description = samples_of(settings).description()
    assert description.columns == ("town=Oslo", "town=Rome", "code=0", "code=1", "code=2")
    assert [(column.name, column.guessed, column.kind) for column in description.table] == [
        ("town", "one-hot", "one-hot"), ("size", "number", "target"), ("code", "number", "one-hot")
    ]  # fmt: skip
    (tmp_path / "new.csv").write_text("code;town\n1;Rome\n2;Oslo\n")
    found = unlabelled(str(tmp_path / "new.csv"), prepare(settings).learnt)
    assert found.features.tolist() == [[0, 1, 0, 1, 0], [1, 0, 0, 0, 1]], "a text for what was learned of Excel's"


def test_missing_values_are_asked_about_with_their_lines(tmp_path: Path) -> None:
    polars.DataFrame(TABLE).write_parquet(tmp_path / "x.parquet")
    description = samples_of(DataSettings(str(tmp_path / "x.parquet"))).description()
    assert "Values are missing: line 5, column 'length'" in said(description, "question")
    description = prepare(DataSettings(str(tmp_path / "x.parquet"), missing="drop")).description
    assert dict(description.lines) == {"samples": 15, "names": 1, "incomplete": 5}


@pytest.mark.parametrize("name", [*WRITE, "x.xlsx"])
def test_damaged_files_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\3\4 no such file \0\xff" * 20)
    with pytest.raises((FileError, DataError), match=r"damaged, cut off|binary data"):
        prepare(DataSettings(str(path)))


def test_without_polars_the_command_that_installs_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"")
    monkeypatch.setattr(frames, "_polars", lambda: None)
    with pytest.raises(DataError, match=r"which is not installed\. This installs it: pip install polars fastexcel"):
        prepare(DataSettings(str(tmp_path / "x.xlsx")))


LARGE = "a,b,c\n" + "".join(f"{i / 8},{i % 7},{i * 3}\n" for i in range(300))


@pytest.mark.parametrize(
    ("text", "is_quick"),
    [
        (LARGE, True),
        (LARGE.replace(",", ";"), True),
        (LARGE.rstrip("\n"), True),
        (LARGE + "\n\n", False),
        (LARGE.replace("2.5,6,60", "2.5, 6,60"), True),
        (LARGE.replace("2.5,6,60", '2.5,"6",60'), False),
        (LARGE.replace("2.5,6,60", "# here\n2.5,6,60"), False),
    ],
)
def test_large_text_is_read_as_row_by_row(
    text: str, is_quick: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path := tmp_path / "x.csv").write_text(text)
    settings = DataSettings(str(path), standardise=False)
    slow = prepare(settings)
    monkeypatch.setattr(frames, "LARGE", 10)
    found = []
    quick_columns = frames.quick_columns

    def noted(*args: object) -> object:
        found.append(quick_columns(*args))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr("core.data.table.quick_columns", noted)
    quick = prepare(settings)
    assert (found[0] is not None) == is_quick
    np.testing.assert_array_equal(quick.train_features, slow.train_features)
    np.testing.assert_array_equal(quick.test_targets, slow.test_targets)
    assert quick.description == slow.description
    lines = (samples_of(settings).source.lines, slow.description.lines)
    assert lines[0] is not None
    assert lines[0][0] == 2


def test_a_text_in_a_large_table_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "LARGE", 10)
    (path := tmp_path / "x.csv").write_text(LARGE.replace("2.5,6,60", "2.5,six,60"))
    with pytest.raises(DataError, match=r"Line 22 of .*, column 'b': 'six' is text"):
        prepare(DataSettings(str(path)))


def test_the_first_lines_are_read_alone(tmp_path: Path) -> None:
    (path := tmp_path / "x.csv").write_text(LARGE + "this,is,never\nread")
    with only_first(21):
        assert dict(samples_of(DataSettings(str(path))).description().lines) == {"samples": 20, "names": 1}
    (path := tmp_path / "short.csv").write_text("a,b\n1,2\n3,4\n5,6\n7,8")
    with only_first(21):
        assert dict(samples_of(DataSettings(str(path))).description().lines)["samples"] == 4
