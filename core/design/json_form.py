"""A design as JSON text: what a project file and the messages to the engine's process hold.

    {"format": "netloom-design", "version": 1, "root": id, "nodes": [...], "customs": [...], "settings": {...}}

A node has `id`, `type` and `name`, and where they differ from a new node's: `options`, `children` (ids), `wires`
([source, target], [source, target, input] or [source, target, input, output]), `position` ([x, y]), `collapsed`,
`frozen` (names), `tie`, `bypassed`, `frame` (an id).

Reading is strict and changes nothing until all of it is known to be sound: text, plain values, checked parts, a design,
and at last its invariants.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace

from core.design import catalog
from core.design.augmentation import AMOUNTS
from core.design.catalog.base import KINDS
from core.design.column_kinds import KINDS as COLUMN_KINDS
from core.design.column_kinds import is_kind
from core.design.data_options import DATA_OPTIONS, LARGEST_FILL, LARGEST_SIDE, DataOption
from core.design.graph import outputs_of
from core.design.invariants import check_invariants
from core.design.json_reader import Reader, parse
from core.design.model import FARTHEST, MARKS, CustomLayer, Design, Node, NodeId, Value, Wire
from core.design.settings import MOST_EPOCHS, MOST_SAMPLES, Course, DataSettings, Settings
from core.design.unfolding import repeats
from core.errors import DesignError, FileError

_ALWAYS_WRITTEN = ("source", "target", "header", "task", "test_fraction", "split_seed", "standardise")
FORMAT, VERSION = "netloom-design", 7


def to_json(design: Design) -> str:
    """The design as text, a node a line."""
    head = {"format": FORMAT, "version": _version(design), "root": design.root}
    parts = {
        "nodes": lines(plain_node(node) for node in design.walk()),
        "customs": lines(plain_custom(custom) for custom in design.customs.values()),
        "settings": _dump(plain_settings(design.settings)),
    }
    if design.initialisers:
        plain = ({"name": name, "source": source} for name, source in design.initialisers.items())
        parts["initialisers"] = lines(plain)
    return _dump(head)[:-1] + "".join(f',\n"{name}": {text}' for name, text in parts.items()) + "}\n"


def _version(design: Design) -> int:
    """The first version that knows all that is in the design."""
    data = design.settings.data
    if any(node.type in MARKS or node.frame or node.is_across for node in design.nodes.values()):
        return 7
    if any(node.bypassed or repeats(node) > 1 for node in design.nodes.values()):
        return 6
    if data.targets or data.kinds or data.date_order or data.fill_value or data.missing in ("frequent", "value"):
        return 5
    if design.settings.course != Course():
        return 4
    if any(_has_several_outputs(design, node) for node in design.nodes.values()):
        return 3
    return 2 if design.initialisers or design.settings.keeps_seed else 1


def _has_several_outputs(design: Design, node: Node) -> bool:
    """Whether something in a container leaves by another than the first output, or has one."""
    return any(wire.output for wire in node.wires) or len(outputs_of(design, node.id)) > 1


def from_json(text: str) -> Design:
    """The design that `to_json` wrote. Raises `FileError`, which says where the text is wrong and what was expected."""
    fields = open_format(parse(text), FORMAT, VERSION, "a design").record(
        ("format", "version", "root", "nodes", "customs", "settings"), ("initialisers",)
    )
    nodes = read_nodes(fields["nodes"])
    settings, customs = _read_settings(fields["settings"]), read_customs(fields["customs"])
    root = fields["root"].text()
    if root not in nodes:
        raise fields["root"].refuse("the id of a node")
    initialisers = _read_initialisers(fields["initialisers"]) if "initialisers" in fields else {}
    design = Design(nodes, root, customs, settings, initialisers)
    try:
        check_invariants(design)
    except DesignError as error:
        raise FileError(error.sentence.template, **error.sentence.values) from None
    return design


def open_format(reader: Reader, name: str, version: int, what: str) -> Reader:
    """The reader of a whole file, once it is known that it is of this format and not of a newer version."""
    fields = reader.fields() if isinstance(reader.value, dict) else {}
    if "format" not in fields or fields["format"].value != name:
        raise FileError("This is not {what} of Netloom.", what=what)
    if "version" not in fields or fields["version"].whole(1) > version:
        raise FileError("This is {what} of a newer version of Netloom.", what=what)
    return reader


def _dump(value: object) -> str:
    """As a text that every file can hold: halves of characters, as in names of files from elsewhere, are escaped."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace").decode()


def lines(values: Iterable[object]) -> str:
    """A JSON list with a member a line."""
    return "[" + ",".join("\n" + _dump(value) for value in values) + "]"


def plain_node(node: Node) -> dict[str, object]:
    """A node as plain values; what is as in a new node is left out."""
    plain: dict[str, object] = {"id": node.id, "type": node.type, "name": node.name}
    rest = {
        "options": dict(node.options),
        "children": node.children,
        "wires": [plain_wire(wire) for wire in node.wires],
        "position": node.position,
        "collapsed": node.collapsed,
        "frozen": sorted(node.frozen),
        "tie": node.tie,
        "bypassed": node.bypassed,
        "frame": node.frame,
    }
    return plain | {name: value for name, value in rest.items() if value}


def plain_wire(wire: Wire) -> list[object]:
    """A wire as plain values: [source, target], with the input and the output where one is not the first."""
    if wire.output:
        return [wire.source, wire.target, wire.input, wire.output]
    return [wire.source, wire.target, wire.input] if wire.input else [wire.source, wire.target]


def plain_custom(custom: CustomLayer) -> dict[str, object]:
    """A custom layer as plain values."""
    plain: dict[str, object] = {"name": custom.name, "source": custom.source}
    return plain if custom.path is None else {**plain, "path": custom.path}


def read_nodes(reader: Reader) -> dict[NodeId, Node]:
    """Nodes by id, each sound in itself."""
    nodes: dict[NodeId, Node] = {}
    for item in reader.items():
        node = _read_node(item)
        if node.id in nodes:
            raise FileError("{place}: the id {id} is given twice.", place=item.place, id=node.id)
        nodes[node.id] = node
    return nodes


def _read_node(reader: Reader) -> Node:
    fields = reader.record(
        ("id", "type", "name"),
        ("options", "children", "wires", "position", "collapsed", "frozen", "tie", "bypassed", "frame"),
    )
    key = fields["type"].text()
    return Node(
        fields["id"].text(),
        key,
        fields["name"].text(),
        options=_read_options(fields["options"], key) if "options" in fields else {},
        children=tuple(item.text() for item in fields["children"].items()) if "children" in fields else (),
        wires=read_wires(fields["wires"]) if "wires" in fields else (),
        position=_read_position(fields["position"]) if "position" in fields else None,
        collapsed=fields["collapsed"].flag() if "collapsed" in fields else False,
        frozen=frozenset(item.text() for item in fields["frozen"].items()) if "frozen" in fields else frozenset(),
        tie=fields["tie"].optional_text() if "tie" in fields else None,
        bypassed=fields["bypassed"].flag() if "bypassed" in fields else False,
        frame=fields["frame"].optional_text() if "frame" in fields else None,
    )


def _read_options(reader: Reader, key: str) -> Mapping[str, Value]:
    """Options of the right kind, as far as the catalog knows them. Limits are left to the check of the design."""
    entry, options = catalog.get(key), {}
    for name, field in reader.fields().items():
        value = field.option_value()
        option = entry.option(name) if entry is not None else None
        if option is not None and not option.is_kind(value):
            raise field.refuse(KINDS[option.kind])
        if value is not None:
            options[name] = value
    return options


def read_wires(reader: Reader) -> tuple[Wire, ...]:
    """Wires, of which it is not yet known whether their ends are there."""
    return tuple(_read_wire(item) for item in reader.items())


def _read_wire(reader: Reader) -> Wire:
    ends = list(reader.items())
    if not 2 <= len(ends) <= 4:
        raise reader.refuse("a wire such as [source, target] or [source, target, input, output]")
    return Wire(ends[0].text(), ends[1].text(), *(end.whole(0) for end in ends[2:]))


def _read_position(reader: Reader) -> tuple[float, float]:
    numbers = [item.number() for item in reader.items()]
    if len(numbers) != 2:
        raise reader.refuse("a position such as [x, y]")
    if not all(-FARTHEST <= number <= FARTHEST for number in numbers):
        raise reader.refuse(f"a position within {FARTHEST} of the middle")
    return float(numbers[0]), float(numbers[1])


def read_customs(reader: Reader) -> dict[str, CustomLayer]:
    """Custom layers by name."""
    customs: dict[str, CustomLayer] = {}
    for item in reader.items():
        fields = item.record(("name", "source"), ("path",))
        path = fields["path"].optional_text() if "path" in fields else None
        custom = CustomLayer(fields["name"].text(), fields["source"].text(), path)
        if custom.name in customs:
            raise FileError("{place}: the name {name} is given twice.", place=item.place, name=custom.name)
        customs[custom.name] = custom
    return customs


def _read_initialisers(reader: Reader) -> dict[str, str]:
    sources: dict[str, str] = {}
    for item in reader.items():
        fields = item.record(("name", "source"))
        name = fields["name"].text()
        if name in sources:
            raise FileError("{place}: the name {name} is given twice.", place=item.place, name=name)
        sources[name] = fields["source"].text()
    return sources


def _read_settings(reader: Reader) -> Settings:
    fields = reader.record(
        ("data", "loss", "optimiser"),
        ("optimiser_options", "batch_size", "epochs", "seed", "device", "keeps_seed", "course"),
    )
    default = Settings()
    options = fields.get("optimiser_options", Reader({})).fields()
    return Settings(
        _read_data(fields["data"]),
        fields["loss"].text(),
        fields["optimiser"].text(),
        {name: field.flag() if isinstance(field.value, bool) else field.number() for name, field in options.items()},
        fields["batch_size"].whole(1, MOST_SAMPLES) if "batch_size" in fields else default.batch_size,
        fields["epochs"].whole(1, MOST_EPOCHS) if "epochs" in fields else default.epochs,
        fields["seed"].whole(0) if "seed" in fields else default.seed,
        fields["device"].text() if "device" in fields else default.device,
        fields["keeps_seed"].flag() if "keeps_seed" in fields else default.keeps_seed,
        _read_course(fields["course"]) if "course" in fields else default.course,
    )


def plain_settings(settings: Settings) -> dict[str, object]:
    """Settings as plain values; what older versions did not know, only where it says something."""
    plain, default = asdict(settings) | {"data": _plain_data(settings.data)}, Settings()
    plain["course"] = {name: value for name, value in asdict(settings.course).items() if value}
    return {
        name: value
        for name, value in plain.items()
        if name not in ("keeps_seed", "course") or getattr(settings, name) != getattr(default, name)
    }


def _read_course(reader: Reader) -> Course:
    fields = reader.record((), tuple(asdict(Course())))
    options = fields.get("schedule_options", Reader({})).fields()
    readers: dict[str, Callable[[Reader], object]] = {
        "schedule": Reader.text,
        "keep_best": Reader.text,
        "schedule_options": lambda _: {
            name: tuple(item.whole(0) for item in field.items()) if isinstance(field.value, list) else field.number()
            for name, field in options.items()
        },
        "test_every": lambda field: field.whole(0),
        "checkpoint_every": lambda field: field.whole(0),
        "patience": lambda field: field.whole(0),
        "clip_norm": Reader.number,
        "clip_value": Reader.number,
    }
    return Course(**{name: readers[name](field) for name, field in fields.items()})  # type: ignore[arg-type]


def data_to_json(data: DataSettings) -> str:
    """Data settings as text, as the message `Describe` has them."""
    return _dump(_plain_data(data))


def _plain_data(data: DataSettings) -> dict[str, object]:
    """Data settings as plain values. Those that older versions did not know are left out where they say nothing."""
    default = DataSettings()
    return {
        name: value
        for name, value in asdict(data).items()
        if name in _ALWAYS_WRITTEN or value != getattr(default, name)
    }


def data_from_json(text: str) -> DataSettings:
    """The data settings that `data_to_json` wrote. Raises `FileError`."""
    return _read_data(parse(text))


def _read_data(reader: Reader) -> DataSettings:
    fields = reader.record(("source",), tuple(DATA_OPTIONS))
    given = {name: _read_data_option(field, DATA_OPTIONS[name]) for name, field in fields.items() if name != "source"}
    return replace(DataSettings(fields["source"].text()), **given)  # type: ignore[arg-type]


def _read_amount(reader: Reader, most: float) -> float:
    if not 0 <= (amount := reader.number()) <= most:
        raise reader.refuse(f"a number from 0 to {most:g}")
    return amount


def _read_data_option(reader: Reader, option: DataOption) -> object:
    if reader.value is None and option.found_out:
        return None
    if (read := _OF_OPTIONS.get(option.kind)) is not None:
        return read(reader)
    if option.kind == "number":
        amount = AMOUNTS.get(option.name)
        return _read_share(reader) if amount is None else _read_amount(reader, amount.most)
    if not option.allows(word := reader.text()):
        raise reader.refuse(f"one of {option.expected}")
    return word


def _read_share(reader: Reader) -> float:
    if not 0 <= (share := reader.number()) < 1:
        raise reader.refuse("a share from 0 to below 1")
    return share


def _read_fill(reader: Reader) -> float:
    if abs(value := reader.number()) > LARGEST_FILL:
        raise reader.refuse(f"a number of at most {LARGEST_FILL:g}")
    return value


def _read_kind(reader: Reader) -> str:
    if not is_kind(text := reader.text()):
        raise reader.refuse(f"COLUMN:KIND, each kind one of {', '.join(COLUMN_KINDS)}")
    return text


def _read_size(reader: Reader) -> tuple[int, ...]:
    sides = tuple(item.whole(1) for item in reader.items())
    if len(sides) != 2 or max(sides) > LARGEST_SIDE:
        raise reader.refuse(f"a height and width of at most {LARGEST_SIDE}")
    return sides


def _read_target(reader: Reader) -> str | int | None:
    if reader.value is None or isinstance(reader.value, str):
        return reader.optional_text()
    return reader.whole()


_OF_OPTIONS: Mapping[str, Callable[[Reader], object]] = {
    "flag": Reader.flag,
    "whole": lambda reader: reader.whole(0),
    "value": _read_fill,
    "kinds": lambda reader: tuple(map(_read_kind, reader.items())),
    "size": _read_size,
    "names": lambda reader: tuple(map(Reader.text, reader.items())),
    "column": _read_target,
    "name": Reader.text,
    "text": Reader.text,
}
"""How the value of an option of a kind is read."""
