"""The first samples as texts, so that a person sees how a file was understood."""

from __future__ import annotations

from core.data.source import Source
from core.data.target import Target

ROWS = 8
COLUMNS = 40


def first_rows(source: Source, target: Target) -> tuple[tuple[str, ...], ...]:
    """Features of the first samples, then their target. Empty where a sample is no row, or a very long one."""
    if source.features.ndim != 2 or source.features.shape[1] > COLUMNS:
        return ()
    samples = range(min(ROWS, len(source.features)))
    return tuple((*(f"{value:.6g}" for value in source.features[i]), _target_text(target, i)) for i in samples)


def _target_text(target: Target, index: int) -> str:
    if target.classes:
        return target.classes[int(target.values[index])]
    return ", ".join(f"{value:.6g}" for value in target.values[index])
