"""A design as one Python file that needs PyTorch and numpy only: its classes, and the training that its settings say.

The file reads the samples from an archive beside it (`core.training.samples` writes one), because data settings say
where data are and how to read them, which is Netloom's to know. It also runs on several processes under `torchrun`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from string import Template

from core.design.augmentation import is_augmented
from core.design.balance import class_weights
from core.design.losses import LOSSES, options_of
from core.design.model import Design
from core.design.pytorch.augmentation import augmentation_source
from core.design.pytorch.network import network_source
from core.design.schedules import PLATEAU, SCHEDULES, options_of_schedule
from core.design.settings import Settings
from core.design.shapes import Report

_HEAD = '''"""$name: a network drawn in Netloom.

    python $file.py
    python $file.py --weights $file-weights.pt --test
    torchrun --nproc_per_node=2 $file.py

The first line trains as the settings say; the second tests the weights that came with this file, and without --test
goes on with them; the third trains on two processes, which share out each batch. `--help` lists the options.

$file-data.npz has the samples. The weights are written without any prefix, as Netloom and PyTorch read them.
"""

from __future__ import annotations

import argparse
${csv}import json
import math  # noqa: F401
import os
import time
from collections import OrderedDict  # noqa: F401
from contextlib import nullcontext
${dates}from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F  # noqa: F401
from torch import Tensor, nn  # noqa: F401
from torch.distributed.algorithms.join import Join
from torch.nn.parallel import DistributedDataParallel

HERE = Path(__file__).resolve().parent
BATCH_SIZE, EPOCHS, SEED = $batch_size, $epochs, $seed
CLASSES: tuple[str, ...] = $classes
CLASS_WEIGHTS: tuple[float, ...] = $weights
BLACK_AND_WHITE = $ends
'''

_TRAINING = '''def load_weights(net: nn.Module, path: Path) -> None:
    """Take the weights of a file that Netloom or this script wrote."""
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))


def load_data(path: Path, device: torch.device) -> dict[str, Tensor]:
    """The samples for training and testing, scaled by the mean and the deviation of those for training."""
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    data = {}
    for part in ("train", "test"):
        features = (arrays[f"{part}_features"] - arrays["features_mean"]) / arrays["features_scale"]
        targets = arrays[f"{part}_targets"]
        if not CLASSES:
            targets = ((targets - arrays["targets_mean"]) / arrays["targets_scale"]).astype(np.float32)
        data[f"{part}_features"] = torch.from_numpy(features.astype(np.float32)).to(device)
        data[f"{part}_targets"] = torch.from_numpy(targets).to(device)
    if BLACK_AND_WHITE:
        ends = (np.array(BLACK_AND_WHITE) - arrays["features_mean"]) / arrays["features_scale"]
        data["ends"] = torch.from_numpy(ends.astype(np.float32)).to(device)
    return data


def loss_of(output: $output_type, targets: Tensor$weight_taken) -> Tensor:
    """The mean loss of a batch."""
    return $loss


def batches(targets: Tensor, epoch: int, rank: int, world: int) -> list[Tensor]:
    """This process's share of the samples, in an order that is new in each epoch and the same for all processes."""
    generator = torch.Generator().manual_seed(SEED + epoch) if world > 1 else None
    order = $order[rank::world]
    size = max(1, BATCH_SIZE // world)
    return [part for part in order.split(size) if len(part) > 1 or size == 1]  # of one sample there are no statistics


@torch.no_grad()
def test(net: nn.Module, features: Tensor, targets: Tensor) -> dict[str, float]:
    """Mean loss and, of classes, accuracy."""
    net.eval()
    loss = right = 0.0
    for x, y in zip(features.split(256), targets.split(256), strict=True):
        output = $test_call
        loss += loss_of(output, y).item() * len(x)
        right += ($scores.argmax(-1) == y).sum().item() if CLASSES else 0.0
    net.train()
    return {"test_loss": loss / len(features)} | ({"test_accuracy": right / len(features)} if CLASSES else {})


${care_class}def note(figures: dict[str, float], path: Path | None) -> None:
    """Print figures and, where there is a file for them, add them to it as a line of JSON."""
    print("  ".join(f"{name} {value:.4g}" for name, value in figures.items()), flush=True)
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\\n")


def train(net: nn.Module, data: dict[str, Tensor], options: argparse.Namespace, rank: int, world: int) -> None:
    """Train; process 0 tests after each epoch, prints a line and, with --figures, writes them as JSON."""
    device = data["train_features"].device
    model: nn.Module = net
    if world > 1:
        if options.sync_batch_norm:
            net = nn.SyncBatchNorm.convert_sync_batchnorm(net)
        model = DistributedDataParallel(net, device_ids=[device.index] if device.type == "cuda" else None)
    optimiser = torch.optim.$optimiser(
        [parameter for parameter in model.parameters() if parameter.requires_grad], $options
    )
$schedule$begin    for epoch in range(options.epochs):
        began, total, seen = time.perf_counter(), torch.zeros((), device=device), torch.zeros((), device=device)
        with Join([model]) if world > 1 else nullcontext():
$walk                optimiser.zero_grad()
                x, y = data["train_features"][chosen], data["train_targets"][chosen]
$augment                loss = loss_of($train_call, y$weight)
                loss.backward()
$clip                optimiser.step()
$by_step                total += loss.detach() * len(chosen)
                seen += len(chosen)
$within$by_epoch        if world > 1:
            dist.all_reduce(total)
            dist.all_reduce(seen)
        if rank == 0:
            figures = {"epoch": epoch + 1, "train_loss": (total / seen).item()}
            figures |= $tested
            figures["seconds"] = time.perf_counter() - began
            note(figures, options.figures)
$end

def main() -> None:
    """Read what was asked for, train or test, and write the weights."""
    parser = argparse.ArgumentParser(description="Train $name.")
    parser.add_argument("--data", type=Path, default=HERE / "$file-data.npz", help="the samples")
    parser.add_argument("--weights", type=Path, help="begin with these weights")
    parser.add_argument("--output", type=Path, default=HERE / "$file-trained.pt", help="write the weights here")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--device", default="$device", help="cpu, cuda or cuda:N; each process takes its own GPU")
    parser.add_argument("--figures", type=Path, help="add a line of figures for each epoch to this file")
    parser.add_argument("--sync-batch-norm", action="store_true", help="batch statistics over all processes")
    parser.add_argument("--test", action="store_true", help="only test")
$predict_option    options = parser.parse_args()

    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device(options.device)
    if world > 1:
        if device.type == "cuda":
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    torch.manual_seed(SEED)
    net = $network().to(device)
    if options.weights:
        load_weights(net, options.weights)
$predict    data = load_data(options.data, device)
    if options.test:
        print(test(net, data["test_features"], data["test_targets"]))
        return
    train(net, data, options, rank, world)
    if rank == 0:
        torch.save(net.state_dict(), options.output)
        print(f"Wrote {options.output}.")
    if world > 1:
        dist.barrier()  # the group ends with its processes: destroyed by hand, gloo sometimes aborts at exit


if __name__ == "__main__":
    main()
'''

_CARE = '''class Care:
    """Looks at the tests: whether they still become better, and which weights were the best so far."""

    def __init__(self, net: nn.Module) -> None:
        self.net, self.best, self.waited, self.is_over = net, math.inf, 0, False
        self.weights: dict[str, Tensor] = {{}}

    def take(self, figures: dict[str, float]) -> None:
        """A test came to these figures."""
        figure = {figure}
        if figure < self.best:
            self.best, self.waited = figure, 0
{kept}        else:
            self.waited += 1
{over}

'''
_CHECKPOINT = """                if step % {every} == 0 and rank == 0:
                    state = {{"model": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step}}
                    torch.save(state, options.output.with_suffix(f".step-{{step:09}}.pt"))
"""
_END = """        over = torch.tensor(float(care.is_over), device=device)
        if world > 1:
            dist.all_reduce(over, dist.ReduceOp.MAX)
        if over.item():
            break
"""
_ORDERS = (
    "torch.randperm(len(targets), generator=generator)",
    "torch.multinomial(torch.tensor(CLASS_WEIGHTS)[targets.cpu()], len(targets), True, generator=generator)",
)
"""All samples once, or rare classes as often as frequent ones."""
REQUIREMENTS = "torch>=2.2\nnumpy>=1.26\n"


_PREDICT_OPTION = (
    '    parser.add_argument("--predict", type=Path, help="only say what comes of each line of a .csv file")\n'
)
_PREDICT = """    if options.predict:
        predict(net, options.predict, device)
        return
"""


def script_source(
    design: Design, report: Report, file: str, columns: Callable[[str, str], str] = lambda call, scores: ""
) -> str:
    """The whole file, which will be called `file`.py. Raises DesignError if the design cannot be trained as it is.

    columns: the source of `predict`, for tables, from how the network is called and what is read of its output.
    """
    classes, root = network_source(design, report)
    settings, name = design.settings, design[design.root].name
    data, augments = report.facts.data, is_augmented(design.settings.data)
    graph = report.graphs[design.root]
    several = len(graph.outputs) > 1
    entering = [spec.shape[1] for entry in graph.entries if (spec := report.outputs[entry]) is not None]
    shares = tuple(size for size in entering if size is not None) if len(graph.entries) > 1 else ()
    scores = "torch.cat(output, 1)" if several and not (data and data.classes) else "output[0]" if several else "output"
    predicting = columns(_call("net", "x", shares), scores)
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
        "order": _ORDERS[settings.data.balance == "sampling"],
        "optimiser": settings.optimiser,
        "options": ", ".join(_optimiser_options(settings)),
        "device": settings.device,
        **_course(settings, bool(data and data.classes), augments),
        "network": root,
    }
    head, training = (Template(text).substitute(values).rstrip("\n") for text in (_HEAD, _TRAINING))
    customs = [custom.source.strip("\n") for custom in design.customs.values() if _is_used(design, custom.name)]
    others = [augmentation_source(settings.data), predicting.rstrip()]
    return "\n\n\n".join([head, *customs, classes, *filter(None, others), training]) + "\n"


def _tuple(texts: tuple[str, ...]) -> str:
    return f"({''.join(f'{json.dumps(text, ensure_ascii=False)}, ' for text in texts).rstrip()})" if texts else "()"


def _is_used(design: Design, custom: str) -> bool:
    return any(node.type == custom for node in design.nodes.values())


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


def _walk(counts: bool, augments: bool) -> str:
    """The lines that go through an epoch's batches; where pictures are changed, each batch from a seed of its own."""
    order = 'batches(data["train_targets"], epoch, rank, world)'
    if not (counts or augments):
        return f"            for chosen in {order}:\n"
    seed = "            seed = int(torch.randint(2**31, (1,)))\n" if augments else ""
    draw = "                draw = torch.Generator().manual_seed(seed + place - 1)\n" if augments else ""
    return f"            order = {order}\n{seed}            for place, chosen in enumerate(order, 1):\n{draw}"


def _course(settings: Settings, classifies: bool, augments: bool) -> dict[str, str]:
    """The lines of how the run goes on, each at its place; nothing where there is none."""
    course = settings.course
    is_plateau = course.schedule == PLATEAU
    has_care, counts = bool(course.patience or course.keep_best), bool(course.test_every or course.checkpoint_every)
    lines = dict.fromkeys(("schedule", "clip", "by_step", "by_epoch", "begin", "within", "end", "care_class"), "")
    test = 'test(net, data["test_features"], data["test_targets"])'
    lines |= {"tested": test, "walk": _walk(counts, augments)}
    for limit, call in ((course.clip_value, "clip_grad_value_"), (course.clip_norm, "clip_grad_norm_")):
        if limit:
            lines["clip"] += f"                nn.utils.{call}(model.parameters(), {limit!r})\n"
    if course.schedule:
        lines["schedule"] = _schedule(settings)
    if course.schedule and not is_plateau:
        by_step = SCHEDULES[course.schedule].by_step
        lines["by_step" if by_step else "by_epoch"] = f"{' ' * (16 if by_step else 8)}schedule.step()\n"
    take = ["care.take(tested)"] * has_care + ['schedule.step(tested["test_loss"])'] * is_plateau
    if has_care:
        lines["begin"] = "    care = Care(net)\n"
        lines["care_class"] = _care_class(settings, classifies)
    if counts:
        lines["begin"] += "    step = 0\n"
        lines["within"] = "                step += 1\n"
    if course.checkpoint_every:
        lines["within"] += _CHECKPOINT.format(every=course.checkpoint_every)
    if course.test_every:
        ends = ["if care.is_over:", "    break"] * bool(course.patience)
        within = [
            f"tested = {test}",
            *take,
            "if rank == 0:",
            '    note({"step": step} | tested, options.figures)',
            *ends,
        ]
        lines["within"] += f"                if step % {course.test_every} == 0 and place < len(order):\n"
        lines["within"] += "".join(f"{' ' * 20}{line}\n" for line in within)
    if take:  # each process tests, so that all go on, and end, alike
        once = f"tested = {test}" if not course.patience else f"tested = {{}} if care.is_over else {test}"
        after = take if not course.patience else ["if tested:", *(f"    {line}" for line in take)]
        lines["by_epoch"] += "".join(f"        {line}\n" for line in (once, *after))
        lines["tested"] = "tested"
    if course.patience:
        lines["end"] = _END
    if course.keep_best:
        lines["end"] += "    net.load_state_dict(care.weights)\n"
    return lines


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
    return _CARE.format(
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
