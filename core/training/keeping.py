"""What a run keeps of itself besides its end: checkpoints every so many steps, and the weights that tested best."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core import private
from core.errors import FileError
from core.network import Key
from core.tensors.tensor import Tensor
from core.training.checkpoint import write_checkpoint
from core.training.loop import TrainingRun
from core.training.parameters import LiveParameters

MOST = 100
"""Checkpoints of a run. When there are more, every second one goes, and they are written half as often."""
BEST, LAST = "best.safetensors", "last.safetensors"
"""Weights of the step that tested best, and, where the run ends with these, of its last step."""


class Keeper:
    """Of one run, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thinned = 1
        self._latest = 0

    def keep_step(self, run: TrainingRun) -> None:
        """Write a checkpoint if it is time for one, from which the run can go on. Raises FileError."""
        every = run.settings.course.checkpoint_every * self._thinned
        if not every or run.step % every or run.step == self._latest:
            return
        self._latest = run.step
        run.save()
        if run.step == self._latest:  # else it went back, to numbers that are finite
            self._put(step_name(run.step), run.live, run)
            self._thin_out()

    def _thin_out(self) -> None:
        kept = sorted(self._folder.glob("step-*.safetensors"))
        if len(kept) > MOST:
            for path in kept[::2]:
                path.unlink(missing_ok=True)
            self._thinned *= 2

    def keep_end(self, run: TrainingRun) -> None:
        """Write which weights tested best, and which were the last where the best are at the run's end. Raises
        FileError."""
        if (best := run.course.best) is not None and best[1]:
            self._put_weights(BEST, run, best[1], best[0])
        if run.course.last:
            self._put_weights(LAST, run, run.course.last, run.step)

    def _put_weights(self, name: str, run: TrainingRun, weights: Mapping[Key, Tensor], step: int) -> None:
        before = run.live.steps - run.step
        self._put(name, LiveParameters(tensors=dict(weights), seed=run.settings.seed, steps=before + step), run)

    def _put(self, name: str, live: LiveParameters, run: TrainingRun) -> None:
        try:
            private.make_folder(self._folder)
        except OSError as error:
            template = "The checkpoints of the run cannot be kept in '{path}': {reason}."
            raise FileError(template, path=str(self._folder), reason=error.strerror or str(error)) from error
        write_checkpoint(self._folder / name, live, run.model)


def step_name(step: int) -> str:
    """How the checkpoint of a step is called, so that names sort as steps do."""
    return f"step-{step:09}.safetensors"
