"""From a design to a network of the engine: the only room that knows both."""

from core.network.building import build
from core.network.custom import compile_custom, compile_function, make_custom
from core.network.model import Key, Model
from core.own_text import in_line

__all__ = ["Key", "Model", "build", "compile_custom", "compile_function", "in_line", "make_custom"]
