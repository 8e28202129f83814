"""`python -m tests.soak.random_use`: the real window is used at random until so many seconds have passed.

Commands, buttons, keys, wheel and drags, on examples that are opened one after the other. Once a minute, its memory and
that of the engine's processes is printed. A fault of the program, or a window that grows and grows, makes the status 1.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

EVERY = 60.0
"""Seconds between two samples of memory."""
ROOM = 300_000_000
"""Bytes by which the window may have grown from a quarter of the time to its end: history, curves, what Qt keeps."""
PROJECT = 250
"""Actions until another example is opened."""
KEYS = "abc123.,-()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--edits", type=float, default=float("inf"), help="how many actions at most")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    wanted = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            os.environ[name] = home
        os.chdir(home)
        status = use(wanted.seconds, wanted.edits, wanted.seed)
    sys.stdout.flush()
    os._exit(status)


def use(seconds: float, most: float, seed: int) -> int:
    """The exit status."""
    from PySide6.QtWidgets import QApplication

    from app.document.settings import Preferences
    from app.look import theme
    from app.window.faults import Faults
    from app.window.window import make_window

    application = QApplication([sys.argv[0]])
    theme.apply(application, "dark")
    faults, told = Faults(), []
    faults.watch()
    faults.happened.connect(told.append)
    window = make_window(Preferences())
    window.show()
    window.begin(None)
    hand, sizes, begin, sampled = Hand(window, Random(seed)), list[int](), time.monotonic(), 0.0
    print(f"seed {seed}")
    while time.monotonic() - begin < seconds and hand.count < most:
        hand.act()
        if time.monotonic() - sampled > EVERY:
            sampled = time.monotonic()
            sizes.append(memory_of(os.getpid()))
            engines = [memory_of(pid) >> 20 for pid in children()]
            print(
                f"{sampled - begin:6.0f} s  {hand.count:,} actions  {sizes[-1] >> 20} MB  engines {engines} MB",
                flush=True,
            )
    window._close_now()
    application.processEvents()
    grown = sizes[-1] - sizes[len(sizes) // 4]
    print(f"{hand.count:,} actions, {len(told)} faults, the window grew by {grown >> 20} MB; {dict(hand.done)}")
    return 1 if told or grown > ROOM else 0


class Hand:
    """Does one thing after the other, whatever it may be."""

    def __init__(self, window, random: Random) -> None:  # type: ignore[no-untyped-def]
        from PySide6.QtCore import QTimer

        self.window, self.random = window, random
        self.count, self.done = 0, Counter[str]()
        self.closing = QTimer(window, interval=200)  # what waits for an answer has an event loop of its own
        self.closing.timeout.connect(self.close_what_is_open)
        self.closing.start()

    def act(self) -> None:
        """Do something, and let the window go on for a moment."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        if self.count % PROJECT == 0:
            self.open_example()
        kind = self.random.choices(("command", "drag", "wheel", "keys", "button", "field"), (5, 4, 1, 3, 2, 2))[0]
        self.done[kind] += 1
        self.count += 1
        getattr(self, f"do_{kind}")()
        QApplication.processEvents()
        if self.random.random() < 0.1:
            QTest.qWait(self.random.choice((1, 30, 200)))
        self.close_what_is_open()

    def open_example(self) -> None:
        """Another project, whatever is unsaved."""
        import resources
        from app.widgets.committed_field import CommittedField

        for field in self.window.findChildren(CommittedField):
            if field.is_open and not field.settle():
                field.give_up()  # as with Esc: what cannot be taken would keep the next one from being opened
        self.window.document._saved = self.window.document.design
        self.window.recovery.note_saved()
        self.window.files.open_example(self.random.choice(sorted(resources.folder("examples").glob("*.netloom"))))

    def do_command(self) -> None:
        action = self.random.choice(
            [each for name, each in self.window.actions_table.by_id.items() if name != "file.quit"]
        )
        if action.isEnabled():
            action.trigger()

    def do_drag(self) -> None:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        canvas, left = self.window.canvas, Qt.MouseButton.LeftButton
        places = [QPoint(self.random.randrange(canvas.width()), self.random.randrange(canvas.height())) for _ in "abc"]
        QTest.mousePress(canvas, left, Qt.KeyboardModifier.NoModifier, places[0])
        if self.random.random() < 0.6:
            for place in places[1:]:
                QTest.mouseMove(canvas, place)
        QTest.mouseRelease(canvas, left, Qt.KeyboardModifier.NoModifier, places[-1])
        if self.random.random() < 0.2:
            QTest.mouseDClick(canvas, left, Qt.KeyboardModifier.NoModifier, places[-1])

    def do_wheel(self) -> None:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        canvas = self.window.canvas
        at = QPointF(self.random.randrange(canvas.width()), self.random.randrange(canvas.height()))
        keys = self.random.choice((Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier))
        turned = QPoint(0, self.random.choice((-120, 120)))
        event = QWheelEvent(
            at,
            canvas.mapToGlobal(at),
            QPoint(),
            turned,
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas, event)

    def do_keys(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        widget = QApplication.focusWidget() or self.window.canvas
        key = Qt.Key
        if self.random.random() < 0.5:
            QTest.keyClicks(widget, "".join(self.random.choices(KEYS, k=3)))
        else:
            keys = (key.Key_Return, key.Key_Escape, key.Key_Tab, key.Key_Delete, key.Key_Up, key.Key_Down, key.Key_Left)
            QTest.keyClick(widget, self.random.choice(keys))

    def do_button(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QAbstractButton

        found = [each for each in self.window.findChildren(QAbstractButton) if each.isVisible() and each.isEnabled()]
        if found:
            QTest.mouseClick(self.random.choice(found), Qt.MouseButton.LeftButton)

    def do_field(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QComboBox, QLineEdit, QTabBar

        kinds = (QLineEdit, QComboBox, QTabBar)
        found = [
            each for kind in kinds for each in self.window.findChildren(kind) if each.isVisible() and each.isEnabled()
        ]
        match self.random.choice(found):
            case QTabBar() as tabs:
                tabs.setCurrentIndex(self.random.randrange(max(tabs.count(), 1)))
            case QComboBox() as box if not box.isEditable() and box.count():
                row = self.random.randrange(box.count())
                if box.model().index(row, box.modelColumn()).flags() & Qt.ItemFlag.ItemIsEnabled:
                    box.setCurrentIndex(row)
                    box.activated.emit(row)
            case widget:
                widget.setFocus()
                QTest.keyClicks(widget, str(self.random.randrange(1, 100)))

    def close_what_is_open(self) -> None:
        """Popups and dialogs: now and then one stays for a while.

        Later, as a question asked meanwhile would keep this, and with it the timer that calls it, from going on.
        """
        from PySide6.QtCore import Qt, QTimer
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
        from shiboken6 import Shiboken

        def later(widget: QDialog, do: Callable[[], object]) -> None:
            """Unless the dialog is gone by then, or behind a question where no hand reaches it."""

            def now() -> None:
                if Shiboken.isValid(widget) and QApplication.activeModalWidget() in (None, widget):
                    do()

            QTimer.singleShot(0, now)

        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        modal = QApplication.activeModalWidget()
        for widget in [modal] if modal else QApplication.topLevelWidgets():
            if isinstance(widget, QMessageBox) and widget.isVisible():
                later(widget, self.random.choice(widget.buttons()).click)
            elif isinstance(widget, QDialog) and widget.isVisible() and self.random.random() < 0.3:
                key = self.random.choice((Qt.Key.Key_Escape, Qt.Key.Key_Return, None))
                later(widget, partial(QTest.keyClick, widget, key) if key else widget.reject)
        if not self.window.isVisible():
            self.window.show()


def memory_of(pid: int) -> int:
    """Bytes of memory that a process has in use; 0 once it is gone."""
    try:
        pages = int(Path("/proc", str(pid), "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def children() -> list[int]:
    """The processes of the engine."""
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


if __name__ == "__main__":
    main()
