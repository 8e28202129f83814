"""What is in a file of tensors: the names, and the figures that numpy finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.training.messages import Failed, ListTensors, TensorInFile, TensorsListed
from tests.unit.core.training.driving import Driven, the


def listed(path: Path) -> TensorsListed:
    return the(TensorsListed, Driven().ask(ListTensors(str(path))))


def refusal(path: Path) -> str:
    failed = the(Failed, Driven().ask(ListTensors(str(path))))
    return failed.template.format(**failed.values)


def check(found: TensorInFile, array: np.ndarray) -> None:
    assert (found.shape, found.dtype, found.size) == (array.shape, array.dtype.name, array.nbytes)
    finite = array[np.isfinite(array)].astype(np.float64)
    figures = (found.mean, found.std, found.minimum, found.maximum, found.zeros)
    std = finite.std(ddof=1) if finite.size > 1 else np.nan
    wanted = (finite.mean(), std, finite.min(), finite.max(), (finite == 0).mean())
    assert figures == pytest.approx(wanted, rel=1e-6, nan_ok=True)
    assert found.nonfinite == array.size - finite.size
    assert found.histogram is not None
    counts, _ = np.histogram(finite, 64, (found.histogram.low, found.histogram.high))
    assert np.abs(np.subtract(found.histogram.counts, counts)).sum() <= 2  # a value at the very edge of a bin


def test_weights_of_pytorch(tmp_path: Path, torch: Any) -> None:
    from safetensors.torch import save_file  # which needs PyTorch

    state = torch.nn.Sequential(torch.nn.Linear(7, 5), torch.nn.BatchNorm1d(5)).state_dict()
    torch.save({"epoch": 3, "model": state}, tmp_path / "a.pt")
    save_file(state, tmp_path / "a.safetensors")
    by_name = {each.name: each for each in listed(tmp_path / "a.pt").tensors}
    assert list(by_name) == [f"model.{name}" for name in state]
    assert listed(tmp_path / "a.pt").others == 1
    plain = {each.name: each for each in listed(tmp_path / "a.safetensors").tensors}
    for name, tensor in state.items():
        check(by_name[f"model.{name}"], tensor.numpy())
        check(plain[name], tensor.numpy())


def test_a_tensor_and_a_list_of_tensors(tmp_path: Path, torch: Any) -> None:
    torch.save(torch.arange(4), tmp_path / "x.pt")
    (alone,) = listed(tmp_path / "x.pt").tensors
    assert alone.name == "tensor"
    check(alone, np.arange(4))
    torch.save([torch.zeros(2, 3), torch.tensor([1.0, float("nan"), 0.0])], tmp_path / "xs.pt")
    first, second = listed(tmp_path / "xs.pt").tensors
    assert (first.name, second.name) == ("0", "1")
    check(second, np.array([1, np.nan, 0], np.float32))


def test_arrays_of_numpy(tmp_path: Path) -> None:
    arrays = {"X": np.random.default_rng(0).normal(size=(20, 3)), "y": np.arange(20) % 3, "names": np.array(["a", "b"])}
    np.savez(tmp_path / "data.npz", **arrays)
    found = {each.name: each for each in listed(tmp_path / "data.npz").tensors}
    check(found["X"], arrays["X"])
    check(found["y"], arrays["y"])
    assert found["names"].histogram is None


def test_what_cannot_be_read_is_said(tmp_path: Path, torch: Any) -> None:
    (tmp_path / "bad.pt").write_bytes(b"nonsense")
    assert "is damaged, cut off or no file of weights" in refusal(tmp_path / "bad.pt")
    assert "cannot be read" in refusal(tmp_path / "gone.npz")
    torch.save(torch.nn.Linear(2, 2), tmp_path / "whole.pt")
    assert "holds a whole module" in refusal(tmp_path / "whole.pt")
    np.savez(tmp_path / "objects.npz", X=np.array([object()], dtype=object))
    assert "Python objects" in refusal(tmp_path / "objects.npz")
