"""`predict`: what a trained project says of samples, as CSV."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.commands.check import problems
from core.commands.examined import Examined, command_line, examine_design
from core.commands.train import live_weights, sound
from core.data.learnt import Learnt
from core.design import project
from core.design.data_kinds import path_of
from core.design.datasets import BUILT_IN
from core.design.model import Design
from core.endings import TABLE, check_ending
from core.errors import Sentence
from core.training.devices import check_device
from core.training.known_data import learnt_by
from core.training.loop import make_model
from core.training.parameters import LiveParameters
from core.training.prediction import predict


def run(arguments: Sequence[str]) -> int:
    """Print a line for each sample, or write them. Raises NetloomError with what cannot be read or predicted."""
    parser = command_line("predict", "Say what a trained project predicts for samples, a line each, as CSV.")
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("data", metavar="DATA", help="a file, a folder, a picture or a dataset like the project's own")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the table here, to a name ending in .csv")
    options = parser.parse_args(arguments)
    if options.output is not None:
        check_ending(options.output, TABLE)
    content = project.read(options.project)
    live = live_weights(content)
    learnt, examined = _examined(content.design, options.trust, live)
    settings = examined.design.settings
    device = check_device(settings.device)
    model, _ = make_model(examined.design, examined.report, live)
    source = options.data if options.data in BUILT_IN else str(path_of(options.data).absolute())
    model.module.to(device)
    found = predict(model, settings.loss, learnt, source, device)
    for remark in found.remarks:
        print(f"netloom: {Sentence(remark.template, remark.values)}", file=sys.stderr)
    if options.output is None:
        print(found.csv(), end="")
    else:
        found.write(options.output)
        print(f"Wrote '{options.output}'.")
    return 0


def _examined(design: Design, trust: bool, live: LiveParameters) -> tuple[Learnt, Examined]:
    """What was learned from, as it is kept with the weights or else as the project's data tell, and the design."""
    learnt = learnt_by(live)
    if learnt is not None:
        description = replace(learnt.description(), settings=design.settings.data)
        examined = examine_design(design, trust, description=description)
        if not any(blocks for _, _, blocks in problems(examined)):
            return learnt, examined
    examined = sound(examine_design(design, trust))
    assert examined.data is not None
    return examined.data.learnt, examined
