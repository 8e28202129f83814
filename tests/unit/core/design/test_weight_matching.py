"""Which tensor of a file goes where: by name, behind another prefix, by order and shape, by hand."""

from __future__ import annotations

import pytest

from core.design.weight_matching import HAND, NAME, ORDER, Match, best_renaming, is_same_network, loses, matched

OWN = {
    "net.conv.weight": (8, 1, 3, 3), "net.conv.bias": (8,), "net.norm.weight": (8,), "net.norm.bias": (8,),
    "net.norm.running_mean": (8,), "net.norm.running_var": (8,), "net.norm.num_batches_tracked": (),
    "net.out.weight": (10, 8), "net.out.bias": (10,),
}  # fmt: skip
PLACES = {"net.conv": "0", "net.norm": "1", "net.out": "4"}


def renamed(**without: str) -> dict[str, tuple[int, ...]]:
    """The same network as an nn.Sequential."""
    found = {f"{PLACES[name.rpartition('.')[0]]}.{name.rpartition('.')[2]}": shape for name, shape in OWN.items()}
    return {name: shape for name, shape in found.items() if name not in without.values()}


@pytest.mark.parametrize("prefix", ["module.", "model.", "_orig_mod.", "_orig_mod.module."])
def test_what_stands_before_all_names_is_taken_off(prefix: str) -> None:
    found = {f"{prefix}{name}": shape for name, shape in OWN.items()}
    renaming = best_renaming(found, OWN)
    assert renaming == (prefix, "")
    assert matched(found, OWN) == {}
    assert matched(found, OWN, renaming) == {name: Match(f"{prefix}{name}", NAME) for name in OWN}


def test_what_all_names_lack_is_put_on() -> None:
    found = {name.removeprefix("net."): shape for name, shape in OWN.items()}
    assert best_renaming(found, OWN) == ("", "net.")


def test_layers_of_other_names_are_found_by_order_and_shape() -> None:
    found = renamed()
    pairs = matched(found, OWN, ordered=True)
    assert {name: match.name for name, match in pairs.items()} == dict(zip(OWN, found, strict=True))
    assert {match.how for match in pairs.values()} == {ORDER}
    assert is_same_network(found, OWN, pairs)


def test_counters_that_older_files_lack_are_no_difference() -> None:
    found = renamed(a="1.num_batches_tracked")
    pairs = matched(found, OWN, ordered=True)
    assert len(pairs) == len(OWN) - 1
    assert is_same_network(found, OWN, pairs)
    assert not is_same_network(renamed(a="4.bias"), OWN, matched(renamed(a="4.bias"), OWN, ordered=True))


def test_the_bias_of_a_layer_is_never_taken_for_the_weight_of_another() -> None:
    """Both are of the same shape, and the norm stands before the convolution in the file."""
    found = {name: renamed()[name] for name in sorted(renamed(), reverse=True)}
    pairs = matched(found, OWN, ordered=True)
    assert {name: match.name for name, match in pairs.items()} == dict(zip(OWN, renamed(), strict=True))


def test_what_a_hand_chose_goes_before_all_else() -> None:
    found = {**OWN, "other": (8,)}
    by_hand = {"net.conv.bias": "other", "net.norm.bias": None}
    pairs = matched(found, OWN, ordered=True, by_hand=by_hand)
    assert pairs["net.conv.bias"] == Match("other", HAND)
    assert "net.norm.bias" not in pairs
    assert pairs["net.out.bias"] == Match("net.out.bias", NAME)


def test_names_count_before_the_order() -> None:
    found = {"a.weight": (4, 4), "net.b.weight": (4, 4)}
    own = {"net.a.weight": (4, 4), "net.b.weight": (4, 4)}
    pairs = matched(found, own, ordered=True)
    assert pairs == {"net.a.weight": Match("a.weight", ORDER), "net.b.weight": Match("net.b.weight", NAME)}


@pytest.mark.parametrize(
    ("kind", "own", "lossy"),
    [
        ("float64", "float32", True), ("float32", "float32", False), ("float16", "float32", False),
        ("int64", "float32", True), ("int16", "float32", False), ("float32", "int64", True), ("int32", "int64", False),
        ("uint8", "float32", False), ("int64", "int32", True), ("bool", "float32", False),
    ],
)  # fmt: skip
def test_types_that_lose_digits_are_known(kind: str, own: str, lossy: bool) -> None:
    assert loses(kind, own) is lossy
