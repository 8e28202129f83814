"""Functions that squeeze numbers between bounds, or pull them towards zero."""

from __future__ import annotations

from dataclasses import replace

from core.design.catalog.activation import INPLACE, activation, infer_between, slope
from core.design.catalog.base import Option

WIDTH = slope("lambd", 0.5, "Width", "Numbers no farther than this from zero become zero.")


TYPES = (
    activation("Sigmoid", "sigmoid", "Squeezes every number to between 0 and 1."),
    activation("Tanh", "tanh", "Squeezes every number to between -1 and 1."),
    replace(
        activation("Hardsigmoid", "hardsigmoid", "A sigmoid made of straight pieces: quick.", INPLACE, rare=True),
        text=lambda options: "",
    ),
    replace(
        activation(
            "Hardtanh",
            "hardtanh",
            "Cuts numbers off at two bounds.",
            Option("min_val", "float", -1.0, label="Lower bound", help="Smaller numbers become this one."),
            Option("max_val", "float", 1.0, label="Upper bound", help="Larger numbers become this one."),
            INPLACE,
            rare=True,
        ),
        infer=infer_between,
    ),
    activation("Softsign", "softsign", "Squeezes every number to between -1 and 1, more slowly than Tanh.", rare=True),
    activation("LogSigmoid", "log-sigmoid", "The logarithm of a sigmoid: never above zero.", rare=True),
    activation("Tanhshrink", "tanhshrink", "What Tanh takes away from a number: nothing near zero.", rare=True),
    replace(
        activation("Softshrink", "softshrink", "Pulls every number towards zero by a width.", WIDTH, rare=True),
        text=lambda options: str(options["lambd"]),
    ),
    replace(
        activation("Hardshrink", "hardshrink", "Makes numbers near zero zero and keeps the others.", WIDTH, rare=True),
        text=lambda options: str(options["lambd"]),
    ),
)
