"""Containers: layers that hold layers."""

from __future__ import annotations

from core.design.catalog.base import LayerType, unchanged

SEQUENTIAL = LayerType(
    key="Sequential",
    family="container",
    icon="sequential",
    summary="Runs the layers in it one after the other, from top to bottom.",
    infer=unchanged,
    target="core.nn:Sequential",
    container=True,
    followers=("Sequential", "Linear", "Output"),
)

MODULE = LayerType(
    key="Module",
    family="container",
    icon="module",
    summary="Holds layers that you connect with wires: for branches, residual connections and several inputs.",
    infer=unchanged,
    inputs=None,
    container=True,
    followers=("Sequential", "Linear", "Output"),
)

TYPES = (SEQUENTIAL, MODULE)
