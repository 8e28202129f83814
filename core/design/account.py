"""What became of each line of a text of data, in a sentence."""

from __future__ import annotations

from core.design.settings import DataDescription
from core.errors import Sentence

_LEFT_OUT = {
    "names": "{count} with the names of the columns",
    "instructions": "{count} with an instruction",
    "comments": "{count} with comments",
    "blank": "{count} without values",
    "continued": "{count} that go on with the line before",
    "incomplete": "{count} with missing values",
    "broken": "{count} that cannot be read",
    "others": "{count} of other kinds",
}


def account(data: DataDescription) -> Sentence:
    """ "Of 154 lines, 150 are samples; left out: 1 with the names of the columns, 3 with missing values." """
    (kind, used), *others = data.lines
    lines = sum(count for _, count in data.lines)
    left_out = ", ".join(_LEFT_OUT[name].format(count=f"{count:,}") for name, count in others)
    values = {"lines": f"{lines:,}", "used": f"{used:,}", "left_out": left_out}
    what, used_as = {"pictures": ("files", "samples"), "rows": ("lines", "rows")}.get(kind, ("lines", "samples"))
    end = "; left out: {left_out}." if left_out else "."
    return Sentence(f"Of {{lines}} {what}, {{used}} are {used_as}{end}", values)
