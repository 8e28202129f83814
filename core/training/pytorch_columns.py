"""The columns of a table in a PyTorch script: what makes of a line what the network takes, with its constants."""

from __future__ import annotations

from pprint import pformat
from string import Template

from core.data.learnt import Learnt
from core.data.missing import MISSING
from core.design.column_kinds import DATES

_SOURCE = '''$columns
"""Of each column what it holds, its categories, whether its dates have hours, and what is filled in."""
MEAN: tuple[float, ...] = $mean
SCALE: tuple[float, ...] = $scale
TARGETS: tuple[str, ...] = $targets
TARGETS_MEAN: tuple[float, ...] = $targets_mean
TARGETS_SCALE: tuple[float, ...] = $targets_scale
MISSING = $missing


def parts_of(day: datetime, cyclic: bool, has_time: bool) -> list[float]:
    """The year, and month, day, weekday and hour of a date: as numbers, or as sines and cosines."""
    hour = day.hour + day.minute / 60 + day.second / 3600
    parts = [(day.month, 1, 12), (day.day, 1, 31), (day.weekday(), 0, 7), (hour, 0, 24)][: 4 if has_time else 3]
    if not cyclic:
        return [day.year, *(part for part, _, _ in parts)]
    angles = [2 * math.pi * (part - first) / period for part, first, period in parts]
    return [day.year, *(wave(angle) for angle in angles for wave in (math.sin, math.cos))]


def features_of(row: dict[str, str]) -> list[float]:
    """What the network takes of a line, by its columns' names. Decimals have a point, dates begin with the year."""
    found: list[float] = []
    for name, (kind, categories, has_time, fill, blank) in COLUMNS.items():
        text = row[name].strip()
        is_missing = text.lower() in MISSING
        if kind in ("one-hot", "index"):
            place = categories.index(text) if text in categories else -1
            if is_missing and fill is not None:
                place = int(fill)
            found += [place + 1] if kind == "index" else [float(at == place) for at in range(len(categories))]
        elif kind == "number":
            found.append(fill if is_missing and fill is not None else float(text))
        elif is_missing and blank is not None:
            found += [blank] * len(parts_of(datetime(1970, 1, 1), kind == "cyclic", has_time))
        else:
            is_filled = is_missing and fill is not None
            day = datetime(1970, 1, 1) + timedelta(fill) if is_filled else datetime.fromisoformat(text)
            found += parts_of(day, kind == "cyclic", has_time)
    return [(value - mean) / scale for value, mean, scale in zip(found, MEAN, SCALE, strict=True)]


@torch.no_grad()
def predict(net: nn.Module, path: Path, device: torch.device) -> None:
    """Print what the network says of each line of a .csv file whose first line has the names of the columns."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        x = torch.tensor([features_of(row) for row in csv.DictReader(file)], dtype=torch.float32).to(device)
    net.eval()
    output = $call
    for values in $scores.tolist():
        if CLASSES:
            print(CLASSES[values.index(max(values))])
        else:
            numbers = zip(values, TARGETS_MEAN, TARGETS_SCALE, strict=True)
            print(", ".join(f"{value * scale + mean:.6g}" for value, mean, scale in numbers))
'''


def columns_source(learnt: Learnt, call: str, scores: str) -> str:
    """The source, empty where samples are no rows of a table, or too many columns. `call` gives the network's output of
    `x`, and `scores` what is read of it.
    """
    if not learnt.codings or len(learnt.shape) != 1 or learnt.shape[0] > 1000 or learnt.settings.task == "autoencoder":
        return ""
    columns = {
        coding.name: (
            coding.kind, coding.categories, coding.has_time and coding.kind in DATES, coding.fill, coding.blank
        )
        for coding in learnt.codings
    }  # fmt: skip
    count = learnt.shape[0]
    width = 0 if learnt.classes else learnt.width
    return Template(_SOURCE).substitute(
        columns="COLUMNS = " + pformat(columns, width=110, sort_dicts=False),
        mean=_numbers(learnt.features.mean.reshape(-1).tolist(), count),
        scale=_numbers(learnt.features.scale.reshape(-1).tolist(), count),
        targets=repr(learnt.names_of_targets if width else ()),
        targets_mean=_numbers(learnt.goals.mean.reshape(-1).tolist(), width),
        targets_scale=_numbers(learnt.goals.scale.reshape(-1).tolist(), width),
        missing=pformat(set(MISSING), width=110),
        call=call,
        scores=scores,
    )


def _numbers(values: list[float], count: int) -> str:
    """So many numbers; of one that is the same for all, repeated."""
    each = values * count if len(values) == 1 else values
    return pformat(tuple(each), width=110, compact=True)
