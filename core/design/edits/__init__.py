"""Edits: pure functions from a design to a design.

`check_x` raises `DesignError` with the reason why the edit cannot be made, `can_x` asks. An edit that changes nothing
gives the same design object back; nodes that it does not touch are the same objects before and after.
"""

from core.design.edits.copying import copy, duplicate
from core.design.edits.grouping import can_dissolve, can_wrap, check_dissolve, check_wrap, dissolve, wrap
from core.design.edits.inserting import (
    can_insert,
    can_insert_on_wire,
    check_insert,
    check_insert_on_wire,
    insert,
    insert_after,
    insert_on_wire,
)
from core.design.edits.members import STEP, Position, check_members, is_container, renew, topmost
from core.design.edits.moving import arrange, can_move, check_move, move, place
from core.design.edits.names import RESERVED, can_rename, check_name, check_rename, free_name, rename
from core.design.edits.options import (
    can_freeze,
    can_set_options,
    can_tie,
    check_freeze,
    check_set_options,
    check_tie,
    collapse,
    freeze,
    set_options,
    tie,
    twins,
    untie,
)
from core.design.edits.removing import can_remove, check_remove, remove
from core.design.edits.replacing import can_replace_all, check_replace_all, replace_all
from core.design.edits.whole import (
    add_custom,
    add_initialiser,
    can_add_custom,
    can_add_initialiser,
    can_remove_custom,
    check_add_custom,
    check_add_initialiser,
    check_remove_custom,
    remove_custom,
    set_data,
    set_settings,
)
from core.design.edits.wires import can_connect, check_connect, connect, disconnect
from core.design.graph import inputs_of, port_count

__all__ = [
    "RESERVED",
    "STEP",
    "Position",
    "add_custom",
    "add_initialiser",
    "arrange",
    "can_add_custom",
    "can_add_initialiser",
    "can_connect",
    "can_dissolve",
    "can_freeze",
    "can_insert",
    "can_insert_on_wire",
    "can_move",
    "can_remove",
    "can_remove_custom",
    "can_rename",
    "can_replace_all",
    "can_set_options",
    "can_tie",
    "can_wrap",
    "check_add_custom",
    "check_add_initialiser",
    "check_connect",
    "check_dissolve",
    "check_freeze",
    "check_insert",
    "check_insert_on_wire",
    "check_members",
    "check_move",
    "check_name",
    "check_remove",
    "check_remove_custom",
    "check_rename",
    "check_replace_all",
    "check_set_options",
    "check_tie",
    "check_wrap",
    "collapse",
    "connect",
    "copy",
    "disconnect",
    "dissolve",
    "duplicate",
    "free_name",
    "freeze",
    "inputs_of",
    "insert",
    "insert_after",
    "insert_on_wire",
    "is_container",
    "move",
    "place",
    "port_count",
    "remove",
    "remove_custom",
    "rename",
    "renew",
    "replace_all",
    "set_data",
    "set_options",
    "set_settings",
    "tie",
    "topmost",
    "twins",
    "untie",
    "wrap",
]  # fmt: skip
