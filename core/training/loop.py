"""Training as a generator: each step is made when it is asked for, in whatever process asks.

>>> run = TrainingRun(design, report, data)  # doctest: +SKIP
>>> for event in run:  # doctest: +SKIP
...     if isinstance(event, Tested):
...         print(event.epoch, event.accuracy)

To pause is to ask for no more; to stop is to ask for none again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from core import nn, optim
from core.arrays.backend import Array, namespace
from core.data.augmentation import augmentation_of
from core.data.learnt import to_text
from core.data.prepare import PreparedData
from core.data.streamed import Streamed
from core.design.balance import class_weights
from core.design.losses import LOSSES, options_of, problems
from core.design.model import Design
from core.design.settings import Settings
from core.design.shapes import Report
from core.errors import DesignError, Sentence
from core.functions.creation import eye, from_numpy
from core.functions.shape import cat
from core.network import Model, build
from core.plan import PlannedStep
from core.random.draws import get_rng_state, manual_seed, multinomial, randint, randperm, set_rng_state
from core.tensors.grad_mode import no_grad
from core.tensors.tensor import Tensor
from core.training.augmentation import ends
from core.training.course import Course
from core.training.devices import check_device
from core.training.feed import Batch, Lot, feed_of, readers_of
from core.training.not_finite import NotFiniteError
from core.training.parameters import LiveParameters, Place
from core.training.safeguard import Safeguard


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step was made. `step` counts from 1, `epoch` from 0; accuracy is from 0 to 1, None for regression."""

    step: int
    epoch: int
    loss: float
    accuracy: float | None
    samples: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next samples were not read yet."""


@dataclass(frozen=True, slots=True)
class Testing:
    """A part of the test samples was looked at."""


@dataclass(frozen=True, slots=True)
class Tested:
    """An epoch is over: loss and accuracy on all samples of a part, "test" or "validation".

    `epoch` counts those that are over. `within`: it is not over, the test came after some steps of it.
    """

    step: int
    epoch: int
    loss: float
    accuracy: float | None
    part: str = "test"
    within: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """Something happened that the run's log is to say."""

    sentence: Sentence


RunEvent: TypeAlias = Stepped | Waiting | Testing | Tested | Noted


class TrainingRun:
    """One run over data. Between two events one may look at it; `save` brings `live` up to date."""

    def __init__(
        self,
        design: Design,
        report: Report,
        data: PreparedData,
        live: LiveParameters | None = None,
        goes_on: bool = False,
    ) -> None:
        """`live`: parameters to go on with, which the run keeps up to date; by default fresh ones from the seed.
        `goes_on`: not from the first step, but from the place in a run that they are from, as if that run had never
        stopped.

        Raises DeviceError when the device is not there, DesignError when the design cannot be built or the settings
        cannot be used or weights to go on with are not finite, CustomLayerError when a layer of the user's fails.
        """
        self.design = design
        self.report = report
        self.settings = design.settings
        for sentence in problems(self.settings, data.description.task):
            raise DesignError(sentence.template, **sentence.values)
        self.live = live if live is not None else LiveParameters()
        self.device = check_device(self.settings.device)
        self.model, (self.kept, self.fresh) = make_model(design, report, self.live)
        self.model.module.to(self.device)
        self._learnt = to_text(data.learnt)
        self._loss = getattr(nn, self.settings.loss)()
        self.classifies = bool(data.description.classes)
        one_hot = self.classifies and LOSSES[self.settings.loss].targets == "values"
        self._one_hot = eye(len(data.description.classes), device=self.device) if one_hot else None
        streamed = data.train_features
        change = augmentation_of(self.settings.data, data.description.shape, *ends(data))
        self._readers = readers_of(streamed, change, self.settings.batch_size)
        self._in_blocks = streamed if isinstance(streamed, Streamed) and streamed.is_in_blocks else None
        self._is_changed = change is not None
        self._train = feed_of(streamed, data.train_targets, self.device, self._readers, self._is_changed)
        self._held_back = {
            "test": feed_of(data.test_features, data.test_targets, self.device, self._readers),
            "validation": feed_of(data.valid_features, data.valid_targets, self.device, self._readers),
        }
        self._tested = {"test": data.test_targets, "validation": data.valid_targets}
        self.watched = "validation" if data.description.valid_size else "test"
        """The part that is looked at after each epoch."""
        self._balance(data)
        self.optimiser = make_optimiser(self.model, self.settings)
        self.live.give_optimiser(self.model, self.optimiser)
        self.step = self.epoch = self._seen = 0
        self.course = Course(self.settings, self.steps_per_epoch, self.steps)
        self._new_guard()
        is_one_to_one = not self.model.shares and len(getattr(self.model.module, "results", "1")) == 1
        self._planned = PlannedStep(self.model.module, self._lesson) if is_one_to_one else None
        self._failure: NotFiniteError | None = None
        kept = self.live.random if goes_on or self.live.seed == self.settings.seed else None
        self._random = get_rng_state() if kept is None else kept
        self._drawn: Tensor | None = None
        self._is_within = False
        """Whether the next epoch's order was drawn already, at another time."""
        if goes_on:
            self._go_to(self.live.place)
        self.before = self.step, self.epoch
        """Steps and whole epochs that were made at another time."""

    def _go_to(self, place: Place | None) -> None:
        if place is None:
            raise DesignError("There is no run to go on with: these weights are not from within one. Start a new run.")
        self.step, self.epoch, self._seen = place.step, place.epoch, place.seen
        if self.epoch >= self.settings.epochs:
            raise DesignError("This run had come to its end: to train longer, raise Epochs or start a new run.")
        self._drawn, self._is_within = place.drawn, place.seen > 0
        is_whole = place.best.keys() == self.model.tensors().keys()  # not so where the network was edited since
        try:
            self.course.remember(place.course, place.best if is_whole else {})
        except KeyError as error:
            raise DesignError("The checkpoint does not say how the run went on: {name}.", name=str(error)) from error

    def _new_guard(self) -> None:
        self._guard = Safeguard(
            self.design, self.model, self.optimiser, self._batch, self._loss_of, self.course.prepare_update
        )

    def adjust(self, design: Design) -> None:
        """Go on with other settings of this design, and with other parameters frozen, from the next step.

        Raises DesignError where the settings cannot be used, and then goes on as before.
        """
        for sentence in problems(design.settings, None):
            raise DesignError(sentence.template, **sentence.values)
        self.save()
        self._freeze(design)
        self.optimiser = make_optimiser(self.model, design.settings)
        self.design, self.settings = design, design.settings
        self.live.give_optimiser(self.model, self.optimiser)
        self.course.change(self.settings, self.steps_per_epoch, self.steps)
        self._new_guard()

    def _freeze(self, design: Design) -> None:
        before, after = self.design.as_it_runs, design.as_it_runs
        for node, part in self.model.parts.items():
            parameters = dict(part.named_parameters())
            frozen = after[node].frozen
            for name in before[node].frozen ^ frozen:
                if name in parameters:
                    parameters[name].requires_grad = name not in frozen
                    parameters[name].grad = None

    def take_over(self, live: LiveParameters, seed: int | None = None) -> None:
        """Go on with other parameters than those there are, and fresh ones, from `seed`, where they have none."""
        fresh, _ = make_model(self.design, self.report, live, seed)
        others = fresh.tensors()
        with no_grad():
            for key, tensor in self.model.tensors().items():
                tensor.copy_(others[key].to(self.device))
        self.live = live
        self.go_on_from_here()
        live.give_optimiser(self.model, self.optimiser)

    def go_on_from_here(self) -> None:
        """The parameters were changed by others than the optimiser: what it knew was about other numbers."""
        self.optimiser.state.clear()
        self.note_numbers()

    def note_numbers(self) -> None:
        """Parameters have other numbers, which the run goes on from."""
        self._new_guard()

    @property
    def waited(self) -> float:
        """Seconds in which the next samples were not there yet."""
        return self._readers.waited if self._readers is not None else 0.0

    def close(self) -> None:
        """End the processes that read samples."""
        if self._readers is not None:
            self._readers.close()

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.course.rate(self.step)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches an epoch has. A last batch of one sample is left out, which some layers cannot take."""
        return max(1, self._batches_of(len(self._train)))

    def _batches_of(self, samples: int) -> int:
        whole, rest = divmod(samples, self.settings.batch_size)
        return whole + (rest > 1)

    @property
    def steps(self) -> int:
        """How many batches the whole run has: those that were made, and those that are left as it goes on now."""
        left = self.settings.epochs - self.epoch
        if not self._seen:
            return self.step + self.steps_per_epoch * left
        return self.step + self._batches_of(len(self._train) - self._seen) + self.steps_per_epoch * (left - 1)

    def __iter__(self) -> Iterator[RunEvent]:
        set_rng_state(self._random)
        with self._going_back():
            if self.before[0] and self.course.tested != self.step and self._is_test_due:
                yield from self._test_on_the_way(within=self._seen > 0)
            while self._is_unfinished:
                self.model.module.train()
                for batch in self._train.walk(self._lots()):
                    if batch is None:
                        yield Waiting()
                        continue
                    yield self._step(batch)
                    if self._is_test_due:
                        yield from self._test_on_the_way(within=True)
                        self.model.module.train()
                        if self.course.is_over:
                            break
                self.epoch, self._seen = self.epoch + 1, 0
                if not self.course.is_over:
                    yield from self._test_on_the_way(within=False)
            self._guard.check(self.step)
            if self.course.put_best_back(self.step, self.model):
                self.note_numbers()
            yield from self._notes()

    @property
    def _is_unfinished(self) -> bool:
        return self.epoch < self.settings.epochs and not self.course.is_over

    @property
    def _is_test_due(self) -> bool:
        """Whether to test after the steps that were made: an epoch is over, or this is wanted within one."""
        is_last = self._batches_of(len(self._train) - self._seen) == 0
        return not self._seen or (self.course.is_test_due(self.step) and not is_last)

    def _test_on_the_way(self, within: bool) -> Iterator[RunEvent]:
        for event in self.test(self.watched):
            if isinstance(event, Tested):
                self.course.take_test(event.step, event.loss, event.accuracy, self.model)
                event = replace(event, within=within)
            yield event
        yield from self._notes()

    def _notes(self) -> Iterator[Noted]:
        while self.course.notes:
            yield Noted(self.course.notes.pop(0))

    def save(self) -> None:
        """Bring `live` up to date. Before the first step there is nothing worth to live on.

        Numbers that are not finite never live on: the run goes back to finite ones, and its next step fails.
        """
        try:
            with self._going_back():
                self._guard.check(self.step)
        except NotFiniteError as failure:
            self._failure = failure
        if self.step:
            self.live.take(self.model, self.optimiser)
            self.live.random = get_rng_state()
            self.live.seed = self.settings.seed
            self.live.learnt = self._learnt
            drawn = self._drawn if self._drawn is not None else self.live.random
            best = self.course.best if self.settings.course.keep_best else None
            weights = {} if best is None else best[1]
            self.live.place = Place(self.step, self.epoch, self._seen, drawn, self.course.memory, weights)

    def _lots(self) -> Iterator[Lot]:
        """The training samples in a new random order, and what they are changed by.

        A single last sample is left out: batch statistics need two.
        """
        count, start = len(self._train), self._seen
        pieces, seed = self._order_of_epoch()
        seed += -(-start // self.settings.batch_size)
        order = next(pieces, np.zeros(0, np.int64))
        while len(order) < start and (more := next(pieces, None)) is not None:
            order = np.concatenate((order, more))
        order = order[start:]
        while start < count:
            size = self.settings.batch_size  # which may be another from now on
            if start and self._batches_of(count - start) == 0:
                break
            while len(order) < size and (more := next(pieces, None)) is not None:
                order = np.concatenate((order, more))
            yield Lot(order[:size], seed)
            order, start, seed = order[size:], start + size, seed + 1

    def _order_of_epoch(self) -> tuple[Iterator[Array], int]:
        """A new order, or the one that was drawn when the epoch began at another time."""
        now = get_rng_state()
        if self._is_within and self._drawn is not None:
            self._is_within = False
            set_rng_state(self._drawn)
            pieces = self._order()
            set_rng_state(now)
            return pieces
        self._drawn = now
        self._guard.note_draw(self._order)
        return self._order()

    def _batch(self, lot: Lot) -> tuple[Tensor, Tensor]:
        batch = self._train.batch(lot)
        return batch.features, batch.targets

    def _balance(self, data: PreparedData) -> None:
        """Have rare classes drawn as often as frequent ones, or weigh as much in what is learned from."""
        self._shares: Tensor | None = None
        self._lesson = self._loss
        balance = self.settings.data.balance
        if balance == "none" or not self.classifies:
            return
        weights = from_numpy(np.array(class_weights(data.description), np.float32))
        if balance == "weights":
            self._lesson = getattr(nn, self.settings.loss)(weight=weights.to(self.device))
        else:
            self._shares = weights[from_numpy(np.asarray(data.train_targets))]

    def _order(self) -> tuple[Iterator[Array], int]:
        """The numbers of training samples in a new random order; balanced, as many that are drawn one by one. At once,
        or, where they are read in blocks, a window of these after another. And the seed of what is changed in them.
        """
        pieces = self._pieces()
        return pieces, int(randint(2**31, (1,)).item()) if self._is_changed else 0

    def _pieces(self) -> Iterator[Array]:
        if self._in_blocks is not None:
            shares = None if self._shares is None else self._shares.numpy()
            return self._in_blocks.shuffled(int(randint(2**62, (1,)).item()), shares)
        if self._shares is None:
            order = randperm(len(self._train))
        else:
            order = multinomial(self._shares, len(self._shares), replacement=True)
        return iter([self._train.numbers(order)])

    def _step(self, batch: Batch) -> Stepped:
        """Raises NotFiniteError, with all as before the step that failed, where the loss is NaN or infinite."""
        if self._failure is not None:
            raise self._failure
        self._guard.note_step(self.step, batch.lot)
        features, targets = batch.features, batch.targets
        self.optimiser.zero_grad()
        outputs, loss = self._there_and_back(features, targets)
        self.course.prepare_update(self.step, self.optimiser)
        self.optimiser.step()
        if not math.isfinite(value := loss.item()):
            raise self._guard.failure(self.step, value)
        self.step += 1
        self._seen += len(batch)
        self.live.steps += 1
        return Stepped(self.step, self.epoch, value, self._accuracy(outputs[0], targets), len(features))

    def _there_and_back(self, features: Tensor, targets: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
        """Outputs, loss and gradients of a batch; by a plan where the network has one Input and one Output."""
        if self._planned is not None:
            output, loss = self._planned(features, self._comparable(targets))
            return (output,), loss
        outputs = self.model.outputs(features)
        loss = self._loss_on(outputs, targets, self._lesson)
        loss.backward()
        return outputs, loss

    def outcome(self, features: Tensor, targets: Tensor) -> tuple[tuple[Tensor, ...], Tensor]:
        """What each Output gives for samples, and their mean loss as in a test; gradients of it can be had."""
        outputs = self.model.outputs(features)
        return outputs, self._loss_on(outputs, targets, self._loss)

    def _loss_of(self, features: Tensor, targets: Tensor) -> Tensor:
        return self._loss_on(self.model.outputs(features), targets, self._lesson)

    def _loss_on(self, outputs: tuple[Tensor, ...], targets: Tensor, loss_of: nn.Module) -> Tensor:
        """Each of several Outputs is told the same classes, and their losses add up; numbers to predict they share."""
        wanted = self._comparable(targets)
        given = outputs if self.classifies or len(outputs) == 1 else (cat(outputs, 1),)
        loss: Tensor = loss_of(given[0], wanted)
        for other in given[1:]:
            loss = loss + loss_of(other, wanted)
        return loss

    @contextmanager
    def _going_back(self) -> Iterator[None]:
        """After a failure, count as many steps as are kept."""
        try:
            yield
        except NotFiniteError as failure:
            self.live.steps -= self.step - failure.kept
            self.step = failure.kept
            raise

    def size_of(self, part: str) -> int:
        """How many samples a part that is held back has: "test" or "validation"."""
        return len(self._held_back[part])

    @property
    def guess(self) -> float | None:
        """How often the most frequent class of the watched samples is right; None for regression."""
        if not self.classifies:
            return None
        _, counts = np.unique(np.asarray(self._tested[self.watched]), return_counts=True)
        return float(counts.max() / counts.sum())

    def test(self, held_back: str = "test") -> Iterator[Waiting | Testing | Tested]:
        """Over all samples of a part in eval mode. `Tested` comes last.

        Raises NotFiniteError where a loss is not finite.
        """
        self.model.module.eval()
        loss, correct, count = 0.0, 0, 0
        for batch in self._held_back[held_back].in_order():
            if batch is None:
                yield Waiting()
                continue
            with no_grad():
                outputs = self.model.outputs(batch.features)
                loss += self._loss_on(outputs, batch.targets, self._loss).item() * len(batch)
                if not math.isfinite(loss):
                    raise self._guard.test_failure(self.step, batch.features, batch.targets)
                correct += round((self._accuracy(outputs[0], batch.targets) or 0.0) * len(batch))
            count += len(batch)
            yield Testing()
        count = max(count, 1)
        accuracy = correct / count if self.classifies else None
        yield Tested(self.step, self.epoch, loss / count, accuracy, held_back)

    def _comparable(self, targets: Tensor) -> Tensor:
        """Targets as the loss takes them: the numbers of classes, or 1 for the right class and 0 elsewhere."""
        return self._one_hot[targets] if self._one_hot is not None else targets

    def _accuracy(self, output: Tensor, targets: Tensor) -> float | None:
        if not self.classifies:
            return None
        scores, right = output._array, targets._array
        return float(namespace(scores).count_nonzero(scores.argmax(-1) == right)) / len(right)


def make_model(
    design: Design, report: Report, live: LiveParameters, seed: int | None = None
) -> tuple[Model, tuple[int, int]]:
    """The model of a design, with the parameters that live on and, for the others, fresh ones from `seed`, which by
    default is the design's.

    Returns how many were kept and how many are fresh, too.
    """
    manual_seed(design.settings.seed if seed is None else seed)
    model = build(design, report)
    return model, live.give(model)


def make_optimiser(model: Model, settings: Settings) -> optim.Optimizer:
    """The optimiser of these settings for all parameters that are trained. Raises DesignError when there are none."""
    trained = [parameter for parameter in model.module.parameters() if parameter.requires_grad]
    if not trained:
        raise DesignError("There is nothing to train: no layer of the design has parameters, or all are frozen.")
    options: dict[str, Any] = options_of(settings)
    if "beta1" in options:
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    optimiser: optim.Optimizer = getattr(optim, settings.optimiser)(trained, **options)
    return optimiser
