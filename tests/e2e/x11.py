"""The real program in a real X11 window, driven with mouse and keyboard.

`Screen` is an X server without a monitor (Xvfb). What is done on it goes through the server's own input events
(xdotool), so the program cannot tell it from a person. `Program` is `python main.py` on that screen; where its buttons
and layers are it says over the socket of app/window/automation.py. All waiting is for a condition, never for a time.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 1440, 900
NEEDED = ("Xvfb", "xdotool")

Answer = dict[str, Any]
Result = TypeVar("Result")


class Point(NamedTuple):
    """A pixel of the screen."""

    x: int
    y: int


def missing_programs() -> list[str]:
    """The programs that a `Screen` needs and that are not installed."""
    return [name for name in NEEDED if not shutil.which(name)]


class Screen:
    """An X server of 1440 x 900 pixels, or as many as asked for, on a free display, with one mouse and one keyboard."""

    def __init__(self, folder: Path, width: int = WIDTH, height: int = HEIGHT) -> None:
        """`folder` receives the server's frame buffer, which `picture` reads."""
        self.width, self.height = width, height
        self._frame_buffer = folder / "Xvfb_screen0"
        log = folder / "log"
        read, write = os.pipe()
        size = f"{width}x{height}x24"
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-fbdir", str(folder), "-nolisten", "tcp"]
        with log.open("wb") as output:
            self._server = subprocess.Popen([*command, "-noreset"], pass_fds=[write], stderr=output)
        os.close(write)
        with os.fdopen(read) as announced:
            number = announced.readline().strip()  # the server writes it when it is ready
        if not number:
            raise RuntimeError(f"Xvfb did not start: {log.read_text()}")
        self.display = f":{number}"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()

    def picture(self) -> QImage:
        """What the screen shows now."""
        dump = self._frame_buffer.read_bytes()
        # The header of X's window dump format, version 7: 25 big-endian words, then a name, then 12 bytes a colour.
        header = struct.unpack(">25I", dump[:100])
        start, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        pixels = dump[start + 12 * colours :]
        return QImage(pixels, width, height, line, QImage.Format.Format_RGB32).copy()

    def move(self, to: Point) -> None:
        self._do("mousemove", "--sync", to.x, to.y)

    def press(self, button: int = 1) -> None:
        self._do("mousedown", button)

    def release(self, button: int = 1) -> None:
        self._do("mouseup", button)

    def click(self, at: Point, button: int = 1, times: int = 1) -> None:
        self._do("mousemove", at.x, at.y, "click", "--repeat", times, "--delay", 20, button)

    def scroll(self, at: Point, notches: int) -> None:
        """Turn the wheel at a place; away from the person where `notches` is positive."""
        self._do("mousemove", at.x, at.y, "click", "--repeat", abs(notches), "--delay", 5, 4 if notches > 0 else 5)

    def key(self, *chords: str) -> None:
        """Press keys, such as `key("ctrl+z", "Return")`, under X's names."""
        self._do("key", *chords)

    def type(self, text: str) -> None:
        self._do("type", "--delay", 5, text)

    def adopt(self, process: int) -> None:
        """Give the window of a process the whole screen and the keyboard; there is no window manager to do it."""
        window = self._window_of(process)
        self._do("windowmove", window, 0, 0, "windowsize", window, self.width, self.height, "windowfocus", window)

    def focus(self, process: int) -> None:
        """Give the window of a process the keyboard back, as a window manager does when a dialog closes."""
        self._do("windowfocus", "--sync", self._window_of(process))

    def _window_of(self, process: int) -> str:
        return self._do("search", "--sync", "--onlyvisible", "--pid", process).split()[0]

    def _do(self, *words: object) -> str:
        command = ["xdotool", *map(str, words)]
        environment = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=30).stdout


class Program:
    """Netloom on a screen, started with the given arguments of its command line."""

    def __init__(
        self,
        screen: Screen,
        *arguments: str | Path,
        environment: Mapping[str, str] | None = None,
        fills_screen: bool = True,
    ) -> None:
        """`fills_screen`: whether its window is given the whole screen; else it lies where it opened."""
        self.screen = screen
        self._folder = tempfile.TemporaryDirectory(prefix="netloom-")  # a socket's path must be short
        self._log = Path(self._folder.name, "log")
        self._socket = socket.socket(socket.AF_UNIX)
        address = str(Path(self._folder.name, "socket"))
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "main.py", "--automation", address, *arguments],
                env={**os.environ, "DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb", **(environment or {})},
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        try:
            self.wait_until(lambda: self._connect(address), "it listens")
            self._answers = self._socket.makefile("rb")
            if fills_screen:
                self._fill_screen()
        except BaseException:
            self.close()
            raise

    def _fill_screen(self) -> None:
        self.screen.adopt(self.process.pid)
        whole = [0, 0, self.screen.width, self.screen.height]
        self.wait_until(lambda: self._rect("widget", {"name": "window"}) == whole, "it fills the screen")

    def log(self) -> str:
        """What the program wrote to its standard output and error."""
        return self._log.read_text(errors="replace")

    def ask(self, question: str, **details: object) -> Answer:
        """A question of app/window/automation.py. Raises LookupError, with the program's sentence, if there is none."""
        self._socket.sendall(json.dumps({"ask": question, **details}).encode() + b"\n")
        answer: Answer = json.loads(self._answers.readline() or b'{"error": "The program has closed the socket."}')
        if "error" in answer:
            raise LookupError(answer["error"])
        return answer

    def state(self) -> Answer:
        return self.ask("state")

    def wait_until(self, condition: Callable[[], Result], what: str, seconds: float = 15) -> Result:
        """The first true result of `condition`. LookupError counts as not yet; the program's end ends the wait."""
        end = time.monotonic() + seconds
        problem = ""
        while time.monotonic() < end:
            try:
                if result := condition():
                    return result
            except LookupError as error:
                problem = str(error)
            self._must_live(0.02, what)
        raise AssertionError(f"Waited {seconds} s in vain until {what}. {problem}\n{self.log()}")

    def wait_for(self, what: str, expected: object, seconds: float = 15) -> None:
        """Wait until an entry of the window's state has this value."""
        with_value = f"{what} is {expected!r}"
        self.wait_until(lambda: self.state()[what] == expected, with_value, seconds)

    def find(self, question: str, **details: object) -> Point:
        """The middle of what is asked for, once it is there and lies still."""
        what = f"{question} {details} is there"
        before: list[int] = []
        while (now := self.wait_until(lambda: self._rect(question, details), what)) != before:
            before = now
            self._must_live(0.05, "it lies still")  # some frames of a motion
        x, y, width, height = now
        return Point(x + width // 2, y + height // 2)

    def click(self, question: str, button: int = 1, times: int = 1, **details: object) -> None:
        self.screen.click(self.find(question, **details), button, times)

    def choose(self, *path: str) -> None:
        """An entry of the menu bar: `choose("File", "Save as…")`."""
        for text in path:
            self.click("menu", text=text)

    def drag(self, start: Point, *way: Point) -> None:
        """Press at `start`, move along the way and let go at its end. The program sees every step."""
        self.screen.move(start)
        self.screen.press()
        try:
            for before, after in zip([start, *way], way, strict=False):
                self._glide(before, after)
        finally:
            self.screen.release()

    def fill(self, name: str, text: str) -> None:
        """Replace what the field with this object name holds, and leave it with Enter."""
        self.click("widget", name=name)
        self.wait_until(lambda: self.ask("widget", name=name)["focused"], f"{name} has the keyboard")
        self.screen.key("ctrl+a")
        self.screen.type(text)
        self.screen.key("Return")

    def quit(self, seconds: float = 15) -> int:
        """Ask the program to quit like a person does, and give its exit status."""
        self.screen.key("ctrl+q")
        return self.process.wait(seconds)

    def close(self) -> None:
        """End whatever is left of it."""
        self.process.kill()
        self.process.wait()
        self._socket.close()
        self._folder.cleanup()

    def _must_live(self, seconds: float, what: str) -> None:
        """Let the program go on for a while; its end is the test's."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self.process.wait(timeout=seconds)
            raise AssertionError(f"The program ended with {code} before {what}:\n{self.log()}")

    def _connect(self, address: str) -> bool:
        try:
            self._socket.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def _rect(self, question: str, details: Mapping[str, object]) -> list[int]:
        answer = self.ask(question, **details)
        if "point" in answer:
            return [*answer["point"], 0, 0]
        return answer["rect"] if answer.get("visible", True) else []

    def _glide(self, start: Point, end: Point, steps: int = 12) -> None:
        for step in range(1, steps + 1):
            way = step / steps
            self.screen.move(Point(round(start.x + way * (end.x - start.x)), round(start.y + way * (end.y - start.y))))
            self.ask("ping")  # answered after the move was seen
