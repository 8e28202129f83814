"""Every exception Netloom raises on purpose, in one tree, and the sentences they carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence for the user. Template and values stay apart so that the window can translate the template.

    >>> str(Sentence("Linear '{name}' expects {expected} features", {"name": "fc1", "expected": 128}))
    "Linear 'fc1' expects 128 features"
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template


class NetloomError(Exception):
    """Something a person can understand and mend: where it is, what was expected, what came, what to do next."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.sentence = Sentence(template, values)
        super().__init__(str(self.sentence))


class DesignError(NetloomError):
    """An edit that cannot be made, or a design that cannot be built."""


class FileError(NetloomError):
    """A file that cannot be read or written, with its path in the sentence."""


class DataError(NetloomError):
    """Data that cannot be used as it is, with the line or column in the sentence."""


class RunError(NetloomError):
    """A run that failed on its way, with the layer and the step in the sentence."""


class UnsoundWeightsError(DesignError):
    """Weights to go on with that hold NaN or infinity, from which nothing can be learned."""


class DeviceError(NetloomError):
    """A device that is not there or cannot do what was asked."""


class CustomLayerError(NetloomError):
    """A custom layer that cannot be read, made or run, with its name and line in the sentence."""


LONGEST_TEXT = 10_000
"""Characters of an exception's text that are told."""


def text_of(error: BaseException) -> str:
    """What an exception of anybody's code says, cut where it is too long; a note where saying it fails, too."""
    try:
        text = str(error)
    except BaseException as failure:
        return f"<its text fails with {type(failure).__name__}>"
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
