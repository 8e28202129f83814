"""The losses and optimisers one can train with: their options, PyTorch's defaults, limits and words.

The settings panel shows this table and the engine is called by it, so that neither needs to know the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.design.catalog.base import Option
from core.design.settings import Settings
from core.errors import Sentence


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss under PyTorch's name. `tasks` are those it suits.

    `targets` says what it compares the output (N, targets) with: "classes", the number of the right class (N,), or
    "values", numbers of the output's own shape; for classification these are 1 for the right class and 0 elsewhere.
    """

    key: str
    summary: str
    tasks: tuple[str, ...]
    targets: str


@dataclass(frozen=True, slots=True)
class Optimiser:
    """An optimiser under PyTorch's name. Options are its arguments; `beta1` and `beta2` make its `betas`."""

    key: str
    summary: str
    options: tuple[Option, ...]

    def defaults(self) -> dict[str, float | bool]:
        return {option.name: option.default for option in self.options if isinstance(option.default, float | bool)}


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
            ),
            Loss("NLLLoss", "For classes, after a LogSoftmax.", _CLASSIFICATION, "classes"),
            Loss(
                "BCEWithLogitsLoss",
                "One yes-or-no question for each class. Takes raw scores: put no Sigmoid before it.",
                _CLASSIFICATION,
                "values",
            ),
            Loss("MSELoss", "Mean of squared differences: large errors count most.", _BOTH, "values"),
            Loss("L1Loss", "Mean of absolute differences: outliers count little.", _REGRESSION, "values"),
        )
    }
)


def _rate(default: float) -> Option:
    return Option("lr", "float", default, "learning rate", "How far one step goes.", minimum=0.0, required=True)


def _decay(default: float, help: str) -> Option:
    return Option("weight_decay", "float", default, "weight decay", help, minimum=0.0)


def _adam(decay: Option) -> tuple[Option, ...]:
    below_one = 1.0 - 1e-9  # PyTorch refuses 1
    return (
        _rate(1e-3),
        Option("beta1", "float", 0.9, "beta 1", "Memory of the mean of gradients.", minimum=0.0, maximum=below_one),
        Option(
            "beta2", "float", 0.999, "beta 2", "Memory of the mean of their squares.", minimum=0.0, maximum=below_one
        ),
        Option("eps", "float", 1e-8, "epsilon", "Added to the divisor, against division by zero.", minimum=0.0),
        decay,
        Option("amsgrad", "bool", False, "AMSGrad", "Divides by the largest mean of squares so far."),
    )


_L2 = "Pulls weights towards zero, through the gradient."
_DECOUPLED = "Pulls weights towards zero, apart from the gradient."

OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType(
    {
        optimiser.key: optimiser
        for optimiser in (
            Optimiser("Adam", "A step size of its own for every weight. Works well untuned.", _adam(_decay(0.0, _L2))),
            Optimiser("AdamW", "Adam with weight decay apart from the gradient.", _adam(_decay(1e-2, _DECOUPLED))),
            Optimiser(
                "SGD",
                "Straight down the gradient, with momentum if wished.",
                (
                    _rate(1e-3),
                    Option("momentum", "float", 0.0, "momentum", "Share of the last step that is kept.", minimum=0.0),
                    Option("dampening", "float", 0.0, "dampening", "Share of the gradient that momentum leaves out."),
                    _decay(0.0, _L2),
                    Option("nesterov", "bool", False, "Nesterov", "Looks ahead along the momentum, which it needs."),
                ),
            ),
        )
    }
)


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
