"""Recording operations, and running the record backwards.

A tensor points to the record (an `Operation`) that made it; a record points to the records or leaves its inputs came
from, never to a tensor that was computed. So nothing points back at itself, and a graph is freed as soon as nobody
holds its end.
"""

from __future__ import annotations

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

import core.methods  # noqa: F401 - gives Tensor its methods, which need everything above
