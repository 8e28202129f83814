"""Recording operations, and running the record backwards.

A tensor points to the record (an `Operation`) that made it; a record points to the records or leaves its inputs came
from, never to a tensor that was computed. So nothing points back at itself, and a graph is freed as soon as nobody
holds its end.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from core.autograd.hooks import register_hook, register_post_accumulate_grad_hook, retain_grad
from core.autograd.in_place import record_in_place
from core.autograd.recording import check_devices, record, record_as, record_many, record_many_as, record_view
from core.autograd.running import backward, backward_of, grad

__all__ = [
    "backward",
    "backward_of",
    "check_devices",
    "grad",
    "record",
    "record_as",
    "record_in_place",
    "record_many",
    "record_many_as",
    "record_view",
    "register_hook",
    "register_post_accumulate_grad_hook",
    "retain_grad",
]

_ELSEWHERE = {
    "anomaly_mode": "core.autograd.anomaly_mode",
    "function": "core.autograd.function",
    "functional": "core.autograd.functional",
    "grad_mode": "core.tensors.grad_mode",
    "graph": "core.autograd.graph",
    "variable": "core.autograd.variables",
}
_NAMES = {
    "Function": "core.autograd.function",
    "Variable": "core.autograd.variables",
    "detect_anomaly": "core.autograd.anomaly_mode",
    "enable_grad": "core.tensors.grad_mode",
    "gradcheck": "core.autograd.gradcheck",
    "gradgradcheck": "core.autograd.gradcheck",
    "inference_mode": "core.tensors.grad_mode",
    "no_grad": "core.tensors.grad_mode",
    "set_detect_anomaly": "core.autograd.anomaly_mode",
    "set_grad_enabled": "core.tensors.grad_mode",
}


def __getattr__(name: str) -> Any:
    """What PyTorch has under `torch.autograd` and few need: found when it is asked for."""
    if name in _ELSEWHERE:
        return import_module(_ELSEWHERE[name])
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'core.autograd' has no attribute '{name}'")
