"""A person draws a network, trains it on the digits, looks inside, saves, closes, opens, and has the same accuracy."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.x11 import Point, Program

Start = Callable[..., Program]


def drag_in(program: Program, layer: str, target: Point) -> None:
    """Drag a layer from the palette, found there by typing its name, to a place on the canvas."""
    program.click("widget", name="palette.search")
    program.screen.key("ctrl+a")
    program.screen.type(layer)
    program.wait_until(lambda: program.ask("widget", name="palette.search")["text"] == layer, f"{layer} is typed")
    program.drag(program.find("palette", type=layer), target)


def drop(program: Program, layer: str, container: str, index: int) -> None:
    """Drag a layer from the palette to a slot of a container."""
    count = len(program.state()["tree"].splitlines())
    drag_in(program, layer, program.find("slot", container=container, index=index))
    program.wait_until(lambda: len(program.state()["tree"].splitlines()) > count, f"{layer} is in {container}")


def empty_place(program: Program) -> Point:
    x, y, width, height = program.ask("widget", name="canvas")["rect"]
    return Point(x + width // 12, y + height - 40)


def fit(program: Program, layer: str) -> None:
    """Bring the whole design into view, with this layer in it, and wait until it lies still."""
    program.screen.key("Home")
    program.ask("ping")
    program.find("node", name=layer)


def draw(program: Program) -> None:
    """Four layers in a Sequential, that in another container, and a Linear after it."""
    drag_in(program, "Sequential", empty_place(program))
    program.wait_until(lambda: program.ask("node", name="sequential"), "there is a second Sequential")
    fit(program, "sequential")
    for index, layer in enumerate(["Flatten", "Linear", "ReLU", "Dropout"]):
        drop(program, layer, "sequential", index)
    fit(program, "sequential")
    x, y, _, _ = program.ask("node", name="sequential")["rect"]
    program.drag(Point(x + 40, y + 12), program.find("slot", container="net", index=0))
    program.wait_until(lambda: "net.sequential" in program.state()["shapes"], "the block is in the net")
    drop(program, "Linear", "net", 1)


def open_inspector_of(program: Program, layer: str, tab: str) -> None:
    program.click("node", name=layer)
    program.wait_for("selection", [layer.rpartition(".")[2]])
    program.click("tab", text=tab)


def inspected(program: Program) -> dict[str, list[str]]:
    """The figures of each parameter in the inspector's table."""
    return program.state()["parameters"]


def choose_file(program: Program, keys: str, path: Path) -> None:
    """Type a path into the file dialog that a command opens."""
    program.screen.key(keys)
    program.fill("fileNameEdit", str(path))
    program.wait_until(lambda: not is_open(program, "fileNameEdit"), "the file dialog has closed")
    program.screen.focus(program.process.pid)


def is_open(program: Program, name: str) -> bool:
    try:
        return bool(program.ask("widget", name=name)["visible"])
    except LookupError:
        return False


def save_as(program: Program, keys: str, path: Path) -> None:
    choose_file(program, keys, path)
    program.wait_until(path.exists, f"{path.name} is written")


def accuracy_now(program: Program) -> str:
    """What a test of the present weights on all test samples says."""
    program.choose("Train", "Test now")
    pattern = r"Test accuracy [\d.]+ %, loss \S+"
    return program.wait_until(lambda: re.search(pattern, program.state()["status"]), "it was tested")[0]


def test_draw_train_look_inside_save_and_come_back(start: Start, tmp_path: Path) -> None:
    program = start()
    program.wait_for("context", "digits-mlp")
    program.screen.key("ctrl+n")
    program.wait_for("context", "untitled")
    draw(program)

    # Type 128 into the hidden Linear, 10 into the last, and every shape downstream follows.
    open_inspector_of(program, "linear", "Layer")
    program.fill("inspector.option.out_features", "128")
    program.wait_until(lambda: program.state()["shapes"].get("net.sequential.dropout") == "N × 128", "shapes follow")
    assert program.state()["shapes"]["net.sequential"] == "N × 128"
    open_inspector_of(program, "net.linear", "Layer")
    program.click("button", text="Set to 10")
    program.wait_until(lambda: not program.state()["problems"], "the repair has mended the last problem")
    assert program.state()["shapes"]["net"] == "N × 10"

    # Train, and look inside while it runs: curves, the gradient of each layer, a parameter as numbers and histograms.
    program.click("tab", text="Training")
    program.fill("settings.epochs", "5000")
    program.click("widget", name="run.start")
    program.wait_for("run", "running")
    open_inspector_of(program, "net.sequential.linear", "Parameters")
    before = program.wait_until(lambda: inspected(program).get("weight"), "the weights are shown")
    program.wait_until(lambda: inspected(program)["weight"] != before, "the weights move")
    program.wait_until(lambda: "train loss" in program.state()["curves"], "the loss is drawn")
    first = program.state()["curves"]["train loss"]
    program.wait_until(lambda: program.state()["curves"]["train loss"] < first / 2, "the loss falls")

    # Pause, change the design, start again: the layers that were not touched keep what they learnt.
    program.click("widget", name="run.pause")
    program.wait_for("run", "paused")
    still = inspected(program)["weight"]
    open_inspector_of(program, "net.sequential.dropout", "Layer")
    program.fill("inspector.option.p", "0.2")
    program.click("tab", text="Training")
    program.fill("settings.epochs", "3")
    open_inspector_of(program, "net.sequential.linear", "Parameters")
    assert inspected(program)["weight"] == still
    program.click("widget", name="run.start")
    program.wait_for("run", "finished")
    assert program.state()["curves"]["test accuracy"] > 0.9  # how far it came before the pause depends on the machine

    # Save the weights and the project, close, open, load, and get the same accuracy.
    accuracy = accuracy_now(program)
    save_as(program, "ctrl+alt+s", tmp_path / "mine.safetensors")
    save_as(program, "ctrl+s", tmp_path / "mine.netloom")
    program.wait_for("title", "mine[*] — Netloom")
    program.wait_for("modified", False)
    assert program.quit() == 0

    program = start(tmp_path / "mine.netloom")
    program.wait_for("title", "mine[*] — Netloom")
    assert accuracy_now(program) == accuracy
    program.choose("Train", "Draw new initial weights")
    program.wait_until(lambda: accuracy_now(program) != accuracy, "the weights are fresh")
    choose_file(program, "ctrl+alt+o", tmp_path / "mine.safetensors")
    program.click("widget", name="load_weights.load")
    program.wait_until(lambda: accuracy_now(program) == accuracy, "the weights are loaded")
    program.screen.key("ctrl+q")
    program.click("button", text="Discard")
    assert program.process.wait(15) == 0
