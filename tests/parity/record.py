"""What PyTorch 2.13 says, written down, so that the comparison runs where PyTorch is not installed.

`python -m tests.parity.record` asks the installed PyTorch and writes `recorded.json` anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("recorded.json")


def texts(library: Any) -> dict[str, str]:
    """Every experiment of the tables run with `library`: its name to the text it gives."""
    from tests.parity.lines import outcome
    from tests.parity.test_behaviour import SAME as BEHAVIOUR
    from tests.parity.test_modules import PREFIX
    from tests.parity.test_modules import SAME as MODULES
    from tests.parity.test_text import GRAD_FN, NETWORKS, TENSORS, computed

    return {
        **{f"behaviour: {name}": outcome(library, lines) for name, lines in BEHAVIOUR.items()},
        **{f"modules: {name}": outcome(library, lines, PREFIX) for name, lines in MODULES.items()},
        **{f"tensor: {name}": repr(make(library)) for name, make in TENSORS.items()},
        **{f"network: {name}": repr(make(library.nn)) for name, make in NETWORKS.items()},
        **{f"grad_fn: {name}": repr(computed(library, make)) for name, make in GRAD_FN.items()},
    }


def recorded() -> dict[str, str]:
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    import torch

    FILE.write_text(json.dumps(texts(torch), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
