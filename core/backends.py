"""PyTorch's switches for libraries that are not used here: scripts may set them, and nothing changes."""

from __future__ import annotations

from types import SimpleNamespace

cudnn = SimpleNamespace(
    allow_tf32=False, benchmark=False, deterministic=True, enabled=False, is_available=lambda: False
)
cuda = SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False))
mps = SimpleNamespace(is_available=lambda: False, is_built=lambda: False)


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Changes nothing: a run on the CPU with a seed repeats to the bit anyway."""
