"""One process of the engine: starting it, talking with it, and saying in words how it ended."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Qt, QTimer, Signal

import core
from core.design.model import new_id
from core.errors import Sentence
from core.training import family
from core.training.frames import Decoder, FrameError, encode
from core.training.messages import Failed, LimitMemory, Request
from core.training.streams import Output, OutputReader

OUTPUT_EVERY = 50
"""Milliseconds between two deliveries of what the user's code prints."""
OUTPUT_LIMIT = 1 << 16
"""Characters of one delivery at most; when more was printed in that time, the last of it."""


class EngineProcess(QObject):
    """`python -m core.training.worker` behind signals. Nothing here waits, but `close` at the very end.

    It starts when it is first sent something, and starts anew, with nothing in its memory, after it ended.
    """

    received = Signal(object)
    """An event of `core.training.messages`."""
    printed = Signal(object)
    """An `Output` of what the user's code prints."""
    ended = Signal(object)
    """A `Sentence` that says how. It is not said when `close` did it."""

    def __init__(self, arguments: Sequence[str] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.arguments = list(arguments)
        self._process: QProcess | None = None
        self.memory = 0
        """Bytes that it may take; 0: without a limit. See `limit_memory`."""
        self._number = 0
        self._mark = ""
        self._closed = False
        self._dying: set[QProcess] = set()
        self._decoder = Decoder()
        self._reader = OutputReader()
        self._output = bytearray()
        self._print_soon = QTimer(self, singleShot=True, interval=OUTPUT_EVERY)
        self._print_soon.timeout.connect(self._print)

    @property
    def runs(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    @property
    def process_id(self) -> int:
        """The system's number of the process; 0 if there is none."""
        return self._process.processId() if self._process is not None else 0

    def send(self, request: Request) -> None:
        """Hand over a request, starting the process if there is none; what is sent while it starts waits for it."""
        if self._closed:
            return
        if self._process is None:
            self._start()
        assert self._process is not None
        self._process.write(encode(request))

    def limit_memory(self, size: int) -> None:
        """Let it, and those that come after it, take no more memory than so many bytes."""
        self.memory = size
        if self.runs:
            self.send(LimitMemory(size))

    def kill(self, reason: Sentence) -> None:
        """End it at once, whatever it is doing. `ended` gives the reason."""
        if self._process is not None:
            process = self._let_go()
            _end_family(process.processId(), self._mark)
            process.kill()
            self.ended.emit(reason)

    def close(self, timeout: int = 2000) -> None:
        """Let it end by itself, for at most `timeout` milliseconds, then end it. Nothing is sent any more."""
        self._closed = True
        if self._process is not None:
            process = self._let_go()
            number = process.processId()
            process.closeWriteChannel()
            if not process.waitForFinished(timeout):
                process.kill()
            _end_family(number, self._mark)
        for dying in list(self._dying):
            dying.waitForFinished(1000)

    def _start(self) -> None:
        process = QProcess(self)
        self._mark = new_id()
        process.setProcessEnvironment(_environment(self._mark))
        process.setProgram(sys.executable)
        process.setArguments(["-P", "-X", "utf8", "-X", "faulthandler", "-m", "core.training.worker", *self.arguments])
        # Later, so that of what comes at the same time the text of standard error is there before events are read.
        process.readyReadStandardOutput.connect(self._read, Qt.ConnectionType.QueuedConnection)
        process.readyReadStandardError.connect(self._read_output)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail_to_start)
        self._process, self._decoder, self._reader = process, Decoder(), OutputReader()
        process.start()
        self._number = process.processId()
        if self.memory:
            process.write(encode(LimitMemory(self.memory)))

    def _let_go(self) -> QProcess:
        """Stop listening to the process, but keep it until the system has taken it away."""
        process = self._process
        assert process is not None
        self._process = None
        self._print()
        process.readyReadStandardOutput.disconnect(self._read)
        process.readyReadStandardError.disconnect(self._read_output)
        process.finished.disconnect(self._finish)
        process.errorOccurred.disconnect(self._fail_to_start)
        self._dying.add(process)
        process.finished.connect(lambda: self._bury(process))
        return process

    def _bury(self, process: QProcess) -> None:
        self._dying.discard(process)
        process.deleteLater()

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        try:
            for event in self._decoder.feed(bytes(process.readAllStandardOutput().data())):
                if isinstance(event, Failed):
                    self._print()  # a layer's last words come before those about it
                self.received.emit(event)
                if self._process is not process:
                    return  # whoever listens had it killed: the rest is of no interest
        except FrameError as error:
            self.kill(error.sentence)

    def _read_output(self) -> None:
        if self._process is not None:
            self._output += self._process.readAllStandardError().data()
            if not self._print_soon.isActive():
                self._print_soon.start()

    def _print(self) -> None:
        self._print_soon.stop()
        pieces, left_out = self._reader.read(bytes(self._output), OUTPUT_LIMIT)
        self._output.clear()
        if left_out:
            self.printed.emit(Output(self.tr("… {count} characters left out …\n").format(count=left_out)))
        for piece in pieces:
            self.printed.emit(piece)

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_output()
        if self._process is None:
            return
        _end_family(self._number, self._mark)
        self._print()
        self._process.deleteLater()
        self._process = None
        crashed = status == QProcess.ExitStatus.CrashExit
        self.ended.emit(self._crash(code) if crashed else self._exit(code))

    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            self._process.deleteLater()
            self._process = None
            template = self.tr("The engine's process could not be started ({program}): {reason}")
            self.ended.emit(Sentence(template, {"program": sys.executable, "reason": reason}))

    def _exit(self, code: int) -> Sentence:
        template = self.tr("The engine's process ended itself with code {code}, as os._exit does.")
        return Sentence(template, {"code": code})

    def _crash(self, number: int) -> Sentence:
        """`number`: that of the signal which ended it, where the system has signals."""
        match _signal_name(number):
            case "SIGKILL":
                return Sentence(self.tr("The engine's process was killed. The system does that when memory runs out."))
            case "SIGSEGV" | "SIGBUS":
                return Sentence(self.tr("The engine's process crashed: native code used memory that is not its own."))
            case "SIGABRT":
                return Sentence(self.tr("The engine's process crashed: native code gave up."))
            case name:
                return Sentence(self.tr("The engine's process was ended by {signal}."), {"signal": name})


def _environment(mark: str) -> QProcessEnvironment:
    """Ours, with the mark of the process's family. The program's folder is where Python looks first for modules."""
    environment = QProcessEnvironment.systemEnvironment()
    root = str(Path(core.__path__[0]).resolve().parent)
    paths = [root, *filter(None, environment.value("PYTHONPATH").split(os.pathsep))]
    environment.insert(family.MARK, mark)
    environment.insert("PYTHONPATH", os.pathsep.join(paths))
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        if not environment.contains(name):  # one core stays with the window
            environment.insert(name, str(max(1, (os.cpu_count() or 1) - 1)))
    return environment


def _end_family(number: int, mark: str) -> None:
    """End what the user's code started: a group of its own that the engine's process leads, and what left that."""
    if number and hasattr(os, "killpg"):
        family.end(mark, number)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(number, signal.SIGKILL)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
