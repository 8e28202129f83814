"""The text of a script, in which `$words` are filled in.

A line that begins with `T|` stands only in a script for PyTorch, one with `N|` only in one for this engine, and `W|`
begins a block of PyTorch's that this engine's script does without: what is in it stands there, one step further left.
"""

from __future__ import annotations

HEAD = '''"""$name: a network drawn in Netloom.

    python $file.py
    python $file.py --weights $file-weights.pt --test
T|    torchrun --nproc_per_node=2 $file.py

The first line trains as the settings say; the second tests the weights that came with this file, and without --test
T|goes on with them; the third trains on two processes, which share out each batch. `--help` lists the options.
N|goes on with them. `--help` lists the options.

$file-data.npz has the samples. The weights are written without any prefix, as Netloom and PyTorch read them.
"""

from __future__ import annotations

import argparse
${csv}T|import gc
import json
import math  # noqa: F401
import os
import time
from collections import OrderedDict  # noqa: F401
T|from contextlib import nullcontext
${dates}from pathlib import Path

import numpy as np
N|from netloom import core  # the engine, which `import core` finds from here on
import torch
T|import torch.distributed as dist
import torch.nn.functional as F  # noqa: F401
from torch import Tensor, nn  # noqa: F401
T|from torch.distributed.algorithms.join import Join
T|from torch.nn.parallel import DistributedDataParallel

HERE = Path(__file__).resolve().parent
BATCH_SIZE, EPOCHS, SEED = $batch_size, $epochs, $seed
CLASSES: tuple[str, ...] = $classes
CLASS_WEIGHTS: tuple[float, ...] = $weights
BLACK_AND_WHITE = $ends
'''

TRAINING = '''def load_weights(net: nn.Module, path: Path) -> None:
    """Take the weights of a file that Netloom or this script wrote."""
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))


KINDS = {"float32": "F32", "float64": "F64", "float16": "F16", "int64": "I64", "int32": "I32", "bool": "BOOL"}
"""What .safetensors calls types."""


def write_weights(net: nn.Module, path: Path) -> None:
    """Write the weights, whole or not at all: as `.safetensors`, or else as PyTorch does."""
    state, half = net.state_dict(), path.with_name(path.name + ".part")
    if path.suffix == ".safetensors":
        arrays = {name: tensor.cpu().contiguous().numpy() for name, tensor in state.items()}
        header, at = {}, 0
        for name, array in arrays.items():
            place = [at, at := at + array.nbytes]
            header[name] = {"dtype": KINDS[array.dtype.name], "shape": list(array.shape), "data_offsets": place}
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        with half.open("wb") as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for array in arrays.values():
                file.write(array.tobytes())
    else:
        torch.save(state, half)
    os.replace(half, path)


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


T|def batches(targets: Tensor, epoch: int, rank: int, world: int) -> list[Tensor]:
T|    """This process's share of the samples, in an order that is new in each epoch and the same for all processes."""
T|    generator = torch.Generator().manual_seed(SEED + epoch) if world > 1 else None
T|    order = $order[rank::world]
T|    size = max(1, BATCH_SIZE // world)
N|def batches(targets: Tensor) -> list[Tensor]:
N|    """The samples, in an order that is new in each epoch."""
N|    order, size = $own_order, BATCH_SIZE
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


${care_class}def note(figures: dict[str, object], path: Path | None) -> None:
    """Add figures to a file, if there is one for them, as a line of JSON."""
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\\n")


def tell(figures: dict[str, float], path: Path | None) -> None:
    """Print figures, and note them."""
    print("  ".join(f"{name} {value:.4g}" for name, value in figures.items()), flush=True)
    note(figures, path)


def gradients(net: nn.Module) -> dict[str, float]:
    """The norm of each parameter's gradient."""
    named = net.named_parameters()
    return {name: parameter.grad.norm().item() for name, parameter in named if parameter.grad is not None}


T|def train(net: nn.Module, data: dict[str, Tensor], options: argparse.Namespace, rank: int, world: int) -> None:
N|def train(net: nn.Module, data: dict[str, Tensor], options: argparse.Namespace) -> None:
T|    """Train; process 0 tests after each epoch, prints a line and, with --figures, writes them as JSON."""
N|    """Train; after each epoch test, print a line and, with --figures, write it as JSON."""
    device = data["train_features"].device
    model: nn.Module = net
T|    if world > 1:
T|        if options.sync_batch_norm:
T|            net = nn.SyncBatchNorm.convert_sync_batchnorm(net)
T|        model = DistributedDataParallel(net, device_ids=[device.index] if device.type == "cuda" else None)
    optimiser = torch.optim.$optimiser(
        [parameter for parameter in model.parameters() if parameter.requires_grad],
$options    )
$schedule$begin    step, told = 0, time.perf_counter()
    for epoch in range(options.epochs):
        began, total, seen = time.perf_counter(), torch.zeros((), device=device), torch.zeros((), device=device)
T|        order = batches(data["train_targets"], epoch, rank, world)
N|        order = batches(data["train_targets"])
${batch_seed}W|        with Join([model]) if world > 1 else nullcontext():
            for $place in $batches:
$draw                optimiser.zero_grad()
                x, y = data["train_features"][chosen], data["train_targets"][chosen]
$augment                loss = loss_of($train_call, y$weight)
                loss.backward()
$clip                optimiser.step()
$by_step                total += loss.detach() * len(chosen)
                seen += len(chosen)
                step += 1
$within                if ${leads}options.every and time.perf_counter() - told >= options.every:
                    told, steps = time.perf_counter(), len(order) * options.epochs
                    figures = {"step": step, "steps": steps, "epoch": epoch, "epochs": options.epochs}
                    note(figures | {"loss": loss.item(), "gradients": gradients(net)}, options.figures)
                if options.stop and options.stop.exists():
                    break
${by_epoch}T|        if world > 1:
T|            dist.all_reduce(total)
T|            dist.all_reduce(seen)
W|        if rank == 0:
            figures = {"epoch": epoch + 1, "step": step, "train_loss": (total / seen).item()}
            figures |= $tested
            figures["seconds"] = time.perf_counter() - began
            tell(figures, options.figures)
        over = torch.tensor(float($over), device=device)
T|        if world > 1:
T|            dist.all_reduce(over, dist.ReduceOp.MAX)
        if over.item():
            break
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
    parser.add_argument("--every", type=float, default=0.0, help="and one for a step, at most each so many seconds")
    parser.add_argument("--stop", type=Path, help="end as if all were done once there is a file of this name")
T|    parser.add_argument("--sync-batch-norm", action="store_true", help="batch statistics over all processes")
    parser.add_argument("--test", action="store_true", help="only test")
$predict_option    options = parser.parse_args()

T|    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device(options.device)
T|    if world > 1:
T|        if device.type == "cuda":
T|            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
T|        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    torch.manual_seed(SEED)
    net = $network().to(device)
    if options.weights:
        load_weights(net, options.weights)
$predict    data = load_data(options.data, device)
    if options.test:
        print(test(net, data["test_features"], data["test_targets"]))
        return
T|    train(net, data, options, rank, world)
N|    train(net, data, options)
W|    if rank == 0:
        write_weights(net, options.output)
        if options.every:
            note({"weights": str(options.output)}, options.figures)
        print(f"Wrote {options.output}.")
T|    if world > 1:
T|        dist.barrier()
T|        gc.collect()  # the model lies in a circle that holds the group, whose threads would outlive Python
T|        dist.destroy_process_group()


if __name__ == "__main__":
    main()
'''

CARE = '''class Care:
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
CHECKPOINT = """                if {leads}step % {every} == 0:
                    state = {{"model": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step}}
                    torch.save(state, options.output.with_suffix(f".step-{{step:09}}.pt"))
"""

CHECKING = """import sys
from pathlib import Path

import numpy as np
import torch
import $file as script

folder = Path(sys.argv[1])
net = script.$network().eval()
script.load_weights(net, folder / "$file-weights.pt")
samples = np.load(folder / "samples.npz")
x, y = torch.from_numpy(samples["x"]), torch.from_numpy(samples["y"])
output = $call
loss = script.loss_of(output, y)
loss.backward()
found = {f"gradient {name}": each.grad.numpy() for name, each in net.named_parameters() if each.grad is not None}
outputs = output if isinstance(output, tuple) else (output,)
found |= {f"output {number}": each.detach().numpy() for number, each in enumerate(outputs, 1)}
np.savez(folder / "found.npz", loss=loss.detach().numpy(), version=np.array(torch.__version__), **found)
"""
