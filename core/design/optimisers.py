"""The optimisers one can train with: their options, PyTorch's defaults, limits and words.

The settings panel shows this table and the engine is called by it, so that neither needs to know the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.design.catalog.base import Option


@dataclass(frozen=True, slots=True)
class Optimiser:
    """An optimiser under PyTorch's name. Options are its arguments; `beta1` and `beta2` make its `betas`.

    `states`: how many numbers it remembers of each parameter, besides those that an option asks for.
    """

    key: str
    summary: str
    options: tuple[Option, ...]
    states: int

    def defaults(self) -> dict[str, float | bool]:
        """The options' defaults by name, where PyTorch has one."""
        return {option.name: option.default for option in self.options if isinstance(option.default, float | bool)}


_BELOW_ONE = 1.0 - 1e-9  # PyTorch refuses 1
_L2 = "Pulls weights towards zero, through the gradient."
_DECOUPLED = "Pulls weights towards zero, apart from the gradient."


def _rate(default: float) -> Option:
    return Option("lr", "float", default, "learning rate", "How far one step goes.", minimum=0.0, required=True)


def _decay(default: float = 0.0, help: str = _L2) -> Option:
    return Option("weight_decay", "float", default, "weight decay", help, minimum=0.0)


def _eps(default: float = 1e-8) -> Option:
    return Option("eps", "float", default, "epsilon", "Added to the divisor, against division by zero.", minimum=0.0)


def _share(name: str, default: float, label: str, help: str) -> Option:
    return Option(name, "float", default, label, help, minimum=0.0, maximum=_BELOW_ONE)


_MOMENTUM = Option("momentum", "float", 0.0, "momentum", "Share of the last step that is kept.", minimum=0.0)
_BETAS = (
    _share("beta1", 0.9, "beta 1", "Memory of the mean of gradients."),
    _share("beta2", 0.999, "beta 2", "Memory of the mean of their squares."),
)
_AMSGRAD = Option("amsgrad", "bool", False, "AMSGrad", "Divides by the largest mean of squares so far.")

OPTIMISERS: Mapping[str, Optimiser] = MappingProxyType(
    {
        optimiser.key: optimiser
        for optimiser in (
            Optimiser(
                "Adam",
                "A step size of its own for every weight. Works well untuned.",
                (_rate(1e-3), *_BETAS, _eps(), _decay(), _AMSGRAD),
                states=2,
            ),
            Optimiser(
                "AdamW",
                "Adam with weight decay apart from the gradient.",
                (_rate(1e-3), *_BETAS, _eps(), _decay(1e-2, _DECOUPLED), _AMSGRAD),
                states=2,
            ),
            Optimiser(
                "SGD",
                "Straight down the gradient, with momentum if wished.",
                (
                    _rate(1e-3),
                    _MOMENTUM,
                    Option("dampening", "float", 0.0, "dampening", "Share of the gradient that momentum leaves out."),
                    _decay(),
                    Option("nesterov", "bool", False, "Nesterov", "Looks ahead along the momentum, which it needs."),
                ),
                states=0,
            ),
            Optimiser(
                "RMSprop",
                "Divides each gradient by its usual size. Good for recurrent networks.",
                (
                    _rate(1e-2),
                    _share("alpha", 0.99, "alpha", "Memory of the mean of squared gradients."),
                    _eps(),
                    _decay(),
                    _MOMENTUM,
                    Option("centered", "bool", False, "Centred", "Divides by the deviation instead of the size."),
                ),
                states=1,
            ),
            Optimiser(
                "NAdam",
                "Adam that looks ahead along its momentum.",
                (
                    _rate(2e-3),
                    *_BETAS,
                    _eps(),
                    _decay(),
                    Option("momentum_decay", "float", 4e-3, "momentum decay", "How fast looking ahead sets in."),
                ),
                states=2,
            ),
            Optimiser(
                "RAdam",
                "Adam that holds back while it has seen few gradients.",
                (_rate(1e-3), *_BETAS, _eps(), _decay()),
                states=2,
            ),
            Optimiser(
                "Adamax",
                "Adam that divides by the largest gradient of late.",
                (_rate(2e-3), *_BETAS, _eps(), _decay()),
                states=2,
            ),
            Optimiser(
                "Adagrad",
                "Ever smaller steps for weights that have moved much. For rare features.",
                (
                    _rate(1e-2),
                    Option("lr_decay", "float", 0.0, "rate decay", "How fast the learning rate falls.", minimum=0.0),
                    _decay(),
                    _eps(1e-10),
                ),
                states=1,
            ),
            Optimiser(
                "Adadelta",
                "Finds its step size from the steps it made. Needs no learning rate.",
                (
                    _rate(1.0),
                    _share("rho", 0.9, "rho", "Memory of the means of squared gradients and steps."),
                    _eps(1e-6),
                    _decay(),
                ),
                states=2,
            ),
        )
    }
)
