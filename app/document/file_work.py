"""What reads, copies and syncs files is done beside the window's thread, one piece of work after the other."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from core.errors import NetloomError, Sentence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Piece(Generic[T]):
    """`work` runs in a thread; `then` gets what it returned, or `otherwise` why it failed, in the window's thread."""

    title: Sentence | None
    work: Callable[[], T]
    then: Callable[[T], object]
    otherwise: Callable[[Sentence], object]
    stop: Callable[[], object] | None


class FileWork(QObject):
    """Does pieces of work in the order in which they were given."""

    began = Signal(object, object)
    """The `Sentence` that says what is being done, and what to call to stop it, or None."""
    ended = Signal()
    """There is nothing left to do."""
    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Piece[Any]] = deque()
        self._thread: threading.Thread | None = None
        self._done.connect(self._take)

    @property
    def is_busy(self) -> bool:
        """Whether something is being done or waits."""
        return self._thread is not None or bool(self._waiting)

    def do(
        self,
        title: Sentence | None,
        work: Callable[[], T],
        then: Callable[[T], object] = lambda _: None,
        otherwise: Callable[[Sentence], object] = lambda _: None,
        stop: Callable[[], object] | None = None,
    ) -> None:
        """Do this as soon as all that was given before is done."""
        self._waiting.append(_Piece(title, work, then, otherwise, stop))
        self._begin()

    def finish(self) -> None:
        """Wait until all is done and told. For tests, and for when the program is about to end."""
        while self._thread is not None:
            self._thread.join()
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def _begin(self) -> None:
        if self._thread is None and self._waiting:
            piece = self._waiting.popleft()
            self._thread = threading.Thread(target=self._run, args=(piece,), name="files")
            self._thread.start()
            if piece.title is not None:
                self.began.emit(piece.title, piece.stop)

    def _run(self, piece: _Piece[Any]) -> None:
        result: object = None
        problem: Sentence | None = Sentence("That failed in a way that was not foreseen.")
        try:
            result, problem = piece.work(), None
        except NetloomError as error:
            problem = error.sentence
        finally:  # whatever happens, the next piece of work is not held up
            self._done.emit(piece, result, problem)

    def _take(self, piece: _Piece[Any], result: object, problem: Sentence | None) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        if problem is None:
            piece.then(result)
        else:
            piece.otherwise(problem)
        self._begin()
        if not self.is_busy:
            self.ended.emit()
