"""Devices by name and memory, and what is said of those that cannot be used."""

from __future__ import annotations

import pytest

from core.arrays import gpus
from core.errors import DeviceError
from core.training.devices import check_device, list_devices, memory_in_use
from core.training.messages import Device

GIGABYTE = 1 << 30


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two GPUs, of which the second does not work."""
    problems = ["", "GPU 1 failed a trial sum and product."]

    def reason(index: int | None = None) -> str:
        return "" if index is None else problems[index] if index < 2 else f"There is no GPU number {index}."

    monkeypatch.setattr(gpus, "device_count", lambda: 2)
    monkeypatch.setattr(gpus, "unavailable_reason", reason)
    monkeypatch.setattr(gpus, "get_device_name", lambda index: f"Model {index}")
    monkeypatch.setattr(gpus, "mem_get_info", lambda index: (3 * GIGABYTE, 4 * GIGABYTE))


@pytest.mark.usefixtures("two_gpus")
def test_gpus_come_after_the_processor_with_their_memory_or_their_problem() -> None:
    found = list_devices()
    assert found.reason == ""
    assert found.devices[0].name == "cpu"
    assert found.devices[1:] == (
        Device("cuda:0", "Model 0", 3 * GIGABYTE, 4 * GIGABYTE),
        Device("cuda:1", "GPU 1", problem="GPU 1 failed a trial sum and product."),
    )


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize("name", ["cpu", "cuda", "cuda:0"])
def test_devices_that_work_can_be_used(name: str) -> None:
    assert str(check_device(name)) == name


@pytest.mark.usefixtures("two_gpus")
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("cuda:1", "GPU 1 failed a trial sum and product."),
        ("cuda:2", "There is no GPU number 2."),
        ("cuda:x", "Invalid device string: 'cuda:x'."),
        ("", "Expected one of cpu, cuda device type at start of device string: ."),
    ],
)
def test_the_sentence_names_problem_and_choice(name: str, problem: str) -> None:
    with pytest.raises(DeviceError) as caught:
        check_device(name)
    assert str(caught.value) == f"Device '{name}' cannot be used. {problem} Choose one of: cpu, cuda:0."


def test_the_processor_has_memory() -> None:
    processor = list_devices().devices[0]
    assert 0 < processor.free <= processor.total
    assert 10_000_000 < memory_in_use(check_device("cpu")) < processor.total


@pytest.mark.usefixtures("two_gpus")
def test_memory_in_use_on_a_gpu_is_what_is_not_free() -> None:
    assert memory_in_use(check_device("cuda:0")) == GIGABYTE
