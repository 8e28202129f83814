"""Numbers that a hand puts into a network, whether a run waits meanwhile or none is on."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import NetloomError
from core.network import Key, Model
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.finite import all_finite
from core.training.loop import TrainingRun
from core.training.parameters import LiveParameters


def put_values(
    values: Mapping[Key, Tensor], model: Model, live: LiveParameters, run: TrainingRun | None, afresh: bool
) -> None:
    """Have these numbers in the model, in what lives on and in the run that waits.

    `afresh`: they are others altogether, so that gradients and what the optimiser knew of the old ones go. Otherwise
    both stay, as with `param.data += 1`. Raises NetloomError for numbers that are not finite, and changes nothing then.
    """
    for key, value in values.items():
        if not all_finite([value._array]):
            raise NetloomError("'{name}' would hold NaN or infinity, which nothing can learn from.", name=key.name)
    parameters = model.parameters()
    with no_grad():
        for key, value in values.items():
            parameters[key].copy_(value.to(parameters[key].device))
    live.take(model)
    if afresh:
        for key in values:
            parameters[key].grad = None
            live.optimiser.pop(key, None)
            if run is not None:
                run.optimiser.state.pop(parameters[key], None)
    if run is not None:
        run.note_numbers()
