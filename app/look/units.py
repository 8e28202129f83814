"""Quantities in words, with their units: memory, time, counts, work."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication


def count(number: int) -> str:
    """1797 -> "1,797"."""
    return f"{number:,}"


def of_files(done: int, total: int) -> str:
    """How far one is among files, of which it may not be known yet how many there are: "3,000 of 10,000 files"."""
    if not total:
        return QCoreApplication.translate("Units", "{count} files").format(count=count(done))
    text = QCoreApplication.translate("Units", "{count} of {all} files")
    return text.format(count=count(done), all=count(total))


def memory(size: float) -> str:
    """Bytes in the units that makers of memory use: 412000000 -> "412 MB"."""
    return _scaled(size, ("B", "kB", "MB", "GB", "TB"))


def work(flops: float) -> str:
    """Operations: 34000 -> "34 kFLOP"."""
    return _scaled(flops, ("FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"))


def short_time(seconds: float) -> str:
    """The time of a step: 6.1e-05 -> "61 µs"."""
    if seconds >= 0.9995:
        return f"{_digits(seconds)} s"
    return _scaled(seconds * 1e6, ("µs", "ms"))


def duration(seconds: float) -> str:
    """A time on a clock: 7 -> "0:07", 3725 -> "1:02:05". Without end: "–"."""
    if not math.isfinite(seconds):
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return QCoreApplication.translate("Units", "{days} days").format(days=hours // 24)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def share(part: float) -> str:
    """0.9568 -> "95.7 %". Only nothing is "0.0 %", and only all is "100.0 %"."""
    if 0 < part < 0.0005:
        return "< 0.1 %"
    return "> 99.9 %" if 0.9995 <= part < 1 else f"{part * 100:.1f} %"


def _scaled(number: float, units: tuple[str, ...]) -> str:
    for unit in units[:-1]:
        if number < 999.5:
            return f"{_digits(number)} {unit}"
        number /= 1000
    return f"{_digits(number)} {units[-1]}"


def _digits(number: float) -> str:
    """Two digits below ten, whole numbers above."""
    return f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{number:,.0f}"
