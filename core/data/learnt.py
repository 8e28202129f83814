"""What training made of data: how they were read, and every constant found out from its training part.

It is kept with the weights, so that a network sees new samples as it saw those it learned from, also when the file it
learned from has changed or is gone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.coding import Coding
from core.data.scaling import Scaling
from core.design.column_kinds import KINDS
from core.design.data_options import LARGEST_FILL
from core.design.json_form import data_from_json, data_to_json
from core.design.json_reader import Reader, parse
from core.design.settings import DataDescription, DataSettings, Values
from core.errors import FileError

MOST = 2**20
"""Numbers, classes, categories and tokens together that are kept."""
_MOST_AXES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """`settings`, with all that was found out; the `shape` of a sample; `task`, `classes`, the `target` as a sentence
    calls it and the names of several `targets`, as `core.design.settings.DataDescription` has them.

    `features` and `goals` are the scalings of samples and targets. `columns`: all of the table, and where among them
    its targets are (`places`); `codings`: what became of each; `vocabulary`: the tokens of texts. `named`: whether
    samples are files of pictures. `sizes`: samples for training, validation and test.
    """

    settings: DataSettings
    name: str
    shape: tuple[int, ...]
    task: str
    classes: tuple[str, ...]
    width: int
    target: str
    features: Scaling
    goals: Scaling
    sizes: tuple[int, int, int]
    values: Values
    targets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    codings: tuple[Coding, ...] = ()
    vocabulary: tuple[str, ...] = ()
    named: bool = False

    @property
    def names_of_targets(self) -> tuple[str, ...]:
        """What each of the numbers to be predicted is called."""
        if len(self.targets) == self.width:
            return self.targets
        name = self.target.removeprefix("column ").removeprefix("array ").strip("'")
        return (name,) if self.width == 1 else tuple(f"{name} {at}" for at in range(self.width))

    def description(self) -> DataDescription:
        """What is known of the data, without any sample to look at."""
        sizes = tuple(coding.size for coding in self.codings for _ in coding.names)
        itself = self.settings.task == "autoencoder"
        return DataDescription(
            settings=self.settings,
            name=self.name,
            shape=self.shape,
            task=self.task,
            classes=self.classes,
            targets=self.width,
            train_size=self.sizes[0],
            valid_size=self.sizes[1],
            test_size=self.sizes[2],
            columns=tuple(name for coding in self.codings for name in coding.names),
            target=self.target,
            understood=self.settings,
            values=self.values,
            target_shape=self.shape if itself and len(self.shape) > 1 else (),
            index_sizes=sizes if any(sizes) else (),
        )


def to_text(learnt: Learnt) -> str:
    """As JSON; empty where it is too much to be kept beside the weights."""
    kept = learnt.features.mean.size + learnt.goals.mean.size + len(learnt.classes) + len(learnt.vocabulary)
    if kept + sum(len(coding.categories) for coding in learnt.codings) > MOST:
        return ""
    plain: dict[str, object] = {
        "settings": json.loads(data_to_json(learnt.settings)),
        **{name: getattr(learnt, name) for name in _PLAIN},
        "features": _plain_scaling(learnt.features),
        "goals": _plain_scaling(learnt.goals),
        "values": asdict(learnt.values),
        "codings": [_plain_coding(coding) for coding in learnt.codings],
    }
    return json.dumps(plain, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace").decode()


def from_text(text: str) -> Learnt:
    """What `to_text` wrote. Raises FileError, with the place of what is wrong."""
    fields = parse(text).record(("settings", *_READERS), tuple(_READERS_LATER))
    read = {name: (_READERS | _READERS_LATER)[name](field) for name, field in fields.items() if name != "settings"}
    learnt = Learnt(data_from_json(json.dumps(fields["settings"].value)), **read)  # type: ignore[arg-type]
    features, goals = (fields[name] for name in ("features", "goals"))
    if learnt.features.mean.size not in (1, learnt.shape[-1]) or learnt.features.mean.ndim > 1:
        raise features.refuse("a number, or one for each column")
    if learnt.goals.mean.size not in (1, learnt.width, learnt.shape[-1]):
        raise goals.refuse("a number, or one for each target")
    if learnt.classes and learnt.width != len(learnt.classes):
        raise fields["width"].refuse("as many as there are classes")
    if learnt.places and max(learnt.places) >= len(learnt.columns):
        raise fields["places"].refuse("places of columns")
    if learnt.codings and sum(len(coding.names) for coding in learnt.codings) != learnt.shape[-1]:
        raise fields["codings"].refuse("what gives as many columns as a sample has")
    return learnt


def metadata_of(text: str) -> dict[str, str]:
    """What goes with weights that are handed on, of a text that `to_text` wrote: all of it as `data`, without the path
    of the file and the user's own code, and apart `classes`, `columns` and `normalisation`, as JSON. Of a text that is
    damaged, nothing: weights are written all the same.
    """
    try:
        learnt = from_text(text)
    except FileError:
        return {}
    source = Path(learnt.settings.source).name
    handed_on = replace(learnt, settings=replace(learnt.settings, source=source, code=""))
    plain: dict[str, object] = {
        "classes": learnt.classes,
        "columns": [name for coding in learnt.codings for name in coding.names],
        "normalisation": {"features": _plain_scaling(learnt.features), "targets": _plain_scaling(learnt.goals)},
    }
    return {"data": to_text(handed_on)} | {
        name: json.dumps(value, ensure_ascii=False) for name, value in plain.items() if value
    }


def _plain_scaling(scaling: Scaling) -> dict[str, object]:
    return {"mean": scaling.mean.tolist(), "scale": scaling.scale.tolist()}


def _plain_coding(coding: Coding) -> dict[str, object]:
    """What is as in a column of numbers is left out."""
    default = Coding("")
    return {name: value for name, value in asdict(coding).items() if value != getattr(default, name)}


def _read_scaling(reader: Reader) -> Scaling:
    fields = reader.record(("mean", "scale"))
    mean, scale = (_numbers(fields[name]) for name in ("mean", "scale"))
    if mean.shape != scale.shape or not (scale > 0).all():
        raise reader.refuse("a mean, and a scale above 0, of each column")
    return Scaling(mean, scale)


def _numbers(reader: Reader) -> NDArray[np.float64]:
    if isinstance(reader.value, list):
        return np.array([item.number() for item in reader.items()], np.float64)
    return np.array(reader.number(), np.float64)


def _read_values(reader: Reader) -> Values:
    fields = reader.record(("whole", "least", "greatest"))
    return Values(fields["whole"].flag(), fields["least"].number(), fields["greatest"].number())


def _read_coding(reader: Reader) -> Coding:
    fields = reader.record(("name",), ("kind", "categories", "has_time", "fill", "blank"))
    given: dict[str, Any] = {"name": fields["name"].text()}
    if "kind" in fields:
        given["kind"] = fields["kind"].text()
        if given["kind"] not in KINDS:
            raise fields["kind"].refuse(f"one of {', '.join(KINDS)}")
    if "categories" in fields:
        given["categories"] = _texts(fields["categories"])
    if "has_time" in fields:
        given["has_time"] = fields["has_time"].flag()
    for name in ("fill", "blank"):
        if name in fields and fields[name].value is not None:
            given[name] = fields[name].number()
            if abs(given[name]) > LARGEST_FILL:
                raise fields[name].refuse(f"a number of at most {LARGEST_FILL:g}")
    return Coding(**given)


def _texts(reader: Reader) -> tuple[str, ...]:
    return tuple(map(Reader.text, reader.items()))


def _places(reader: Reader) -> tuple[int, ...]:
    return tuple(item.whole(0) for item in reader.items())


def _read_shape(reader: Reader) -> tuple[int, ...]:
    shape = tuple(item.whole(1) for item in reader.items())
    if not 1 <= len(shape) <= _MOST_AXES or math.prod(shape) > 2**31:
        raise reader.refuse("the shape of a sample")
    return shape


def _read_sizes(reader: Reader) -> tuple[int, ...]:
    sizes = _places(reader)
    if len(sizes) != 3:
        raise reader.refuse("samples for training, validation and test")
    return sizes


def _read_task(reader: Reader) -> str:
    if (task := reader.text()) not in ("classification", "regression"):
        raise reader.refuse("classification or regression")
    return task


_READERS: dict[str, Callable[[Reader], object]] = {
    "name": Reader.text,
    "shape": _read_shape,
    "task": _read_task,
    "classes": _texts,
    "width": lambda reader: reader.whole(0),
    "target": Reader.text,
    "features": _read_scaling,
    "goals": _read_scaling,
    "sizes": _read_sizes,
    "values": _read_values,
}
_READERS_LATER: dict[str, Callable[[Reader], object]] = {
    "targets": _texts,
    "columns": _texts,
    "places": _places,
    "codings": lambda reader: tuple(map(_read_coding, reader.items())),
    "vocabulary": _texts,
    "named": Reader.flag,
}
_PLAIN = [name for name in (*_READERS, *_READERS_LATER) if name not in ("features", "goals", "values", "codings")]
