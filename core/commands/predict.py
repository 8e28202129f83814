"""`predict`: what a trained project says of samples, as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.commands.examined import command_line, examine_design
from core.commands.train import live_weights, sound
from core.data.samples import samples_of
from core.design import project
from core.design.data_kinds import path_of
from core.design.datasets import BUILT_IN
from core.endings import TABLE, check_ending
from core.training.devices import check_device
from core.training.loop import make_model
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
    examined = sound(examine_design(content.design, options.trust))
    settings = examined.design.settings
    device = check_device(settings.device)
    model, _ = make_model(examined.design, examined.report, live)
    source = options.data if options.data in BUILT_IN else str(path_of(options.data).absolute())
    model.module.to(device)
    found = predict(model, settings.loss, samples_of(settings.data), source, device)
    if options.output is None:
        print(found.csv(), end="")
    else:
        found.write(options.output)
        print(f"Wrote '{options.output}'.")
    return 0
