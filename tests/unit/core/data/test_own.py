"""A Dataset of the user's own: what it gives, and what is wrong with it."""

from __future__ import annotations

import pickle
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from core.commands import check, train
from core.data.samples import samples_of
from core.data.streamed import Streamed
from core.design import project
from core.design.data_kinds import OWN
from core.design.json_form import from_json, to_json
from core.design.model import Design
from core.design.own_code import own_code
from core.design.settings import DataSettings, Settings
from core.errors import DataError, DesignError, Sentence
from core.training.messages import Failed, Forget, Progress, Start, Stop
from tests.unit.core.data.test_pictures import said
from tests.unit.core.design.drawing import stack
from tests.unit.core.training.driving import Driven, of, states, the

CODE = """
class Points(torch.utils.data.Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        return torch.tensor([float(index), 1.0]), index % 2
"""


def own(code: str = CODE) -> DataSettings:
    return DataSettings(OWN, code=code)


def project_of(code: str) -> Design:
    design = stack(("Linear", {"out_features": 2}), shape=(2,))
    return replace(design, settings=Settings(data=own(code), epochs=2))


def test_its_samples_are_what_it_gives() -> None:
    samples = samples_of(own())
    assert samples.source.features[:3].tolist() == [[0, 1], [1, 1], [2, 1]]
    assert samples.description().classes == ("0", "1")
    assert samples.description().name == "Points"
    assert samples.description().understood == own()


def test_it_may_name_its_classes_give_texts_or_numbers() -> None:
    named = CODE.replace("    def __len__", '    classes = ("even", "odd")\n\n    def __len__', 1)
    assert samples_of(own(named)).target.classes == ("even", "odd")
    texts = CODE.replace("index % 2", '"ab"[index % 2]')
    assert samples_of(own(texts)).target.classes == ("a", "b")
    numbers = CODE.replace("index % 2", "[index * 0.37, index * 1.5]")
    assert samples_of(own(numbers)).target.values.shape == (20, 2)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("x = 1", "must define a class that is derived from torch.utils.data.Dataset"),
        ("class A(", "Line 1 of 'own dataset'"),
        (CODE.replace("float(index)", "float(wrong)"), "Line 7 of 'own dataset': NameError: name 'wrong'"),
        (CODE.replace("return 20", "return 1"), "has 1 samples"),
        (CODE.replace(", index % 2", ""), "Sample 0 of 'own dataset' must be a pair"),
        (CODE.replace("[float(index), 1.0]", "[1.0] * (index + 1)"), "Sample 1 .* numbers of one shape were expected"),
        (CODE.replace("    def __len__", '    classes = ("a",)\n\n    def __len__', 1), "names only 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(code: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        samples_of(own(code))


def test_it_is_kept_in_the_project_and_is_code_that_has_to_be_trusted(tmp_path: Path) -> None:
    design = project_of(CODE)
    assert from_json(to_json(design)).settings.data == own()
    assert [(code.name, code.source) for code in own_code(design)] == [(OWN, CODE)]
    project.write(tmp_path / "p.netloom", design)
    assert project.read(tmp_path / "p.netloom").design.settings.data == own()


def test_the_command_line_runs_it_only_with_trust(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "told"
    project.write(tmp_path / "p.netloom", project_of(f"open({str(told)!r}, 'w').close()\n{CODE}"))
    path = str(tmp_path / "p.netloom")
    assert check.run([path]) == 1
    assert "it runs only with --trust" in capsys.readouterr().out
    with pytest.raises((DesignError, DataError), match="only with --trust"):
        train.run([path])
    with pytest.raises((DesignError, DataError), match="only with --trust"):
        train.run([path, "--data-option", "test_fraction=0.5"])
    assert not told.exists()
    assert train.run([path, "--trust"]) == 0
    assert told.exists()


SLOW = CODE.replace("return 20", "return 60").replace(
    "        return torch", "        import time\n        time.sleep(0.004)\n        return torch"
)
"""It takes a while to give a sample."""
GONE = CODE.replace(
    "        return torch",
    """        self.asked = getattr(self, "asked", 0) + 1
        if self.asked > 20:
            raise OSError("the disk is gone")
        return torch""",
)
"""It gives each sample once, and then no more."""


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.own.free_memory", lambda: 100)


@pytest.mark.usefixtures("little_memory")
def test_more_than_memory_holds_is_asked_for_again() -> None:
    held = np.array([[index, 1] for index in range(20)])
    samples = samples_of(own())
    features = samples.source.features
    assert isinstance(features, Streamed)
    np.testing.assert_array_equal(features[:], held)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(features.store)).read(np.array([7])).values, held[[7]])
    assert "asked for again while they are learnt from" in said(samples.description())
    assert samples.description().classes == ("0", "1")


@pytest.mark.usefixtures("little_memory")
def test_a_slow_dataset_shows_as_waiting_and_its_processes_end_with_the_run() -> None:
    design = project_of(SLOW)
    design = replace(design, settings=replace(design.settings, batch_size=8, epochs=3))
    driven = Driven()
    driven.ask(Start(to_json(design), 1))
    assert not active_children(), "they begin with the first step"
    assert max(event.waiting for event in of(Progress, driven.run())) > 0.5
    assert not active_children()
    for end, told in ((Stop(), ["stopped"]), (Forget(), [])):
        driven.ask(Start(to_json(design), 2))
        while not active_children():
            driven.step()
        assert states(driven.ask(end)) == told
        assert not active_children()


@pytest.mark.usefixtures("little_memory")
def test_what_fails_while_it_is_learnt_from_ends_the_run_and_its_processes() -> None:
    design = project_of(GONE)
    design = replace(design, settings=replace(design.settings, batch_size=8, epochs=9))
    driven = Driven()
    failed = the(Failed, driven.train(design))
    assert "Line 9 of 'own dataset': OSError: the disk is gone" in str(Sentence(failed.template, failed.values))
    assert not active_children()
