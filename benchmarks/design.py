"""An edit with its shape check, on designs of 1,000 and 5,000 layers: `python -m benchmarks.design`."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from core.design import catalog, edits, json_form, shapes
from core.design.model import Design, Fragment, Node, NodeId, Wire
from core.design.settings import DataDescription, DataSettings

DIGITS = DataDescription(DataSettings(), "digits", (1, 8, 8), "classification", tuple("0123456789"), 10, 1437, 360)
FACTS = shapes.Facts(DIGITS)
ROUNDS = 30


def start() -> Design:
    """An Input wired to an empty Sequential."""
    design = Design({"root": Node("root", "Module", "project")}, "root")
    made, net = catalog.new("Input", "digits", {"shape": (1, 8, 8)}), catalog.new("Sequential", "net")
    design = edits.insert(design, made, "root")
    return edits.insert_after(design, net, made.roots[0])


def stack(count: int) -> tuple[Design, NodeId]:
    """A design of one Sequential with `count` layers, and the id of a Linear in its first tenth."""
    keys = ["Flatten", *(("Linear", "ReLU")[number % 2] for number in range(count - 2)), "Linear"]
    made = [catalog.new(key, f"layer{number}") for number, key in enumerate(keys)]
    nodes = {root: fragment.nodes[root] for fragment in made for root in fragment.roots}
    design = start()
    design = edits.insert(design, Fragment(nodes, tuple(nodes)), design["root"].children[1])
    design = edits.set_options(design, [made[-1].roots[0]], {"out_features": 10})
    return design, made[count // 10 | 1].roots[0]


def graph(count: int) -> tuple[Design, NodeId]:
    """Residual blocks in one Module container: a Linear and an Add in turn; and the id of a Linear."""
    design = start()
    source, _ = design["root"].children
    last = source
    nodes: dict[NodeId, Node] = {}
    wires: list[Wire] = []
    for number in range(count // 2):
        linear, add = Node(f"l{number}", "Linear", f"l{number}"), Node(f"a{number}", "Add", f"a{number}")
        nodes |= {linear.id: linear, add.id: add}
        wires += [Wire(last, linear.id), Wire(linear.id, add.id), Wire(last, add.id, 1)]
        last = add.id
    design = edits.set_options(design, [source], {"shape": (64,)})
    root = Node("root", "Module", "project", children=(source, *nodes), wires=tuple(wires))
    return Design({source: design[source], **nodes, "root": root}, "root"), "l7"


def nest(depth: int) -> tuple[Design, NodeId]:
    """A Linear in Sequentials in one another, each with a ReLU too."""
    design = start()
    inner = catalog.new("Linear")
    child, nodes = inner.roots[0], dict(inner.nodes)
    for level in range(depth):
        relu, holder = f"r{level}", f"s{level}"
        nodes[relu] = Node(relu, "ReLU", "relu")
        nodes[holder] = Node(holder, "Sequential", "level", children=(relu, child))
        child = holder
    design = edits.insert(design, Fragment(nodes, (child,)), design["root"].children[1])
    return design, inner.roots[0]


def milliseconds(action: Callable[[int], object]) -> float:
    """The median time of an action, which is told the number of the round."""
    times = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        action(number)
        times.append(time.perf_counter() - begun)
    return 1000 * median(times)


def measure(title: str, design: Design, linear: NodeId) -> None:
    container = design.parents[linear]
    report = shapes.check(design, FACTS)
    other = edits.set_options(design, [linear], {"out_features": 100})

    def edit(number: int) -> Design:
        return edits.set_options(design, [linear], {"out_features": 100 + number})

    def insert(_: int) -> Design:
        return edits.insert(design, catalog.new("Dropout"), container, 1)

    print(title)
    print(f"  edit an option                     {milliseconds(edit):8.2f}")
    print(f"  check after it                     {milliseconds(lambda _: shapes.check(other, FACTS, report)):8.2f}")
    print(f"  edit and check                     {milliseconds(lambda n: shapes.check(edit(n), FACTS, report)):8.2f}")
    print(f"  insert a layer and check           {milliseconds(lambda n: shapes.check(insert(n), FACTS, report)):8.2f}")
    print(f"  check from scratch                 {milliseconds(lambda _: shapes.check(design, FACTS)):8.2f}")
    print(f"  write as JSON                      {milliseconds(lambda _: json_form.to_json(design)):8.2f}")
    print(f"  read from JSON                     {milliseconds(reader(design)):8.2f}")


def reader(design: Design) -> Callable[[int], object]:
    text = json_form.to_json(design)
    return lambda _: json_form.from_json(text)


def main() -> None:
    print("designs, median milliseconds")
    for count in (1000, 5000):
        measure(f"{count:,} layers in a Sequential", *stack(count))
        measure(f"{count:,} layers in a Module, residual", *graph(count))
    measure("1,000 layers, 500 containers deep", *nest(500))


if __name__ == "__main__":
    main()
