"""What samples are like as a whole: their classes, what is repeated, and the values of each feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.remarks import class_remarks
from core.data.seen import SeenData
from core.design.seen_data import PARTS, DataSurvey, FeatureFigures
from core.design.settings import Remark

MOST_FEATURES = 256
MOST_CLASSES = 1000
BINS = 48
IMBALANCE = 5
"""So many times as many samples of one class as of another make a network prefer it."""
FENCE = 3.0
"""Outlying is what lies farther from the middle half of the values than this many times its width (Tukey's outer
fences), and farther than as many deviations, since the middle half may have no width."""
_NAMED = 5


def survey(seen: SeenData) -> DataSurvey:
    """Look at all samples. What is found is bounded, however many there are."""
    values, trained = seen.looked_at
    figures = [feature_figures(name, each, trained) for name, each in _features(seen)]
    features = (*figures, *_targets(seen))
    sizes = np.bincount(seen.parts, minlength=len(PARTS)).tolist()
    return DataSurvey(
        kind=seen.kind,
        sizes=tuple(sizes),
        classes=tuple(_classes(seen))[:MOST_CLASSES],
        columns=_names(seen)[:MOST_FEATURES],
        features=features,
        feature_count=_count(seen),
        looked_at=len(values),
        repeated=int(np.sum(seen.repeated >= 0)),
        remarks=tuple(_remarks(seen, figures)),
    )


def feature_figures(
    name: str, values: NDArray[Any], trained: NDArray[np.bool_], is_target: bool = False
) -> FeatureFigures:
    """values: (N, …) of one feature, as many as there are in each sample; trained: (N,) bool."""
    learnt = values[trained]
    flat = values.reshape(-1).astype(np.float64)
    low, high = np.percentile(flat, (25, 75))
    margin = FENCE * max(high - low, float(flat.std()))
    fences = float(low - margin), float(high + margin)
    least, greatest = float(flat.min()), float(flat.max())
    counts, _ = np.histogram(flat, BINS, (least, greatest) if greatest > least else (least - 0.5, least + 0.5))
    return FeatureFigures(
        name=name,
        mean=float(flat.mean()),
        std=float(flat.std()),
        least=least,
        greatest=greatest,
        counts=tuple(counts.tolist()),
        low_fence=fences[0],
        high_fence=fences[1],
        outlying=int(np.sum((flat < fences[0]) | (flat > fences[1]))),
        constant=bool((learnt == learnt.reshape(-1)[0]).all()),
        is_target=is_target,
    )


def _names(seen: SeenData) -> tuple[str, ...]:
    """Of the features that are looked at by themselves."""
    source, shape = seen.source, seen.source.features.shape[1:]
    if seen.kind == "texts":
        return ("length",)
    if seen.kind == "pictures":
        return ("grey",) if shape[0] == 1 else ("red", "green", "blue")
    if source.columns and len(source.columns) == shape[-1]:
        return source.columns
    if seen.kind == "curves":
        return tuple(f"channel {at}" for at in range(shape[0]))
    return tuple(f"value {at}" for at in range(shape[0])) if len(shape) == 1 else ("values",)


def _count(seen: SeenData) -> int:
    return len(_names(seen))


def _features(seen: SeenData) -> Iterator[tuple[str, NDArray[Any]]]:
    """Each of the first features, by its name, (N, …)."""
    features, names = seen.looked_at[0], _names(seen)[:MOST_FEATURES]
    if seen.kind == "texts":
        yield names[0], seen.lengths()
    elif names == ("values",):
        yield names[0], features
    else:
        by_last = seen.source.per_column or features.ndim == 2
        for at, name in enumerate(names):
            yield name, features[..., at] if by_last else features[:, at]


def _targets(seen: SeenData) -> Iterator[FeatureFigures]:
    """Numbers that are to be predicted."""
    target = seen.target
    if target.classes:
        return
    for at in range(min(target.values.shape[1], MOST_FEATURES)):
        name = seen.source.target_name if target.values.shape[1] == 1 else f"{seen.source.target_name} {at}"
        yield feature_figures(name, target.values[:, at], seen.samples.trained, is_target=True)


def _classes(seen: SeenData) -> Iterator[tuple[str, tuple[int, int, int]]]:
    classes = seen.target.classes
    if classes:
        each = [np.bincount(seen.target.values[seen.parts == part], minlength=len(classes)) for part in range(3)]
        for name, train, valid, test in zip(classes, *each, strict=True):
            yield name, (int(train), int(valid), int(test))


def _remarks(seen: SeenData, figures: list[FeatureFigures]) -> Iterator[Remark]:
    yield from class_remarks(seen.target, seen.samples.trained, seen.samples.tested)
    yield from _imbalance(seen)
    yield from _repetitions(seen)
    if constant := [feature.name for feature in figures if feature.constant]:
        sentence = "The same for all training samples, so that nothing can be learned from it: {names}."
        yield Remark(sentence, {"names": _listed(constant)}, kind="warning")
    outlying = sorted((each for each in figures if each.outlying), key=lambda each: -each.outlying)
    if outlying and seen.kind != "pictures":
        sentence = "Values far from all others: {names}. Look whether they are mistakes."
        yield Remark(sentence, {"names": _listed([f"{each.name} ({each.outlying})" for each in outlying])})
    if seen.kind == "pictures" and (blank := int(np.sum(seen.deviations == 0))):
        yield Remark("Pictures of a single colour: {count}.", {"count": blank}, kind="warning")


def _imbalance(seen: SeenData) -> Iterator[Remark]:
    train = [(sizes[0], name) for name, sizes in _classes(seen) if sizes[0]]
    if len(train) > 1 and max(train)[0] >= IMBALANCE * min(train)[0]:
        (least, rare), (most, frequent) = min(train), max(train)
        yield Remark(
            "The classes differ in size: '{frequent}' has {most} training samples, '{rare}' {least}. A network that "
            "always says '{frequent}' looks good.",
            {"frequent": frequent, "most": most, "rare": rare, "least": least}, kind="warning",
        )  # fmt: skip


def _repetitions(seen: SeenData) -> Iterator[Remark]:
    again = np.flatnonzero(seen.repeated >= 0)
    if again.size:
        values, place = seen.target.values, seen.source.place
        others = int(np.sum((values[again] != values[seen.repeated[again]]).reshape(len(again), -1).any(axis=1)))
        places = [f"{place(int(at))} = {place(int(seen.repeated[at]))}" for at in again[:_NAMED]]
        sentence = (
            "Samples kept back that are also in the training part, so that a test says too much: {count} ({places})."
        )
        if others:
            sentence += " With another label there: {others}."
        yield Remark(sentence, {"count": len(again), "places": ", ".join(places), "others": others}, kind="warning")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f", and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
