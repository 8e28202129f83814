"""Tables in .csv files: from lines of text to features and a target, or a sentence that names the line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from core.data.coding import Column
from core.data.frames import FrameFile, quick_columns
from core.data.layout import Layout, find_layout
from core.data.rows import RowReader
from core.data.source import Source, Table, name_of
from core.data.text_file import TextFile
from core.design.column_kinds import GROUP, LEFT_OUT, TARGET, TEXT
from core.design.data_kinds import FRAMES
from core.design.settings import ColumnSeen, DataSettings


def read_table(path: Path, settings: DataSettings) -> Source:
    """The samples of a .csv or .csv.gz file, one a line.

    What the settings do not say of how it is written is found out, see `core.data.layout`. Features come as float64
    (N, columns), NaN where one is missing that is to be filled in; categories and dates are numbered (`Source.raw`).
    The target is (N,) numbers where all of its values are, else texts; of several columns (N, k) numbers.
    Raises FileError when the file cannot be read, DataError with the line or column of what is wrong in it.
    """
    return table_of(open_text(path, settings), settings)


def open_text(path: Path, settings: DataSettings) -> TextFile:
    """The text of a table, read as the settings say."""
    if path.name.lower().endswith(tuple(FRAMES)):
        return FrameFile(path)
    return TextFile(path, settings.encoding, settings.separator, settings.comments)


def table_of(text: TextFile, settings: DataSettings) -> Source:
    """As `read_table`, of a text that is open."""
    layout = find_layout(text, settings)
    reader = RowReader(text, layout, settings)
    if (quick := quick_columns(text, layout)) is not None:
        features, target, lines = quick.features, quick.target, quick.lines
        raw = tuple(map(Column, layout.features))
    else:
        features, target, raw = reader.read(), reader.target(), reader.columns()
        lines = np.array(reader.lines)
    return Source(
        name=name_of(text.path),
        features=features,
        target=target,
        target_name=name_of_target(layout),
        columns=tuple(layout.features),
        lines=lines,
        understood=layout.understood,
        remarks=(*layout.remarks, *reader.remarks()),
        account=reader.account(used=len(lines)),
        groups=np.array(reader.groups, dtype=object) if reader.groups else None,
        targets=tuple(layout.names[place] for place in layout.targets),
        raw=raw,
        table=table_seen(layout, reader.missing_in),
    )


def name_of_target(layout: Layout) -> str:
    """What the target is called in a sentence."""
    names = [f"'{layout.names[place]}'" for place in layout.targets]
    return f"column {names[0]}" if len(names) == 1 else f"columns {', '.join(names)}"


def table_seen(layout: Layout, missing: Counter[int], text: int | None = None) -> Table:
    """What is shown of the columns of a table. missing: of each, by its place, how many values are; text: where the
    texts are that are learned from, if any are.
    """
    chosen = dict(zip(layout.kept, layout.kinds, strict=True))

    def kind(place: int) -> str:
        if place in layout.targets:
            return TARGET
        if text is not None:
            return TEXT if place == text else LEFT_OUT
        return GROUP if place == layout.group else chosen.get(place, LEFT_OUT)

    columns = (
        ColumnSeen(name, guess.kind, kind(place), missing[place], guess.examples)
        for place, (name, guess) in enumerate(zip(layout.names, layout.guessed, strict=True))
    )
    return Table(tuple(layout.names), layout.targets, tuple(columns))
