"""The rooms of the engine: any of them may be loaded first, and nobody meets a Tensor without its methods."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import core as torch

CORE = Path(torch.__file__).parent
BELOW_METHODS = ("arrays", "autograd", "functions", "ops", "random", "tensors")

LOAD_EACH_FIRST = """
import sys
import numpy
from importlib import import_module
for name in sys.argv[1:]:
    for loaded in [each for each in sys.modules if each.partition(".")[0] == "core"]:
        del sys.modules[loaded]
    import_module(name)
    print(name, "core.tensors.tensor" in sys.modules and "core.methods" not in sys.modules)
"""


def modules_of(*rooms: str) -> list[str]:
    """Files and folders at the top of `core` by name, and all that is in them."""
    paths = [path for room in rooms for path in (*CORE.glob(f"{room}.py"), *CORE.glob(f"{room}/**/*.py"))]
    names = [".".join(("core", *path.relative_to(CORE).with_suffix("").parts)) for path in paths]
    return sorted({name.removesuffix(".__init__") for name in names})


def bare_after(names: list[str]) -> dict[str, bool]:
    """Whether Tensor is there without its methods when a module has been loaded before any other."""
    command = [sys.executable, "-c", LOAD_EACH_FIRST, *names]
    lines = subprocess.run(command, cwd=CORE.parent, check=True, capture_output=True, text=True).stdout.splitlines()
    return {name: bare == "True" for name, bare in map(str.split, lines)}


def test_any_module_below_the_methods_can_be_loaded_first() -> None:
    names = modules_of(*BELOW_METHODS)
    assert len(names) > 80
    found = bare_after(names)
    assert found.keys() == set(names)
    assert found["core.functions.shape"]
    assert not found["core.ops.shape"]


def test_whoever_comes_from_above_has_the_methods() -> None:
    rooms = {path.stem for path in CORE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    names = [f"core.{room}" for room in sorted(rooms - {"__init__", *BELOW_METHODS})]
    assert {"core.nn", "core.optim", "core.linalg", "core.training"} <= set(names)
    found = bare_after([*names, *modules_of("files")])
    assert [name for name, bare in found.items() if bare] == []


def test_the_face_and_a_room_below_it() -> None:
    program = "from core.random import get_rng_state; import core; print((core.ones(1) + get_rng_state()[0]).tolist())"
    ended = subprocess.run([sys.executable, "-c", program], cwd=CORE.parent, check=True, capture_output=True, text=True)
    assert ended.stdout.startswith("[")


def test_a_process_that_unpickles_a_tensor_has_its_methods() -> None:
    program = "import pickle, sys; print((pickle.load(sys.stdin.buffer) + 1).tolist())"
    command, given = [sys.executable, "-c", program], pickle.dumps(torch.tensor([1.0, 2.0]))
    ended = subprocess.run(command, cwd=CORE.parent, input=given, check=True, capture_output=True)
    assert ended.stdout.split() == b"[2.0, 3.0]".split()


def test_nothing_is_loaded_for_the_face_and_the_design() -> None:
    program = "import core, core.design.project, sys; print('numpy' in sys.modules, hasattr(core, 'no_such_name'))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=CORE.parent, check=True, capture_output=True, text=True)
    assert ended.stdout.split() == ["False", "False"]


def test_no_module_hides_what_it_needs_behind_the_face() -> None:
    modules = {found.stem for found in CORE.iterdir()}
    behind = {
        path.relative_to(CORE).as_posix(): names - modules
        for path in CORE.rglob("*.py")
        if (names := names_from_the_face(path)) - modules
    }
    # They hand the face to users' code, or to what completes it, as `torch`.
    assert behind == {"own_text.py": {"core"}, "training/completing.py": {"core"}}


def names_from_the_face(path: Path) -> set[str]:
    """What a module imports from `core` itself; `core` where it imports that whole."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {"core" for name in node.names if name.name == "core"}
        elif isinstance(node, ast.ImportFrom) and node.module == "core":
            found |= {name.name for name in node.names}
    return found
