"""What a network's weights learned from, where it still fits the network."""

from __future__ import annotations

import math

from core.data.learnt import Learnt, from_text
from core.design.shapes import Report
from core.errors import FileError
from core.training.parameters import LiveParameters


def learnt_by(live: LiveParameters) -> Learnt | None:
    """What is kept with the weights; None where nothing is, or it is damaged: then the data tell."""
    try:
        return from_text(live.learnt) if live.learnt else None
    except FileError:
        return None


def fits(learnt: Learnt, report: Report) -> bool:
    """Whether samples such as those are what the network takes, all of its inputs together."""
    shapes = []
    for entry in report.graphs[report.design.root].entries:
        spec = report.outputs[entry]
        sizes = () if spec is None else spec.shape[1:]
        if not sizes or None in sizes:
            return False
        shapes.append(tuple(size for size in sizes if size is not None))
    if len(shapes) == 1:
        return shapes[0] == learnt.shape
    return sum(map(math.prod, shapes)) == math.prod(learnt.shape)
