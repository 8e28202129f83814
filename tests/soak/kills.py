"""`python -m tests.soak.kills`: the real window is edited at random, killed at random moments and started again.

Printed is, for each kill, how many of the edits that the window was told are not restored by the next start, and how
far back they reach. If that is more than a second once, or what is restored is nothing that there was, the status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

MOST = 1.0
"""Seconds of edits that may be lost."""
PATIENCE = 600.0
"""Seconds within which a window is there, and what was kept is restored, whoever else is at work here."""
SAVES = 0.01
"""How often the project is saved: once in a hundred edits."""
COMMANDS = (
    "edit.undo edit.redo edit.duplicate edit.duplicate edit.duplicate edit.delete edit.delete_join model.collapse "
    "model.wrap_sequential model.wrap_module model.dissolve model.tie model.arrange"
).split()


@dataclass(frozen=True, slots=True)
class Line:
    """What a window wrote: when, what happened ("edit", "kept", "restored"), and the digest of the design then; of
    other kinds what they tell."""

    time: float
    kind: str
    digest: str


class Running:
    """A window that edits itself, as a process of its own."""

    def __init__(self, home: Path, seed: int, layers: int = 0, module: str = "kills") -> None:
        self.log = home / f"{seed}.log"
        self.log.touch()
        names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        quiet = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
        options = ["--window", str(self.log), "--seed", str(seed), "--layers", str(layers)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.soak.{module}", *options],
            cwd=Path(__file__).parents[2],
            env={**quiet, **os.environ, **dict.fromkeys(names, str(home))},
        )

    def lines(self) -> list[Line]:
        """What it wrote up to now."""
        text = self.log.read_text()
        parts = (line.split() for line in text[: text.rfind("\n") + 1].splitlines())
        return [Line(float(moment), kind, digest) for moment, kind, digest in parts]

    def wait_for(self, kind: str, count: int = 1) -> Line:
        """The line of this kind with which there are so many."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            found = [line for line in self.lines() if line.kind == kind]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"the window that wrote {self.log} has not {kind} anything")

    def kill(self) -> float:
        """End it at once; when that was."""
        self.process.kill()
        moment = time.monotonic()
        self.process.wait()
        return moment


@dataclass(frozen=True, slots=True)
class Loss:
    """What a kill cost: edits, of how many since the window was there, and the seconds that they reach back."""

    edits: int
    of: int
    seconds: float


def loss(lines: list[Line], killed: float, restored: str) -> Loss:
    """What is missing in `restored`. Raises AssertionError where there never was such a design."""
    told = [line for line in lines if line.kind in ("edit", "restored") and line.time <= killed]
    kept = [number for number, line in enumerate(told) if line.digest == restored]
    assert kept, f"{restored} was restored, which there never was"
    missing = told[kept[-1] + 1 :]
    return Loss(len(missing), len(told) - 1, killed - missing[0].time if missing else 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, at most")
    parser.add_argument("--kills", type=float, default=float("inf"), help="how many, at most")
    parser.add_argument("--longest", type=float, default=6.0, help="seconds of edits until a kill, at most")
    parser.add_argument("--layers", type=int, default=0, help="edit a network of so many layers, not an example")
    parser.add_argument("--seed", type=int, default=secrets.randbits(30))
    parser.add_argument("--window", metavar="LOG", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.window is not None:
        edit(wanted.window, wanted.seed, wanted.layers)
        return
    begin, random, losses = time.monotonic(), Random(wanted.seed), list[Loss]()
    print(f"seed {wanted.seed}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        window = Running(Path(home), wanted.seed, wanted.layers)
        try:
            window.wait_for("restored")
            while len(losses) < wanted.kills and time.monotonic() - begin < wanted.seconds:
                time.sleep(random.uniform(0.05, wanted.longest))
                killed = window.kill()
                former, window = window, Running(Path(home), wanted.seed + len(losses) + 1, wanted.layers)
                losses.append(loss(former.lines(), killed, window.wait_for("restored").digest))
                print(f"{losses[-1].of:6,} edits, lost {losses[-1].edits}: {losses[-1].seconds:.3f} s", flush=True)
        finally:
            window.kill()
    seconds = sorted(each.seconds for each in losses) or [0.0]
    print(
        f"{len(losses)} kills in {sum(each.of for each in losses):,} edits: {sum(each.edits for each in losses)} lost, "
        f"{seconds[-1]:.3f} s at worst, {seconds[len(seconds) // 2]:.3f} s in the middle"
    )
    sys.exit(seconds[-1] > MOST)


# --- in the window ----------------------------------------------------------------------------------------------------


def edit(log: Path, seed: int, layers: int) -> None:
    """Edit until the end."""
    application, window, write = opened(log, layers)
    write("restored")
    hand = _hand(window, Random(seed))
    while application is not None:
        hand.act()
        if hand.random.random() < SAVES:
            window.files.saving.begin(mine(), over=True)
        if window.recovery._journal.last is window.document.design:
            write("kept")


def mine() -> Path:
    """The project that is saved to, and opened if it is there."""
    return Path.home() / "mine.netloom"


def opened(log: Path, layers: int = 0):  # type: ignore[no-untyped-def]
    """The application, its window, in which what was offered is restored, and what writes a line of a kind. Edits are
    written of themselves."""
    from PySide6.QtWidgets import QApplication

    from app.document.document import Document
    from app.document.settings import Preferences
    from app.look import theme
    from app.window.window import Window
    from core.design import json_form, project

    application = QApplication([sys.argv[0]])
    application.setApplicationName("netloom")
    theme.apply(application, "dark")
    document = Document(project.new().design)
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)

    def write(kind: str, told: str = "") -> None:
        if not told:
            as_read = json_form.to_json(json_form.from_json(json_form.to_json(document.design)))  # 3 is 3.0 there
            told = hashlib.blake2b(as_read.encode(), digest_size=12).hexdigest()
        os.write(descriptor, f"{time.monotonic():.6f} {kind} {told}\n".encode())

    is_there = False
    document.design_changed.connect(lambda *_: write("edit") if is_there else None)  # before anybody keeps it
    window, failed = Window(document, Preferences()), list[object]()
    window.files.failed.connect(failed.append)
    window.show()
    if layers and not mine().exists():
        project.write(mine(), _stack(layers))
    window.begin(mine() if mine().exists() else None)
    window.files.finish()
    _restore(window)
    assert not failed, str(failed[0])
    is_there = True
    return application, window, write


def _restore(window) -> None:  # type: ignore[no-untyped-def]
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QPushButton

    offered = [button for button in window.notices.findChildren(QPushButton) if button.text() == "Restore"]
    for button in offered[:1]:  # the latest; one that was killed while it restored another holds the same
        QApplication.processEvents()  # it has its place then
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        window.files.finish()
        window.recovery.finish()
    QApplication.processEvents()


def _stack(layers: int):  # type: ignore[no-untyped-def]
    from benchmarks.design import stack

    return stack(layers)[0]


def _hand(window, random: Random):  # type: ignore[no-untyped-def]
    from tests.soak.random_use import Hand

    class Editor(Hand):
        """Edits, and does nothing else."""

        def act(self) -> None:
            from PySide6.QtWidgets import QApplication

            document = self.window.document
            nodes = list(document.design.nodes)
            document.select(self.random.sample(nodes, min(len(nodes), self.random.randint(1, 3))))
            action = self.window.actions_table.by_id[self.random.choice(COMMANDS)]
            match self.random.randrange(6):
                case 0:
                    self.do_drag()
                case 1:
                    self.do_field()
                case _ if action.isEnabled():
                    action.trigger()
            self.count += 1
            QApplication.processEvents()
            self.close_what_is_open()

    return Editor(window, random)


if __name__ == "__main__":
    main()
