"""The first rows, as they are shown to a person."""

from pathlib import Path

import numpy as np

from core.data.prepare import prepare
from core.design.settings import DataSettings


def test_rows_hold_the_values_of_the_file_and_the_class(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("length,width,species\n" + "5.1,0.25,rose\n7,1e6,tulip\n" * 6)
    description = prepare(DataSettings(str(path))).description
    assert description.rows[:2] == (("5.1", "0.25", "rose"), ("7", "1e+06", "tulip"))
    assert len(description.rows) == 8
    assert description.columns == ("length", "width")
    assert description.target == "column 'species'"


def test_rows_of_numbers_to_predict(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("".join(f"{i},{i * 0.5 + 0.25}\n" for i in range(20)))
    assert prepare(DataSettings(str(path), task="regression")).description.rows[1] == ("1", "0.75")


def test_pictures_have_no_rows(tmp_path: Path) -> None:
    np.savez(tmp_path / "pictures.npz", x=np.zeros((20, 1, 4, 4)), y=np.arange(20) % 2)
    assert prepare(DataSettings(str(tmp_path / "pictures.npz"))).description.rows == ()
