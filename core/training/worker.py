"""The engine's process: `python -m core.training.worker [--checkpoint PATH]`. Frames in, frames out.

The engine is imported where it is wanted: the processes that read data for it begin by importing this module.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.training import family
from core.training.streams import flush_output

if TYPE_CHECKING:
    from core.training.channel import Inbox
    from core.training.engine import Engine

NICENESS = 10
"""The window comes first: with it a busy engine delays the window's events less."""


def main() -> None:
    """Serves requests until there are no more."""
    from core.training.channel import Inbox, Outbox, take_over_pipes, write
    from core.training.engine import Engine
    from core.training.frames import encode
    from core.training.messages import Ready

    parser = argparse.ArgumentParser(description="The engine's process. The window starts it and talks to it.")
    parser.add_argument("--checkpoint", type=Path, help="where to keep what was learnt")
    parser.add_argument("--grace", type=float, default=5.0, help="seconds left to it once the window is gone")
    parser.add_argument("--stuck", type=float, default=600.0, help="seconds native code may keep Python from running")
    arguments = parser.parse_args()
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # what a layer starts belongs to this group, and ends with it
    family.adopt_orphans()
    family.go_first()
    source, sink = take_over_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the window, which ends this
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    end_when_stuck(arguments.stuck)
    write(sink, encode(Ready(os.getpid())))  # at once: a request may keep all other threads from running
    inbox, outbox = Inbox(source, arguments.grace), Outbox(sink)
    serve(Engine(outbox.send, arguments.checkpoint, lambda: inbox.wants_end, lambda: outbox.spent), inbox)
    outbox.close()
    end_children()


def end_children() -> None:
    """Ask what the user's code started, and did not wait for, to end."""
    if hasattr(os, "killpg"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    family.end(os.environ.get(family.MARK, ""), os.getpid(), but_group=os.getpid())


def end_when_stuck(seconds: float) -> None:
    """End the process when native code has not let Python run for so long: no thread in Python could, not even the one
    that learns that the window is gone. The watch is kept by a thread of C, which this one puts off again and again."""

    def put_off() -> None:
        while True:
            faulthandler.dump_traceback_later(seconds, exit=True)
            time.sleep(seconds / 3)

    threading.Thread(target=put_off, name="watch", daemon=True).start()


def serve(engine: Engine, inbox: Inbox) -> None:
    """Answer requests, and between them make the steps of a run, until the window closes the pipe."""
    while True:
        if inbox or not engine.wants_to_step:
            request = inbox.wait()
            if request is None:
                break
            engine.answer(request)
            flush_output()
        else:
            engine.advance()
    engine.close()


if __name__ == "__main__":
    main()
