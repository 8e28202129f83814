"""Weights of classes, so that rare ones count as much as frequent ones."""

from __future__ import annotations

from core.design.settings import DataDescription


def class_weights(data: DataDescription) -> tuple[float, ...]:
    """For each class how many times as many training samples an equal share would be. Their mean over samples is 1."""
    counts = [train for train, _ in data.counts]
    present = sum(count > 0 for count in counts)
    return tuple(sum(counts) / (present * count) if count else 0.0 for count in counts)
