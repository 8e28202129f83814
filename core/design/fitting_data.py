"""Data for a network that others wrote: the program's own where they fit it as it is, else none, never others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.design.choosing_data import task_of_built_in
from core.design.datasets import BUILT_IN
from core.design.graph import inputs_of
from core.design.losses import LOSSES, default_loss
from core.design.model import Design
from core.design.settings import NO_DATA, DataDescription, DataSettings
from core.design.shapes import Facts, check
from core.errors import Sentence

SIDES = (32, 28, 64, 96, 128, 224, 227, 256, 299)
"""Pixels that pictures in public models usually have."""
CHOSEN = "Its samples may be those of '{data}': they are chosen as its data."
GUESSED = "Its layers fit samples of {shape}, which its Input is set to; choose data of your own for it."
NONE = "No data are chosen for it: none of the program's own fit it."

Shape = tuple[int, ...]


def with_fitting_data(design: Design) -> tuple[Design, Sentence]:
    """The design with data, and a shape of its Input, that its layers take without a change; and what was chosen."""
    bare = _with_source(design, NO_DATA)
    inputs = inputs_of(design, design.root)
    if len(inputs) != 1:
        return bare, Sentence(NONE, {})
    told = design[inputs[0]].options.get("shape")
    for name, dataset in BUILT_IN.items():
        if not dataset.settings and told in (None, dataset.shape):
            chosen = _with_shape(_with_source(design, name), dataset.shape)
            if not any(problem.blocks for problem in check(chosen, Facts(_described(name))).problems):
                return chosen, Sentence(CHOSEN, {"data": name})
    if told is None:
        for shape in _usual_shapes(design):
            chosen = _with_shape(bare, shape)
            if not any(problem.severity == "error" for problem in check(chosen, Facts()).problems):
                return chosen, Sentence(GUESSED, {"shape": " × ".join(map(str, shape))})
    return bare, Sentence(NONE, {})


def _usual_shapes(design: Design) -> Iterator[Shape]:
    """Of pictures with the channels that the first convolution takes, or as many numbers as the first Linear does."""
    for node in design.walk():
        channels, features = node.options.get("in_channels"), node.options.get("in_features")
        if node.type == "Conv2d" and isinstance(channels, int):
            yield from ((channels, side, side) for side in SIDES)
            return
        if node.type == "Linear" and isinstance(features, int):
            yield (features,)
            return


def _with_source(design: Design, source: str) -> Design:
    settings = replace(design.settings, data=DataSettings(source))
    if source in BUILT_IN and task_of_built_in(source) not in LOSSES[settings.loss].tasks:
        settings = replace(settings, loss=default_loss(task_of_built_in(source)))
    return replace(design, settings=settings)


def _with_shape(design: Design, shape: Shape) -> Design:
    (entry,) = inputs_of(design, design.root)
    node = design[entry]
    return design.with_nodes({entry: replace(node, options={**node.options, "shape": shape})})


def _described(name: str) -> DataDescription:
    """What is known of a dataset of the program's own before it is read."""
    dataset = BUILT_IN[name]
    count = len(dataset.classes) or 1
    return DataDescription(
        DataSettings(name), name, dataset.shape, task_of_built_in(name), dataset.classes, count, dataset.samples, 0
    )
