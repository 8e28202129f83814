"""Which of the compiled loops can be had, and how they come to be compiled.

Compiling takes seconds, so nobody waits for it: a program works with what is compiled when it first asks, and what it
lacks is compiled by another process, for the next one. What it works with never changes while it runs, so that a seed
gives the same numbers from its first step to its last.

NETLOOM_KERNELS in the environment: `off`, numpy alone; `wait`, compile here and now what is missing; `always`, as
`wait`, and use loops where they do not pay, for few numbers too, so that tests reach them.
NETLOOM_KERNELS_FOLDER: where compiled loops are kept.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

MODE = "NETLOOM_KERNELS"
FOLDER = "NETLOOM_KERNELS_FOLDER"
ROOM = "core.kernels.compiled"


@cache
def loops(name: str) -> ModuleType | None:
    """The module of compiled loops of this name; None where numpy has to do, now and as long as this process runs."""
    if os.environ.get(MODE) == "off" or find_spec("numba") is None:
        return None
    if not _mark(name).exists():
        if os.environ.get(MODE) not in ("wait", "always"):
            _compile_elsewhere()
            return None
        compile_now(name)
    try:
        return _load(name)
    except Exception as error:  # whatever a layer of the user's broke in Python, such as `print`, breaks numba
        if os.environ.get(MODE) in ("wait", "always"):
            raise
        said = f"Compiled loops ({name}) cannot be loaded, numpy does their work: {type(error).__name__}\n"
        os.write(2, said.encode())  # `print` may be what is broken
        return None


def names() -> list[str]:
    """All modules of compiled loops."""
    home = Path(__file__).parent / "compiled"
    return sorted(path.stem for path in home.glob("*.py") if path.stem not in ("__init__", "numba_kernel"))


def compile_now(name: str) -> None:
    """Compiles a module's loops and notes that it is done. Importing compiles; what is compiled already is loaded."""
    _load(name)
    _mark(name).parent.mkdir(parents=True, exist_ok=True)
    _mark(name).touch()


@cache
def folder() -> Path:
    """Where compiled loops are kept: of this version of them, for this processor."""
    given = os.environ.get(FOLDER)
    if given:
        home = Path(given)
    elif sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Netloom" / "kernels"
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches" / "netloom" / "kernels"
    else:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "netloom" / "kernels"
    return home / _fingerprint()


@cache
def _fingerprint() -> str:
    """Changes with the loops' sources, with numba, and with the processor they were compiled for."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for text in (version("numba"), version("llvmlite"), version("numpy"), sys.version, _processor(), str(__file__)):
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return "".join(dict.fromkeys(line for line in lines if line.startswith(("model name", "flags"))))


def _load(name: str) -> ModuleType:
    # Otherwise numba takes over the terminal, through colorama, and writes to it when the program ends.
    os.environ.setdefault("NUMBA_DISABLE_ERROR_MESSAGE_HIGHLIGHTING", "1")
    return import_module(f"{__name__.rpartition('.')[0]}.compiled.{name}")


def _mark(name: str) -> Path:
    return folder() / f"{name}.ready"


@cache
def _compile_elsewhere() -> None:
    """Starts a process that compiles all there is, out of everybody's way. That one compiles already it sees itself."""
    command = [sys.executable, "-m", f"{__name__.rpartition('.')[0]}.compile_all"]
    root = Path(__file__).resolve().parents[len(__name__.split(".")) - 1]
    try:
        subprocess.Popen(
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return  # a system that starts no processes has numpy
