"""What is public in the window says what it is for. An override has the words of what it overrides."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import app


def named_methods(kind: type) -> Iterator[tuple[str, object]]:
    """The public methods and properties that a class defines itself, and does not take over from another."""
    for name, member in vars(kind).items():
        member = getattr(member, "__func__", member)  # of a static or a class method
        overrides = any(name in vars(base) for base in kind.__mro__[1:])
        if not name.startswith("_") and isinstance(member, property) | inspect.isfunction(member) and not overrides:
            yield name, member


def test_public_methods_have_docstrings() -> None:
    without = []
    for found in pkgutil.walk_packages(app.__path__, "app."):
        module = importlib.import_module(found.name)
        for name, kind in vars(module).items():
            if inspect.isclass(kind) and kind.__module__ == found.name and not name.startswith("_"):
                without += [f"{found.name}: {name}.{method}" for method, it in named_methods(kind) if not it.__doc__]
    assert without == []
