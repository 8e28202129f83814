"""Taking other data: the Input, and where it no longer fits the loss, follow in the same step."""

from __future__ import annotations

from dataclasses import replace

from core.design import edits
from core.design.data_options import for_other_source
from core.design.datasets import BUILT_IN
from core.design.losses import LOSSES, default_loss
from core.design.model import Design
from core.design.settings import DataDescription, DataSettings


def task_of_built_in(name: str) -> str:
    """ "classification" or "regression"."""
    return "classification" if BUILT_IN[name].classes else "regression"


def take_built_in(design: Design, name: str) -> Design:
    """The design with a built-in dataset, split and standardised as its data are now."""
    settings = for_other_source(design.settings.data, name)
    return _take(design, settings, BUILT_IN[name].shape, name, task_of_built_in(name))


def take_described(design: Design, data: DataDescription) -> Design:
    """The design with data that were read. It keeps how they were understood, to read them the same way again."""
    return _take(design, data.understood or data.settings, data.shape, data.name, data.task)


def _take(design: Design, settings: DataSettings, shape: tuple[int, ...], name: str, task: str) -> Design:
    after = edits.set_data(design, settings, shape, name)
    loss = LOSSES.get(after.settings.loss)
    if loss is None or task not in loss.tasks:
        after = edits.set_settings(after, replace(after.settings, loss=default_loss(task)))
    return after
