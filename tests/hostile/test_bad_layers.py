"""Layers that mean harm: each is tried while it is typed, when it is put into a network, and in a run.

Each ends in a sentence or a right run, the processes of the engine are there for the next project as if nothing had
been, and nothing that was started goes on.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.engine.questions import PATIENCE
from app.engine.run import State
from app.engine.trainer import Trainer
from core.design.model import CustomLayer
from core.design.shapes import ProbeRequest
from core.errors import Sentence
from core.training.messages import Failed, Inspect, Probe, TryCustom
from tests.hostile.bad_layers import GROUPS, PROBED, TRAINED, TYPED, BadLayer
from tests.unit.core.training.driving import custom, iris

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, limits and /proc")
LONG, SHORT = 60_000, 700
"""Milliseconds that an answer may take: any, and one that will not come."""
MEMORY = 1_500_000_000
"""Bytes that the engine may take here: what grows without end must not take all there is."""


class Bench:
    """Where layers are tried, as the window does: two processes of the engine, and what they say."""

    def __init__(self, wait: Callable[[Callable[[], bool]], object], folder: Path) -> None:
        """`wait`: comes back once what it is given holds, and raises where it never does."""
        self._wait, self.mark = wait, uuid.uuid4().hex
        self.trainer = Trainer(checkpoint_path=folder / "checkpoint.safetensors", stop_grace=200)
        self.trainer.limit_memory(MEMORY)
        self.answers: list[Any] = []
        self.failures: list[Failed] = []
        self.noticed: list[Sentence] = []
        self.printed: list[str] = []
        self.trainer.questions.settled.connect(lambda _, answer: self.answers.append(answer))
        self.trainer.failed.connect(self.failures.append)
        self.trainer.noticed.connect(self.noticed.append)
        self.trainer.output_written.connect(lambda output: self.printed.append(output.text))

    def until(self, met: Callable[[], object]) -> None:
        self._wait(lambda: bool(met()))

    def tried(self, bad: BadLayer, where: str) -> str:
        """What is said of a layer; empty where nothing is."""
        patience = SHORT if bad.words(where) == "endless loop" else LONG
        self.trainer.questions.patience = {**PATIENCE, TryCustom: patience, Probe: patience, Inspect: patience}
        return {TYPED: self.typed, PROBED: self.probed, TRAINED: self.trained}[where](bad)

    def ask(self, question: TryCustom | ProbeRequest | CustomLayer) -> str:
        """What is said against it; empty where nothing is."""
        before = len(self.answers)
        match question:
            case TryCustom():
                self.trainer.questions.ask(question)
            case ProbeRequest():
                self.trainer.questions.probe(question)
            case CustomLayer():
                self.trainer.questions.inspect(question)
        self.until(lambda: len(self.answers) > before)
        answer = self.answers[-1]
        return str(Sentence(answer.template, answer.values)) if isinstance(answer, Failed) else ""

    def typed(self, bad: BadLayer) -> str:
        return self.ask(TryCustom("Mine", self.source(bad), {}, (((None, 4), "float32"),)))

    def probed(self, bad: BadLayer) -> str:
        said = self.ask(CustomLayer("Mine", self.source(bad)))
        return said or self.ask(ProbeRequest("key", "node", "Mine", self.source(bad), {}, (((None, 4), "float32"),)))

    def trained(self, bad: BadLayer) -> str:
        """What is said of a run; one that does not end by itself is stopped, twice if need be."""
        for heard in (self.failures, self.noticed, self.printed):
            heard.clear()
        trainer = self.trainer
        trainer.start(custom(self.source(bad), epochs=2, batch_size=40))
        if bad.told == "ended in the middle":
            self.until(lambda: any("here" in text for text in self.printed))
            trainer.stop()
            self.until(lambda: self.noticed)
            trainer.stop()
        self.until(lambda: not trainer.runs.is_on)
        sentences = [Sentence(each.template, each.values) for each in self.failures] or self.noticed[1:]
        return str(sentences[0]) if sentences else ""

    def source(self, bad: BadLayer) -> str:
        return bad.source.replace("MARK", self.mark)

    def go_on(self) -> None:
        """Another project is opened: it trains as if nothing had been."""
        self.trainer.forget()
        self.trainer.checkpoint_path.unlink(missing_ok=True)
        self.failures.clear()
        self.trainer.start(iris(epochs=1))
        self.until(lambda: not self.trainer.runs.is_on)
        state, said = self.trainer.runs.state, [(each.template, each.values, each.details) for each in self.failures]
        assert (state, said) == (State.FINISHED, []), f"the next project: {state}, {said}"

    def left_over(self) -> list[Path]:
        """Processes that a layer started and that are still there."""
        return [each for each in Path("/proc").glob("[0-9]*/cmdline") if self.mark.encode() in _read(each)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(lambda met: qtbot.waitUntil(met, timeout=LONG), tmp_path)
    yield bench
    bench.trainer.close()
    assert bench.left_over() == []


@pytest.mark.parametrize("group", GROUPS)
def test_bad_layers(group: str, bench: Bench) -> None:
    wrong = []
    for bad in GROUPS[group]:
        for where in bad.where:
            print(bad.name, where)
            said, wanted = bench.tried(bad, where), bad.words(where)
            if wanted not in said or bool(said) != bool(wanted):
                wrong.append(f"{bad.name}, {where}: {said!r}, not {wanted!r}")
        if bad.spoils:
            bench.go_on()
    bench.go_on()
    assert wrong == []
