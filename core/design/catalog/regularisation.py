"""Layers that make learning by heart harder."""

from __future__ import annotations

from core.design.catalog.activation import INPLACE
from core.design.catalog.base import LayerType, Option, elementwise

TYPES = (
    LayerType(
        key="Dropout",
        family="regularisation",
        icon="dropout",
        summary="While training, makes random numbers zero, so that no unit relies on a single other one.",
        infer=elementwise,
        options=(
            Option(
                "p",
                "float",
                0.5,
                label="Probability",
                minimum=0,
                maximum=1,
                help="The share of numbers that become zero in each training step.",
            ),
            INPLACE,
        ),
        telling=lambda options: f"p = {options['p']}",
        target="core.nn:Dropout",
        followers=("Linear", "ReLU"),
    ),
)
