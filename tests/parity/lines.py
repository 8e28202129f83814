"""Running the same lines on both libraries."""

from __future__ import annotations

import copy
import pickle
import textwrap
from collections import OrderedDict
from typing import Any


def tools(library: Any) -> dict[str, Any]:
    def grad(function: Any, values: list[float]) -> Any:
        x = library.tensor(values, requires_grad=True)
        function(x).sum().backward()
        return x.grad

    def kind(action: Any) -> str:
        try:
            action()
        except RuntimeError as error:
            return str(error)[:96]
        return "fine"

    return {
        "torch": library,
        "nn": library.nn,
        "grad": grad,
        "kind": kind,
        "copy": copy,
        "pickle": pickle,
        "OrderedDict": OrderedDict,
    }


def outcome(library: Any, lines: str, prefix: str = "") -> str:
    """The text of the last expression, or the error. The lines come after `prefix`."""
    parts = [each.strip() for each in lines.split("; ")] if "\n" not in lines else lines.split("\n")
    names = tools(library)
    exec(prefix, names)
    if "\n" in lines:
        body, last = "\n".join(parts[:-1]), parts[-1]
    else:
        body, last = "\n".join(parts[:-1]), parts[-1]
    try:
        exec(textwrap.dedent(body), names)
        try:
            code = compile(last, "last", "eval")
        except SyntaxError:
            exec(last, names)
            return "done"
        return repr(eval(code, names))
    except Exception as error:
        kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
        return f"{kind}: {error}"
