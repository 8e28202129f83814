"""Which types of layers fit what flows somewhere, before one is put there."""

from __future__ import annotations

from core.design import catalog
from core.design.catalog.base import LayerType, Misfit
from core.design.model import TensorSpec
from core.errors import Sentence


def why_not(entry: LayerType, spec: TensorSpec, source: str) -> Sentence | None:
    """Why a new layer of this type cannot take what comes from `source`; None if it can, or if nobody knows yet."""
    if entry.container or entry.family in ("custom", "input"):
        return None
    try:
        entry.infer(entry.with_defaults({}), (spec,) * (entry.inputs or 1))
    except Misfit as misfit:
        name = catalog.default_name(entry.key)
        return misfit.about(type=entry.key, name=name, first=source, source=source)
    return None
