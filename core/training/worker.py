"""The engine's process: `python -m core.training.worker [--checkpoint PATH]`. Frames in, frames out."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from core.training.channel import Inbox, Outbox, take_over_pipes
from core.training.engine import Engine
from core.training.messages import Ready

NICENESS = 10
"""The window comes first: with it a busy engine delays the window's events less."""


def main() -> None:
    parser = argparse.ArgumentParser(description="The engine's process. The window starts it and talks to it.")
    parser.add_argument("--checkpoint", type=Path, help="where to keep what was learnt")
    parser.add_argument("--grace", type=float, default=5.0, help="seconds left to it once the window is gone")
    arguments = parser.parse_args()
    source, sink = take_over_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is meant for the window, which ends this
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    inbox, outbox = Inbox(source, arguments.grace), Outbox(sink)
    outbox.send(Ready(os.getpid()))
    serve(Engine(outbox.send, arguments.checkpoint), inbox)
    outbox.close()


def serve(engine: Engine, inbox: Inbox) -> None:
    """Answer requests, and between them make the steps of a run, until the window closes the pipe."""
    while True:
        if inbox or not engine.wants_to_step:
            request = inbox.wait()
            if request is None:
                break
            engine.answer(request)
            sys.stdout.flush()
        else:
            engine.advance()
    engine.close()


if __name__ == "__main__":
    main()
