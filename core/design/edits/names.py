"""Names of nodes: unique among siblings, fit to be part of a dotted path."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from core.design.edits.asking import asks
from core.design.lists import DICT_NAMES
from core.design.model import Design, NodeId
from core.errors import DesignError

RESERVED = frozenset(
    [
        "T_destination",
        "add_module",
        "append",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extend",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "insert",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "pop",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
"""What every PyTorch module or Sequential already has, and cannot have as a child."""


LONGEST_NAME = 200


def check_name(name: str) -> None:
    """Raise `DesignError` if no node may have this name."""
    if not name.strip():
        raise DesignError("A layer needs a name.")
    if len(name) > LONGEST_NAME:
        raise DesignError(
            "The name '{name}…' is too long: {most} characters are enough.", name=name[:20], most=LONGEST_NAME
        )
    if "." in name:
        raise DesignError("The name '{name}' has a dot, which separates containers in dotted paths.", name=name)
    if not name.isprintable():
        raise DesignError("The name {name!r} has characters that cannot be seen.", name=name)
    if name in RESERVED or name.startswith("__"):
        raise DesignError("Every PyTorch module already has something called '{name}': choose another name.", name=name)


def check_key(name: str) -> None:
    """Raise `DesignError` if a ModuleDict cannot have this key."""
    if name in DICT_NAMES:
        raise DesignError("Every ModuleDict already has something called '{name}': choose another name.", name=name)


def free_name(name: str, taken: Container[str], given: dict[str, int] | None = None) -> str:
    """The name itself, or with the first number behind it that is not taken: "relu", "relu1", "relu2".

    What every PyTorch module has is taken everywhere: a custom layer Double is called "double1".

    `given` remembers the last number by name, which is quicker where many are asked for.
    """
    if name not in taken and name not in RESERVED:
        return name
    given = {} if given is None else given
    stem = name.rstrip("0123456789")
    digits = name[len(stem) :]
    if len(digits) > 9:
        stem, digits = f"{name}_", ""
    number = max(int(digits or 0), given.get(stem, 0)) + 1
    while f"{stem}{number}" in taken:
        number += 1
    given[stem] = number
    return f"{stem}{number}"


def check_rename(design: Design, node_id: NodeId, name: str) -> None:
    """Raise `DesignError` if the node cannot have this name."""
    check_name(name)
    parent = design.parents.get(node_id)
    siblings = design[parent].children if parent is not None else ()
    if parent is not None and design[parent].type == "ModuleList":
        raise DesignError("'{name}' is called by its place in a ModuleList.", name=design[node_id].name)
    if parent is not None and design[parent].type == "ModuleDict":
        check_key(name)
    if any(design[sibling].name == name for sibling in siblings if sibling != node_id):
        raise DesignError(
            "'{container}' already has a layer called '{name}'.", container=design[parent or ""].name, name=name
        )


can_rename = asks(check_rename)


def rename(design: Design, node_id: NodeId, name: str) -> Design:
    """Give a node another name."""
    check_rename(design, node_id, name)
    node = design[node_id]
    return design if node.name == name else design.with_nodes({node_id: replace(node, name=name)})
