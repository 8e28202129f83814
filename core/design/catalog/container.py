"""Containers: layers that hold layers."""

from __future__ import annotations

from core.design.catalog.base import LayerType, Option, unchanged

REPEAT = (
    Option(
        "repeat",
        "int",
        1,
        "Repeat",
        "How often the container is run, one behind another, each time with parameters of its own.",
        minimum=1,
        maximum=1000,
    ),
    Option("share_weights", "bool", False, "Share weights", "Each time with the same parameters."),
)

ACROSS = Option(
    "across",
    "bool",
    False,
    "Left to right",
    "Whether what is in it is drawn from left to right, instead of from top to bottom.",
    drawn=True,
)

SEQUENTIAL = LayerType(
    key="Sequential",
    family="container",
    icon="sequential",
    summary="Runs the layers in it one after the other, from top to bottom.",
    infer=unchanged,
    target="core.nn:Sequential",
    options=REPEAT,
    container=True,
    followers=("Sequential", "Linear", "Output"),
)

MODULE = LayerType(
    key="Module",
    family="container",
    icon="module",
    summary="Holds layers that you connect with wires: for branches, residual connections and several inputs.",
    infer=unchanged,
    options=(*REPEAT, ACROSS),
    inputs=None,
    container=True,
    followers=("Sequential", "Linear", "Output"),
)

MODULE_LIST = LayerType(
    key="ModuleList",
    family="container",
    icon="module-list",
    summary="Holds layers by number, in no order of execution: wires around it use them one by one.",
    infer=unchanged,
    target="core.nn:ModuleList",
    inputs=0,
    container=True,
)

MODULE_DICT = LayerType(
    key="ModuleDict",
    family="container",
    icon="module-dict",
    summary="Holds layers by name, in no order of execution: wires around it use them one by one.",
    infer=unchanged,
    target="core.nn:ModuleDict",
    inputs=0,
    container=True,
)

TYPES = (SEQUENTIAL, MODULE, MODULE_LIST, MODULE_DICT)
