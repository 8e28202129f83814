"""Words of the catalog in the user's language, and figures with their units."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.look import units
from app.look.sentences import tr
from core.design.model import TensorSpec


def catalog_text(text: str) -> str:
    """A summary, label or help of the catalog."""
    return QCoreApplication.translate("Catalog", text)


def shape_text(spec: TensorSpec | None) -> str:
    """What flows along a wire, or that it is not known."""
    return tr("not known yet") if spec is None else str(spec)


def flops_text(flops: int) -> str:
    """Work for one sample: "34 kFLOP a sample"."""
    return tr("{work} a sample").format(work=units.work(flops))


def parameters_text(number: int, is_all: bool = True) -> str:
    """How many parameters there are, and the memory they take as 32-bit numbers: "17,226 · 69 kB"."""
    if not number:
        return tr("none") if is_all else tr("not known yet")
    text = f"{units.count(number)} · {units.memory(4 * number)}"
    return text if is_all else tr("at least {count}").format(count=text)
