"""Finding a GPU, and saying why there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

import core as torch
from core.arrays import backend
from core.cuda import NoGpuError
from tests.unit.core.gpu import forget, stand_in


@pytest.fixture(autouse=True)
def look_anew() -> Iterator[None]:
    forget()
    yield
    forget()


def test_cupy_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    assert not torch.cuda.is_available()
    assert torch.cuda.device_count() == 0
    assert torch.cuda.unavailable_reason() == "CuPy is not installed: install netloom[cuda12] or netloom[cuda13]."
    with pytest.raises(NoGpuError, match="CuPy is not installed"):
        torch.cuda.mem_get_info(0)


def test_what_scripts_do_around_a_gpu_may_be_said_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    before = torch.get_rng_state()
    torch.backends.cudnn.benchmark = torch.backends.cuda.matmul.allow_tf32 = False
    torch.cuda.empty_cache()
    torch.cuda.manual_seed_all(3)
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(NoGpuError):
        torch.cuda.synchronize()


def test_cupy_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ImportError("libnvrtc.so.12: cannot open shared object file")

    monkeypatch.setattr(backend, "find_spec", lambda name: True)
    monkeypatch.setattr(backend, "_cupy", broken)
    assert torch.cuda.unavailable_reason().endswith(
        "cannot be imported: libnvrtc.so.12: cannot open shared object file"
    )
    monkeypatch.undo()


def test_there_is_no_driver() -> None:
    with stand_in():
        cupy = backend._cupy()
        cupy.cuda.is_available = lambda: False
        assert torch.cuda.device_count() == 0
        assert "no CUDA device or no NVIDIA driver" in torch.cuda.unavailable_reason()


def test_a_trial_that_fails_is_reported() -> None:
    with stand_in():
        cupy = backend._cupy()

        def no_blas(*_: object, **__: object) -> None:
            raise RuntimeError("libcublas.so.12 is missing")

        cupy.ones = no_blas
        assert torch.cuda.device_count() == 1
        assert not torch.cuda.is_available()
        assert torch.cuda.unavailable_reason(0) == "GPU 0 failed a trial sum and product: libcublas.so.12 is missing"


def test_a_trial_with_a_wrong_result_is_reported() -> None:
    with stand_in():
        cupy = backend._cupy()
        real = cupy.ones
        cupy.ones = lambda shape, dtype: real(shape, dtype=dtype) * 2
        assert torch.cuda.unavailable_reason() == "GPU 0 gave a wrong result for a trial sum and product."


def test_a_gpu_that_works() -> None:
    with stand_in():
        assert torch.cuda.is_available()
        assert torch.cuda.unavailable_reason() == ""
        assert torch.cuda.mem_get_info(0) == (6 * 2**30, 8 * 2**30)
        with pytest.raises(NoGpuError, match="There is no GPU number 3"):
            torch.ones(1, device="cuda:3")


def test_importing_the_designs_imports_no_engine() -> None:
    import subprocess

    lines = "import core.design.model, core.errors, sys; print('numpy' in sys.modules, 'core.tensors' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]


def test_the_stand_in_refuses_to_mix() -> None:
    import numpy as np

    with stand_in():
        cupy = backend._cupy()
        assert isinstance(cupy.ones(2).device, SimpleNamespace)
        for mixed in (
            lambda: cupy.ones(2) + np.ones(2),
            lambda: np.ones(2) + cupy.ones(2),
            lambda: np.exp(cupy.ones(2)),
        ):
            with pytest.raises(TypeError):
                mixed()
