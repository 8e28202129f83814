"""`train`: train a project and write what it has learned."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from core import atomic, temporary
from core.commands.check import problems, with_ways
from core.commands.course import add_course, with_course
from core.commands.data import add_data, told, with_data
from core.commands.examined import Examined, command_line, examine_design
from core.commands.exit_codes import FINE, INTERRUPTED
from core.commands.interruption import Interruption
from core.commands.progress import ProgressLine, figure
from core.design import project
from core.design.diagnosis import Finding
from core.design.model import Design
from core.design.shapes import check
from core.design.tree import tree_text
from core.endings import PROJECT, WEIGHTS, check_ending
from core.errors import DesignError, FileError, RunError
from core.training.checkpoint import read_checkpoint, write_checkpoint
from core.training.diagnosis import Doctor
from core.training.failures import failed
from core.training.loop import Tested, TrainingRun
from core.training.not_finite import NotFiniteError
from core.training.parameters import LiveParameters
from core.training.telemetry import Telemetry
from core.training.weights import save_weights


def run(arguments: Sequence[str]) -> int:
    """Train and write. Returns 0, or 130 if it was interrupted; what was learned until then is written as well.

    Raises NetloomError with what cannot be read, trained or written: RunError where the run failed on its way.
    """
    options = _parse(arguments)
    for path, known in ((options.output, WEIGHTS), (options.save, PROJECT)):
        if path is not None:
            atomic.check_writable(path)
            check_ending(path, known)
    content = project.read(options.project)
    design, data = with_data(_with_settings(content.design, options), options)
    examined = sound(examine_design(design, options.trust, data))
    assert examined.data is not None
    for sentence in (*told(examined.data.description), *_warnings(examined)):
        print(sentence)
    live = live_weights(content) if options.resume else LiveParameters()
    training = TrainingRun(examined.design, examined.report, examined.data, live)
    doctor = Doctor(training.design, training.guess, training.size_of(training.watched))
    with closing(training):
        with Interruption() as interruption:
            try:
                last = _train(training, doctor, interruption)
            except NotFiniteError:
                _write(training, examined.design, _aside(options.output), _aside(options.save))
                raise
            except BaseException:
                _write(training, examined.design, options.output, options.save)
                raise
            _write(training, examined.design, options.output, options.save)
        if interruption.happened:
            print(f"Stopped in epoch {training.epoch + 1} of {training.settings.epochs}, after {training.step} steps.")
        for tested in _results(training, last):
            print(_summary(tested, training.size_of(tested.part)))
    for sentence in _found(examined, doctor.findings):
        print(sentence)
    return INTERRUPTED if interruption.happened else FINE


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_line("train", "Train a project without a window.")
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--epochs", type=_whole(1), metavar="N", help="how often to go through the training samples")
    parser.add_argument("--device", metavar="NAME", help="cpu, cuda:0, …")
    parser.add_argument("--seed", type=_whole(0), metavar="N", help="for initial weights, order and dropout")
    parser.add_argument("--batch-size", type=_whole(1), metavar="N", help="samples for a step")
    add_course(parser)
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the weights here, to a name that ends in .safetensors, .pt, .pth or .npz",
    )
    parser.add_argument("--save", type=Path, metavar="PROJECT", help="write the project with its weights here")
    parser.add_argument("--resume", action="store_true", help="go on with the weights that are in the project")
    add_data(parser)
    return parser.parse_args(arguments)


def _whole(minimum: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum:
            raise argparse.ArgumentTypeError(f"'{text}' must be a whole number of at least {minimum}")
        return number

    return whole_number


def _with_settings(design: Design, options: argparse.Namespace) -> Design:
    """The design with the settings that were given on the command line."""
    names = ("epochs", "device", "seed", "batch_size")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return replace(design, settings=with_course(replace(design.settings, **given), options))


def sound(examined: Examined) -> Examined:
    """Raises DesignError with the first problem that stands in the way."""
    for node, sentence, blocks in problems(examined):
        if blocks:
            raise DesignError("{node}: {sentence}", node=node, sentence=sentence)
    return examined


def _warnings(examined: Examined) -> Iterator[str]:
    """What does not stand in the way, but should be known."""
    for problem in examined.report.problems:
        if problem.severity == "warning":
            yield f"Warning: {with_ways(problem)}"


def _found(examined: Examined, findings: tuple[Finding, ...]) -> Iterator[str]:
    """What is wrong with how the network learned, and what was tried against it."""
    known = {str(problem.sentence) for problem in examined.report.problems}
    for problem in check(examined.design, replace(examined.report.facts, findings=findings)).problems:
        if str(problem.sentence) not in known:
            yield f"Warning: {with_ways(problem)}"


def live_weights(content: project.Project) -> LiveParameters:
    """The weights that a project holds. Raises FileError if there are none, or they are damaged."""
    folder = _temporary_folder(temporary.prefix())
    try:
        content.extract_checkpoint(folder / "checkpoint")
        return read_checkpoint(folder / "checkpoint")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _train(training: TrainingRun, doctor: Doctor, interruption: Interruption) -> Tested | None:
    """Returns the last test, None if it was interrupted before one."""
    progress, telemetry, last = ProgressLine(training), Telemetry(training.model), None
    try:
        for event in training:
            progress.take(event)
            if isinstance(event, Tested):
                last = event
                doctor.take_gradients(event.step, telemetry.gradient_norms())
                doctor.take_test(event.step, event.accuracy)
            if interruption.happened:
                break
    except RunError:
        raise
    except (Exception, SystemExit) as error:
        told = failed("Start", error, training.design, training.model.parts)
        raise RunError(told.template, **told.values) from error
    finally:
        progress.clear()
    return last


def _aside(path: Path | None) -> Path | None:
    """Beside `path`, where the weights of a run that failed do not take the place of good ones."""
    return None if path is None else path.with_name(f"{path.stem}.last-finite{path.suffix}")


def _write(training: TrainingRun, design: Design, output: Path | None, save: Path | None) -> None:
    """Write weights and project. That one file cannot be written does not keep the other from being written."""
    if not training.step:
        return
    training.save()
    try:
        if output:
            module, live = training.model.module, training.live
            _keep(output, lambda path: save_weights(path, module, live.learnt, tree_text(design, training.report)))
    finally:
        if save:
            _keep(save, lambda path: _save_project(path, training, design))


def _keep(path: Path, write: Callable[[Path], object]) -> None:
    """Write to `path` or, if that cannot be, to a temporary folder: hours of training may be in it."""
    try:
        write(path)
    except FileError as error:
        raise _rescued(path, write, error) from None
    print(f"Wrote '{path}'.")


def _rescued(path: Path, write: Callable[[Path], object], error: FileError) -> FileError:
    """The error with where the result was kept, or as it is where that is not possible either."""
    try:
        rescue = _temporary_folder("netloom-") / path.name  # it stays
        write(rescue)
    except FileError:
        return error
    return FileError("{problem} It was kept as '{rescue}'.", problem=str(error), rescue=str(rescue))


def _temporary_folder(prefix: str) -> Path:
    """A new folder for what is on its way elsewhere. Raises FileError where none can be made."""
    try:
        return Path(tempfile.mkdtemp(prefix=prefix))
    except OSError as error:
        raise FileError("No temporary folder can be made: {reason}.", reason=error.strerror or str(error)) from None


def _save_project(path: Path, training: TrainingRun, design: Design) -> None:
    folder = _temporary_folder(temporary.prefix())
    try:
        write_checkpoint(folder / "checkpoint", training.live, training.model)
        project.write(path, design, folder / "checkpoint")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _results(training: TrainingRun, last: Tested | None) -> Iterator[Tested]:
    """The last look at the watched part; where that was not the test part, this comes now, for the first time."""
    if last is None:
        return
    yield last
    if last.part != "test":
        yield from (event for event in training.test() if isinstance(event, Tested))


def _summary(tested: Tested, size: int) -> str:
    part = tested.part.capitalize()
    if tested.accuracy is not None:
        return f"{part} accuracy: {tested.accuracy:.1%} of {size} samples"
    return f"{part} loss: {figure(tested.loss)} on {size} samples"
