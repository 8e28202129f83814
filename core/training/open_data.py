"""The data that are open in the engine's process: read once for each state of their file, for runs and for looking."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from core.data.kinds import is_long_text
from core.data.prepare import PreparedData, prepared
from core.data.remarks import refuse_questions
from core.data.samples import limits_of, samples_of
from core.data.seen import SeenData
from core.data.survey import survey
from core.data.text_file import only_first
from core.design.data_kinds import path_of
from core.design.settings import DataSettings
from core.errors import NetloomError
from core.training.augmentation import show_augmented
from core.training.messages import (
    DataDescribed,
    DataPreviewed,
    Describe,
    Event,
    ReadSamples,
    SamplesRead,
    ShowAugmented,
    Survey,
    Surveyed,
)

PREVIEWED = 10_000
"""Lines of a large table that are shown before all are read."""


class OpenData:
    """Answers questions about data, to `send`."""

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._prepared: tuple[object, PreparedData] | None = None
        self._seen: tuple[object, SeenData] | None = None

    def prepared(self, settings: DataSettings) -> PreparedData:
        """For a run. Raises DataError where they cannot be read, or leave a question open."""
        key = (settings.as_read, _state_of_file(settings.source))
        if self._prepared is None or self._prepared[0] != key:
            with limits_of(settings):
                self._prepared = (key, prepared(samples_of(settings)))
        refuse_questions(self._prepared[1].description.remarks)
        return self._prepared[1]

    def describe(self, request: Describe) -> None:
        """Say what they are like."""
        if is_long_text(request.settings):
            self._preview(request.settings)
        samples = replace(self._looked_at(request.settings).samples, settings=request.settings)
        self._send(DataDescribed(samples.description()))

    def survey(self, request: Survey) -> None:
        """Say what is in them, class by class and feature by feature."""
        self._send(Surveyed(survey(self._looked_at(request.settings))))

    def show_augmented(self, request: ShowAugmented) -> None:
        """Show what some of the pictures are changed into."""
        self._send(show_augmented(self._looked_at(request.settings), request.settings, request.seed))

    def read_samples(self, request: ReadSamples) -> None:
        """Show some of the samples."""
        total, samples = self._looked_at(request.settings).shown(request.query)
        self._send(SamplesRead(total, samples))

    def _preview(self, settings: DataSettings) -> None:
        """Whatever is wrong with the first lines is said when all are read."""
        with suppress(NetloomError), only_first(PREVIEWED):
            self._send(DataPreviewed(samples_of(settings).description(), PREVIEWED))

    def _looked_at(self, settings: DataSettings) -> SeenData:
        """To be looked at: not scaled, and with questions left open."""
        key = (settings.as_read, _state_of_file(settings.source))
        if self._seen is None or self._seen[0] != key:
            self._seen = (key, SeenData(samples_of(settings)))
        return self._seen[1]


def _state_of_file(source: str) -> object:
    """When a file was changed and how large it is; of a folder also when the folders in it were."""
    path = path_of(source)
    try:
        inside = [item.stat().st_mtime_ns for item in path.iterdir()] if path.is_dir() else []
        found = path.stat()
    except (OSError, ValueError):  # it is not there, or nothing can be called so
        return None
    return found.st_mtime_ns, found.st_size, tuple(inside)
