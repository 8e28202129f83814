"""An engine driven by hand, and designs for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from core.design import catalog, edits
from core.design.json_form import to_json
from core.design.model import CustomLayer, Design
from core.design.settings import DataSettings, Settings
from core.training.engine import Engine
from core.training.messages import Event, Request, RunState, Start
from tests.unit.core.design.drawing import stack

E = TypeVar("E")

MLP = ("Flatten", ("Linear", {"out_features": 32}), "ReLU", "Dropout", ("Linear", {"out_features": 10}))


def mlp(**settings: Any) -> Design:
    """Flatten, Linear to 32, ReLU, Dropout, Linear to 10, for the digits."""
    return replace(stack(*MLP), settings=Settings(**settings))


def iris(*layers: Any, **settings: Any) -> Design:
    """For three kinds of flowers by four numbers: 120 samples to learn from, quick to train."""
    design = stack(*(layers or (("Linear", {"out_features": 3}),)), shape=(4,))
    return replace(design, settings=Settings(data=DataSettings("iris"), **settings))


def diabetes(**settings: Any) -> Design:
    """A number to predict from ten."""
    design = stack(("Linear", {"out_features": 1}), shape=(10,))
    return replace(design, settings=Settings(data=DataSettings("diabetes"), loss="MSELoss", **settings))


def custom(source: str, name: str = "Mine", **settings: Any) -> Design:
    """A custom layer in front of a Linear, on the flowers."""
    plain = iris()
    design = replace(plain, customs={name: CustomLayer(name, source)})
    net = next(node for node in plain.walk() if node.name == "net")
    design = edits.insert(design, catalog.new(name, "mine"), net.id, index=0)
    return replace(design, settings=replace(plain.settings, **settings))


class Driven:
    """`ask` and `run` return what the engine sent since the last call."""

    def __init__(self, checkpoint: Path | None = None) -> None:
        self._events: list[Event] = []
        self.engine = Engine(self._events.append, checkpoint)

    def ask(self, request: Request) -> list[Event]:
        self.engine.answer(request)
        return self._take()

    def step(self, count: int = 1) -> list[Event]:
        for _ in range(count):
            self.engine.advance()
        return self._take()

    def run(self) -> list[Event]:
        """Until there is nothing left to do."""
        while self.engine.wants_to_step:
            self.engine.advance()
        return self._take()

    def train(self, design: Design, run: int = 1) -> list[Event]:
        return self.ask(Start(to_json(design), run)) + self.run()

    def _take(self) -> list[Event]:
        taken = self._events[:]
        self._events.clear()
        return taken


def of(kind: type[E], events: list[Event]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def the(kind: type[E], events: list[Event]) -> E:
    """The only event of a kind."""
    (event,) = of(kind, events)
    return event


def states(events: list[Event]) -> list[str]:
    return [event.state for event in of(RunState, events)]
