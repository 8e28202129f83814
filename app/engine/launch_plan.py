"""Where a script that trains elsewhere lies, with all beside it, and the command line that starts it."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.5
"""Seconds between two lines of steps."""
PORT = 29500


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the script and all beside it is written, and what it is started with.

    `machines`: where there are several, each is to be given the command line of `command` by hand; `host` is the name
    of the first of them. `goes_on`: with the weights there are.
    """

    script: Path
    python: str = sys.executable
    processes: int = 1
    machines: int = 1
    host: str = ""
    goes_on: bool = False
    joint_statistics: bool = False

    def beside(self, ending: str) -> Path:
        """A file beside the script, whose name begins like its own."""
        return self.script.with_name(f"{self.script.stem}{ending}")

    @property
    def figures(self) -> Path:
        """The file that it writes its figures to."""
        return self.beside("-figures.jsonl")

    @property
    def stop(self) -> Path:
        """The file that ends it once it is there."""
        return self.beside(".stop")

    @property
    def weights(self) -> Path:
        """What it comes to."""
        return self.beside("-trained.safetensors")

    def launch(self) -> list[str]:
        """What is started on each machine."""
        if self.machines == 1 and self.processes == 1:
            first = [self.python]
        else:
            first = [self.python, "-m", "torch.distributed.run", f"--nproc_per_node={self.processes}"]
            meeting = f"--rdzv-endpoint={self.host or 'HOST'}:{PORT}"
            several = [f"--nnodes={self.machines}", "--rdzv-backend=c10d", meeting]
            first += several if self.machines > 1 else ["--standalone"]
        told = ["--figures", self.figures, "--every", EVERY, "--stop", self.stop, "--output", self.weights]
        if self.goes_on:
            told += ["--weights", self.beside("-weights.pt")]
        return [*first, str(self.script), *map(str, told), *(["--sync-batch-norm"] if self.joint_statistics else [])]

    @property
    def command(self) -> str:
        """The command line, as a shell takes it."""
        return shlex.join(self.launch())
