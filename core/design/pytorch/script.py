"""A design as one Python file that needs PyTorch and numpy only: its classes, and the training that its settings say.

The file reads the samples from an archive beside it (`core.training.samples` writes one), because data settings say
where data are and how to read them, which is Netloom's to know. It also runs on several processes under `torchrun`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from string import Template

from core.design.augmentation import is_augmented
from core.design.balance import class_weights
from core.design.losses import LOSSES, options_of
from core.design.model import Design, NodeId
from core.design.pytorch.augmentation import augmentation_source
from core.design.pytorch.network import network_source
from core.design.pytorch.script_text import CARE, CHECKING, CHECKPOINT, HEAD, TRAINING
from core.design.schedules import PLATEAU, SCHEDULES, options_of_schedule
from core.design.settings import Course, Settings
from core.design.shapes import Report

_ORDERS = (
    "torch.randperm(len(targets), generator=generator)",
    "torch.multinomial(torch.tensor(CLASS_WEIGHTS)[targets.cpu()], len(targets), True, generator=generator)",
)
"""All samples once, or rare classes as often as frequent ones."""
PYTORCH, NETLOOM = "torch", "netloom"
REQUIREMENTS = {PYTORCH: "torch>=2.2\nnumpy>=1.26\n", NETLOOM: "netloom\n"}
"""What a script needs, by what it is to be run with."""


_PREDICT_OPTION = (
    '    parser.add_argument("--predict", type=Path, help="only say what comes of each line of a .csv file")\n'
)
_PREDICT = """    if options.predict:
        predict(net, options.predict, device)
        return
"""


def script_source(
    design: Design, report: Report, file: str, columns: Callable[[str, str], str] = lambda call, scores: "",
    engine: str = PYTORCH,
) -> str:  # fmt: skip
    """The whole file, which will be called `file`.py. Raises DesignError if the design cannot be trained as it is.

    columns: the source of `predict`, for tables, from how the network is called and what is read of its output.
    engine: what it is to be run with, `PYTORCH` or `NETLOOM`.
    """
    classes, root = network_source(design, report)
    settings, name = design.settings, design[design.root].name
    data, augments = report.facts.data, is_augmented(design.settings.data)
    graph = report.graphs[design.root]
    several = len(graph.outputs) > 1
    shares = _shares(report, design.root)
    scores = "torch.cat(output, 1)" if several and not (data and data.classes) else "output[0]" if several else "output"
    predicting = columns(_call("net", "x", shares), scores)
    order = _ORDERS[settings.data.balance == "sampling"]
    values = {
        "csv": "import csv\n" if predicting else "",
        "dates": "from datetime import datetime, timedelta\n" if predicting else "",
        "predict_option": _PREDICT_OPTION if predicting else "",
        "predict": _PREDICT if predicting else "",
        "name": name.replace("\\", " ").replace('"', "'"),
        "file": file,
        "batch_size": settings.batch_size,
        "epochs": settings.epochs,
        "seed": settings.seed,
        "classes": _tuple(data.classes if data else ()),
        "loss": _loss(settings, bool(data and data.classes), several),
        "test_call": _call("net", "x", shares),
        "train_call": _call("model", "x", shares),
        "scores": "output[0]" if several else "output",
        "output_type": "tuple[Tensor, ...]" if several else "Tensor",
        "weights": repr(class_weights(data) if data and data.classes and settings.data.balance != "none" else ()),
        "weight_taken": ", weight: Tensor | None = None" if settings.data.balance == "weights" else "",
        "weight": ", torch.tensor(CLASS_WEIGHTS, device=device)" if settings.data.balance == "weights" else "",
        "ends": repr((data.values.least, data.values.greatest) if augments and data and data.values else ()),
        "augment": '                x, y = augmented(x, y, data["ends"], draw)\n' if augments else "",
        "order": order,
        "own_order": order.replace(", generator=generator", ""),
        "optimiser": settings.optimiser,
        "options": "".join(f"{' ' * 8}{option},\n" for option in _optimiser_options(settings)),
        "device": settings.device,
        **_course(settings, bool(data and data.classes), augments, engine),
        "network": root,
    }
    head, training = (_for(engine, Template(text).substitute(values)) for text in (HEAD, TRAINING))
    customs = [custom.source.strip("\n") for custom in design.customs.values() if _is_used(design, custom.name)]
    others = [augmentation_source(settings.data), predicting.rstrip()]
    whole = "\n\n\n".join([head, *customs, classes, *filter(None, others), training]) + "\n"
    return whole if engine == PYTORCH else _IMPORT.sub(_of_engine, whole)


_IMPORT = re.compile(r"^( *)(import|from) torch\b([.\w]*)(.*)$", re.MULTILINE)


def _of_engine(line: re.Match[str]) -> str:
    """What imports of PyTorch imports of this engine."""
    indent, word, path, rest = line.groups()
    if word == "from" or rest.startswith(" as "):
        return f"{indent}{word} core{path}{rest}"
    return f"{indent}import core{path}{rest}; torch = core" if path else f"{indent}import core as torch{rest}"


def _for(engine: str, text: str) -> str:
    """The lines of a text that are for an engine; see `script_text`."""
    lines: list[str] = []
    left: list[int] = []
    """How far in the blocks begin that are left out here, and whose lines stand a step further left."""
    for line in text.splitlines():
        mark, body = (line[0], line[2:]) if line[1:2] == "|" and line[0] in "TNW" else ("", line)
        depth = len(body) - len(body.lstrip(" "))
        while left and body and depth <= left[-1]:
            left.pop()
        if engine != PYTORCH and mark == "W":
            left.append(depth)
        elif mark not in ("T", "N") or (mark == "T") is (engine == PYTORCH):
            lines.append(body[4 * len(left) :] if body else body)
    return "\n".join(lines).rstrip("\n")


def _tuple(texts: tuple[str, ...]) -> str:
    told = [json.dumps(text, ensure_ascii=False) for text in texts]
    return f"({', '.join(told)}{',' * (len(told) == 1)})"


def _is_used(design: Design, custom: str) -> bool:
    return any(node.type == custom for node in design.nodes.values())


def checking_source(design: Design, report: Report, file: str) -> str:
    """A program that writes what the script `file`.py makes of samples, their loss and its gradients, to compare."""
    _, root = network_source(design, report)
    call = _call("net", "x", _shares(report, design.root))
    return Template(CHECKING).substitute(file=file, network=root, call=call)


def _shares(report: Report, root: NodeId) -> tuple[int, ...]:
    """How many of a sample's numbers each of several Inputs takes."""
    entries = report.graphs[root].entries
    entering = [spec.shape[1] for entry in entries if (spec := report.outputs[entry]) is not None]
    return tuple(size for size in entering if size is not None) if len(entries) > 1 else ()


def _call(net: str, samples: str, shares: tuple[int, ...]) -> str:
    """What the network gives; of several inputs, each takes its share of the samples."""
    return f"{net}(*{samples}.split({shares}, 1))" if shares else f"{net}({samples})"


def _loss(settings: Settings, classifies: bool, several: bool) -> str:
    """The loss; each of several outputs is told the same classes, and numbers to predict they share."""
    one_hot = classifies and LOSSES[settings.loss].targets == "values"
    made = f"nn.{settings.loss}({'weight=weight' if settings.data.balance == 'weights' else ''})"
    each = "part" if several and classifies else "output"
    targets = f"F.one_hot(targets, len(CLASSES)).to({each}.dtype)" if one_hot else "targets"
    if several and not classifies:
        return f"{made}(torch.cat(output, 1), {targets})"
    loss = f"{made}({each}, {targets})"
    return f"torch.stack([{loss} for part in output]).sum()" if several else loss


def _course(settings: Settings, classifies: bool, augments: bool, engine: str) -> dict[str, str]:
    """The lines of how the run goes on, each at its place; nothing where there is none."""
    course = settings.course
    is_plateau = course.schedule == PLATEAU
    has_care, leads = bool(course.patience or course.keep_best), "rank == 0 and " if engine == PYTORCH else ""
    lines = dict.fromkeys(("schedule", "clip", "by_step", "by_epoch", "begin", "within", "end", "care_class"), "")
    lines |= {"leads": leads, "batch_seed": "", "draw": "", "place": "chosen", "batches": "order"}
    test = 'test(net, data["test_features"], data["test_targets"])'
    lines |= {"tested": test, "over": "options.stop is not None and options.stop.exists()"}
    if augments or course.test_every:
        lines |= {"place": "place, chosen", "batches": "enumerate(order, 1)"}
    if augments:  # each batch from a seed of its own
        lines["batch_seed"] = "        seed = int(torch.randint(2**31, (1,)))\n"
        lines["draw"] = "                draw = torch.Generator().manual_seed(seed + place - 1)\n"
    limits = ((course.clip_value, "clip_grad_value_"), (course.clip_norm, "clip_grad_norm_"))
    clips = (f"                nn.utils.{call}(model.parameters(), {limit!r})\n" for limit, call in limits if limit)
    lines["clip"] = "".join(clips)
    if course.schedule:
        lines["schedule"] = _schedule(settings)
    if course.schedule and not is_plateau:
        by_step = SCHEDULES[course.schedule].by_step
        lines["by_step" if by_step else "by_epoch"] = f"{' ' * (16 if by_step else 8)}schedule.step()\n"
    take = ["care.take(tested)"] * has_care + ['schedule.step(tested["test_loss"])'] * is_plateau
    if has_care:
        lines["begin"] = "    care = Care(net)\n"
        lines["care_class"] = _care_class(settings, classifies)
    if course.checkpoint_every:
        lines["within"] += CHECKPOINT.format(every=course.checkpoint_every, leads=leads)
    if course.test_every:
        lines["within"] += _test_within(course, [f"tested = {test}", *take])
    if take:  # each process tests, so that all go on, and end, alike
        once = f"tested = {test}" if not course.patience else f"tested = {{}} if care.is_over else {test}"
        after = take if not course.patience else ["if tested:", *(f"    {line}" for line in take)]
        lines["by_epoch"] += "".join(f"        {line}\n" for line in (once, *after))
        lines["tested"] = "tested"
    if course.patience:
        lines["over"] = f"care.is_over or ({lines['over']})"
    if course.keep_best:
        lines["end"] += "    net.load_state_dict(care.weights)\n"
    return lines


def _test_within(course: Course, test: list[str]) -> str:
    """The lines that test within an epoch."""
    tell = ["W|if rank == 0:", '    tell({"step": step} | tested, options.figures)']
    ends = ["if care.is_over:", "    break"] * bool(course.patience)
    lines = "".join(_marked(" " * 20, line) for line in (*test, *tell, *ends))
    return f"                if step % {course.test_every} == 0 and place < len(order):\n{lines}"


def _marked(indent: str, line: str) -> str:
    """A line of `script_text`, further right."""
    return f"W|{indent}{line[2:]}\n" if line.startswith("W|") else f"{indent}{line}\n"


def _schedule(settings: Settings) -> str:
    options, rate = options_of_schedule(settings), options_of(settings)["lr"]
    match settings.course.schedule:
        case "CosineAnnealingLR":
            longest = "options.epochs" if not options["T_max"] else repr(options["T_max"])
            arguments = f"T_max={longest}, eta_min={options['floor'] * rate!r}"
        case "OneCycleLR":
            count = 'len(data["train_features"])'
            steps = f"options.epochs * ({count} // BATCH_SIZE + ({count} % BATCH_SIZE > 1))"
            pct = options["pct_start"]
            arguments = f"max_lr={rate!r}, total_steps={steps}, pct_start={pct!r}, cycle_momentum=False"
        case "ReduceLROnPlateau":
            arguments = f"factor={options['gamma']!r}, patience={options['patience']!r}"
        case _:
            given = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}
            arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return f"    schedule = torch.optim.lr_scheduler.{settings.course.schedule}(optimiser, {arguments})\n"


def _care_class(settings: Settings, classifies: bool) -> str:
    course = settings.course
    by_accuracy = course.keep_best == "accuracy" and classifies
    keeps = "{name: tensor.detach().clone() for name, tensor in self.net.state_dict().items()}"
    return CARE.format(
        figure='-figures["test_accuracy"]' if by_accuracy else 'figures["test_loss"]',
        kept=f"            self.weights = {keeps}\n" if course.keep_best else "",
        over=f"        self.is_over = self.is_over or self.waited >= {course.patience}\n" if course.patience else "",
    )


def _optimiser_options(settings: Settings) -> Iterator[str]:
    """The optimiser's arguments, with two betas as one pair."""
    options = options_of(settings)
    if "beta1" in options:
        yield f"betas=({options.pop('beta1')!r}, {options.pop('beta2')!r})"
    for name, value in options.items():
        yield f"{name}={value!r}" if not isinstance(value, float) or math.isfinite(value) else f"{name}=float('inf')"
