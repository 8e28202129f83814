"""The engine's process by itself: frames in, frames out, and an end when nobody listens any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.design.json_form import to_json
from core.training import family
from core.training.frames import Decoder, encode
from core.training.messages import Event, Pause, Progress, Ready, Request, RunState, Start
from tests.unit.core.training.driving import custom, iris

WORKER = [sys.executable, "-m", "core.training.worker"]

STUCK = """
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        while len(x) > 2:
            pass
        return x
"""


STUCK_IN_C = """
import ctypes
from pathlib import Path
from torch import nn

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2:
            while not Path("HEARD").exists():
                pass
            ctypes.PyDLL(None).pause()  # unlike CDLL it keeps all of Python from running
        return x
"""


class Worker:
    """A process of its own, talked to as the window does."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen([*WORKER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._decoder = Decoder()

    def say(self, request: Request) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode(request))
        self.process.stdin.flush()

    def hear(self, kind: type) -> Event:
        """The next event of a kind."""
        while True:
            for event in self._decoder.feed(os.read(self.process.stdout.fileno(), 1 << 16)):  # type: ignore[union-attr]
                if isinstance(event, kind):
                    return event  # type: ignore[return-value]

    def hang_up(self) -> int:
        """Close the pipe, as the system does when the window dies, and return how the process ended."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(100)


@pytest.fixture
def worker(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Worker]:
    """Its parameters: seconds to end by itself, and those that native code may keep Python from running."""
    grace, stuck = getattr(request, "param", ("90", "100"))  # it is nice: on a busy computer it comes late
    worker = Worker("--checkpoint", str(tmp_path / "checkpoint.safetensors"), "--grace", grace, "--stuck", stuck)
    with worker.process:
        yield worker
        worker.process.kill()


def test_it_says_when_it_is_up_and_is_nice(worker: Worker) -> None:
    assert worker.hear(Ready) == Ready(worker.process.pid)
    assert os.getpriority(os.PRIO_PROCESS, worker.process.pid) >= 10
    assert worker.hang_up() == 0


def test_when_the_window_dies_in_the_middle_of_a_run_what_was_learnt_is_kept(worker: Worker, tmp_path: Path) -> None:
    worker.say(Start(to_json(iris(epochs=100_000)), 1))
    while worker.hear(Progress).step == 0:  # type: ignore[attr-defined]
        pass
    assert worker.hang_up() == 0
    assert (tmp_path / "checkpoint.safetensors").stat().st_size > 0


@pytest.mark.parametrize(
    ("source", "worker"),
    [(STUCK, ("3", "100")), (STUCK_IN_C, ("3", "1"))],
    ids=["in Python", "in C"],
    indirect=["worker"],
)
def test_a_layer_that_never_comes_back_does_not_outlive_the_window(worker: Worker, source: str, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    worker.say(Start(to_json(custom(source.replace("HEARD", str(heard)))), 1))
    assert worker.hear(RunState) == RunState(1, "running")
    heard.touch()  # not before: what is stuck in C keeps the news from going out
    assert worker.hang_up() in (1, -signal.SIGKILL)


STARTS_ANOTHER = """
import subprocess, sys
from pathlib import Path
from torch import nn

CHILD = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
Path("HEARD").write_text(str(CHILD.pid))

class Mine(nn.Module):
    def forward(self, x):
        return x
"""


def test_what_a_layer_started_ends_with_the_process(worker: Worker, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    worker.say(Start(to_json(custom(STARTS_ANOTHER.replace("HEARD", str(heard)))), 1))
    assert worker.hear(RunState) == RunState(1, "running")
    child = int(heard.read_text())
    os.kill(child, 0)
    assert worker.hang_up() == 0
    ends = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and "\nState:\tZ" not in Path(f"/proc/{child}/status").read_text():
        assert time.monotonic() < ends


LEAVES = """
import os, subprocess, sys
from pathlib import Path
from torch import nn

CHILD = (
    "import os, time; from pathlib import Path\\n"
    "if os.fork(): os._exit(0)\\n"
    "os.setsid()\\n"
    "Path('HEARD').write_text(str(os.getpid()))\\n"
    "time.sleep(600)"
)

class Mine(nn.Module):
    def forward(self, x):
        if len(x) > 2 and not Path("HEARD").exists():
            subprocess.run([sys.executable, "-c", CHILD], env=ENVIRONMENT)
            while not Path("HEARD").exists() or not Path("HEARD").read_text():
                pass
        return x
"""


@pytest.mark.skipif(sys.platform != "linux", reason="walks over /proc")
@pytest.mark.parametrize("environment", ["None", "{}"])
def test_what_left_the_group_and_was_orphaned_ends_too(worker: Worker, tmp_path: Path, environment: str) -> None:
    heard = tmp_path / "heard"
    worker.say(Start(to_json(custom(LEAVES.replace("HEARD", str(heard)).replace("ENVIRONMENT", environment))), 1))
    assert worker.hear(RunState) == RunState(1, "running")
    worker.hear(Progress)
    child = int(heard.read_text())
    worker.hang_up()
    ends = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and "\nState:\tZ" not in Path(f"/proc/{child}/status").read_text():
        assert time.monotonic() < ends


@pytest.mark.skipif(sys.platform != "linux", reason="walks over /proc")
def test_a_family_is_found_by_its_mark() -> None:
    """The engine's process is gone, and its orphans are anybody's."""
    code = "import os, time\nif os.fork(): os._exit(0)\nos.setsid()\ntime.sleep(600)"
    subprocess.run([sys.executable, "-c", code], env={family.MARK: "abc"}, check=True)
    assert len(family.members("abc", 0)) == 1
    assert not family.members("abcd", 0)
    family.end("abc", 0)
    assert not family.members("abc", 0)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_goes_first_when_memory_runs_out(worker: Worker) -> None:
    ready = worker.hear(Ready)
    assert int(Path(f"/proc/{ready.process}/oom_score_adj").read_text()) >= 600  # type: ignore[attr-defined]


def test_ctrl_c_in_the_terminal_is_left_to_the_window(worker: Worker) -> None:
    worker.hear(Ready)
    worker.process.send_signal(signal.SIGINT)
    worker.say(Start(to_json(iris(epochs=100_000)), 1))
    worker.say(Pause())
    assert worker.hear(RunState) == RunState(1, "running")
    assert worker.hear(RunState) == RunState(1, "paused")
    assert worker.hang_up() == 0
