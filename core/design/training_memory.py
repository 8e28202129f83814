"""How much memory training a design takes, as far as the design itself tells."""

from __future__ import annotations

import math

from core.design.losses import options_of
from core.design.optimisers import OPTIMISERS
from core.design.settings import Settings
from core.design.shapes import Report

FLOAT = 4
"""Bytes of a float32."""


def training_memory(report: Report) -> int:
    """Bytes for parameters, their gradients, the optimiser's state, and what the layers give for one batch.

    Parameters that are not trained have no gradient and no state. What flows between layers counts twice, as its
    gradient comes back. The engine's own needs are not in it.
    """
    settings = report.design.settings
    parameters = report.parameter_count() + _trained(report) * (1 + _states(settings))
    return FLOAT * (parameters + 2 * report.total_activations * settings.batch_size)


def _trained(report: Report) -> int:
    """How many parameters are trained; what twins share counts once."""
    design = report.design.as_it_runs
    owned = {design.owner(node): shapes for node, shapes in report.parameters.items()}
    return sum(
        math.prod(shape)
        for node, shapes in owned.items()
        for name, shape in shapes.items()
        if name not in design[node].frozen
    )


def _states(settings: Settings) -> int:
    """How many numbers the optimiser remembers of each parameter."""
    options = options_of(settings)
    asked_for = sum(bool(options.get(name)) for name in ("momentum", "amsgrad", "centered"))
    return OPTIMISERS[settings.optimiser].states + asked_for
