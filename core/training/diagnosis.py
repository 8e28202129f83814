"""Watches how a run learns, and says what is wrong once it has been so for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.design.diagnosis import Finding, is_chance, unreached
from core.design.gradient_flow import flows
from core.design.graph import layers_in_order
from core.design.model import Design, NodeId

LOOKS = 3
"""So often in a row something must be so before it is said, and be otherwise before it is taken back."""


class Doctor:
    """Told of gradients and tests as they come. `findings` are what is wrong now."""

    def __init__(self, design: Design, guess: float | None, samples: int) -> None:
        """`guess`: how often the most frequent class is right in a test of so many samples; None for regression."""
        self._design = design
        self._layers = list(layers_in_order(design))
        self._guess = guess
        self._samples = samples
        self._streaks: dict[str, _Streak] = {"vanishing": _Streak(), "chance": _Streak()}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The most telling one first."""
        return tuple(streak.told for streak in self._streaks.values() if streak.told is not None)

    def take_gradients(self, step: int, norms: Mapping[NodeId, float]) -> None:
        """The norms of the gradients of all layers that have one, at a step."""
        row = [(layer, norms[layer]) for layer in self._layers if layer in norms]
        nodes = unreached(row)
        factor = 1 / flow.share if nodes and (flow := flows(row)[nodes[0]]).share else 0.0
        self._streaks["vanishing"].take(Finding("vanishing", nodes, step, {"factor": factor}) if nodes else None)

    def take_test(self, step: int, accuracy: float | None) -> None:
        """The accuracy of the test after so many steps."""
        if accuracy is not None and self._guess is not None:
            at_chance = is_chance(accuracy, self._guess, self._samples)
            values = {"accuracy": accuracy, "guess": self._guess}
            self._streaks["chance"].take(Finding("chance", (self._design.root,), step, values) if at_chance else None)


class _Streak:
    """What has been found in a row, and what of it is told."""

    def __init__(self) -> None:
        self.told: Finding | None = None
        self._since = 0
        self._bad = self._good = 0

    def take(self, found: Finding | None) -> None:
        self._bad, self._good = (self._bad + 1, 0) if found else (0, self._good + 1)
        if found is not None:
            self._since = found.since if self._bad == 1 and self.told is None else self._since
            if self._bad >= LOOKS or self.told is not None:
                self.told = replace(found, since=self._since)
        elif self._good >= LOOKS:
            self.told = None
