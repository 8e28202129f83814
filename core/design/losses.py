"""The losses one can train with, and what may be wrong with the settings of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.design.optimisers import OPTIMISERS
from core.design.schedules import course_problems
from core.design.settings import Settings
from core.errors import Sentence


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss under PyTorch's name. `tasks` are those it suits.

    `targets` says what it compares the output (N, targets) with: "classes", the number of the right class (N,), or
    "values", numbers of the output's own shape; for classification these are 1 for the right class and 0 elsewhere.
    `weighs`: whether classes can weigh differently.
    """

    key: str
    summary: str
    tasks: tuple[str, ...]
    targets: str
    weighs: bool = False


_CLASSIFICATION = ("classification",)
_REGRESSION = ("regression",)
_BOTH = _CLASSIFICATION + _REGRESSION

LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        loss.key: loss
        for loss in (
            Loss(
                "CrossEntropyLoss",
                "For classes. Takes raw scores: put no Softmax before it.",
                _CLASSIFICATION,
                "classes",
                weighs=True,
            ),
            Loss("NLLLoss", "For classes, after a LogSoftmax.", _CLASSIFICATION, "classes", weighs=True),
            Loss(
                "MultiMarginLoss",
                "For classes. Wants the right class's score 1 above the others, and then is content.",
                _CLASSIFICATION,
                "classes",
                weighs=True,
            ),
            Loss(
                "BCEWithLogitsLoss",
                "One yes-or-no question for each class. Takes raw scores: put no Sigmoid before it.",
                _CLASSIFICATION,
                "values",
            ),
            Loss("MSELoss", "Mean of squared differences: large errors count most.", _BOTH, "values"),
            Loss(
                "SmoothL1Loss",
                "Squared differences while they are small, absolute ones beyond 1.",
                _REGRESSION,
                "values",
            ),
            Loss("L1Loss", "Mean of absolute differences: outliers count little.", _REGRESSION, "values"),
        )
    }
)


LARGEST_SEED = 2**53
"""As far as whole numbers are the same in every reader of JSON."""


def options_of(settings: Settings) -> dict[str, float | bool]:
    """The optimiser's options, PyTorch's defaults where nothing was set, without those of other optimisers."""
    optimiser = OPTIMISERS[settings.optimiser]
    defaults = optimiser.defaults()
    return defaults | {name: value for name, value in settings.optimiser_options.items() if name in defaults}


def default_loss(task: str) -> str:
    """The loss to begin with for "classification" or "regression"."""
    return "MSELoss" if task == "regression" else "CrossEntropyLoss"


def problems(settings: Settings, task: str | None = None) -> Iterator[Sentence]:
    """What is wrong with these settings for this task (None: not known yet), a sentence each."""
    if settings.loss not in LOSSES:
        yield Sentence("There is no loss {loss}: choose one of {known}.", _known("loss", settings.loss, LOSSES))
    elif task is not None and task not in LOSSES[settings.loss].tasks:
        values = {"loss": settings.loss, "task": task, "other": default_loss(task)}
        yield Sentence("{loss} is not for {task}: choose {other}, for example.", values)
    elif settings.data.balance == "weights" and task == "classification" and not LOSSES[settings.loss].weighs:
        weighing = ", ".join(name for name, loss in LOSSES.items() if loss.weighs)
        yield Sentence(
            "{loss} cannot weigh classes: choose {weighing}, or have rare classes drawn more often.",
            {"loss": settings.loss, "weighing": weighing},
        )
    if settings.data.balance != "none" and task == "regression":
        yield Sentence("Numbers to be predicted have no classes that could be balanced: take the balance away.")
    if settings.optimiser not in OPTIMISERS:
        yield Sentence(
            "There is no optimiser {optimiser}: choose one of {known}.",
            _known("optimiser", settings.optimiser, OPTIMISERS),
        )
    else:
        yield from _option_problems(settings)
    for name, value, minimum in (("Batch size", settings.batch_size, 1), ("Epochs", settings.epochs, 1)):
        if value < minimum:
            yield Sentence("{name} is {value}: it must be at least {minimum}.", _limits(name, value, minimum))
    yield from course_problems(settings)
    if settings.seed > LARGEST_SEED:
        too_large: dict[str, object] = {"value": settings.seed, "maximum": LARGEST_SEED}
        yield Sentence("Seed is {value}: it must be at most {maximum}.", too_large)


def _option_problems(settings: Settings) -> Iterator[Sentence]:
    options = options_of(settings)
    for option in OPTIMISERS[settings.optimiser].options:
        value = options[option.name]
        if option.minimum is not None and not value >= option.minimum:
            limits = _limits(option.label, value, option.minimum)
            yield Sentence("{name} is {value}: it must be at least {minimum}.", limits)
        elif option.maximum is not None and not value <= option.maximum:
            yield Sentence("{name} is {value}: it must be below 1.", {"name": option.label, "value": value})
    if options.get("nesterov") and (not options["momentum"] or options["dampening"]):
        yield Sentence("Nesterov needs momentum above 0 and no dampening.")


def _known(name: str, value: str, table: Mapping[str, object]) -> dict[str, object]:
    return {name: value, "known": ", ".join(table)}


def _limits(name: str, value: object, minimum: float) -> dict[str, object]:
    return {"name": name, "value": value, "minimum": minimum}
