"""Files of PyTorch's kind: what is saved comes back, and nothing in a file can do harm."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import Counter, OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core as torch
from core import nn
from core.errors import NetloomError
from core.files.pt import TensorFileError
from tests.unit.core.gpu import stand_in

TYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


def back(value: Any, **options: Any) -> Any:
    """What comes back from a file in memory."""
    file = io.BytesIO()
    torch.save(value, file)
    return torch.load(file, **options)


def members(value: Any) -> dict[str, bytes]:
    file = io.BytesIO()
    torch.save(value, file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file


def pickled(instructions: bytes) -> io.BytesIO:
    """A file whose pickle is this."""
    return packed({"archive/data.pkl": b"\x80\x02" + instructions + b"."})


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2), (2, 1, 4)])
def test_tensors_of_every_type_and_shape(name: str, shape: tuple[int, ...]) -> None:
    x = (torch.rand(shape) * 3).to(getattr(torch, name))
    y = back(x)
    assert torch.equal(x, y)
    assert (y.dtype, y.shape) == (x.dtype, x.shape)
    y.fill_(1)  # it is memory of its own, and writable


@pytest.mark.parametrize(
    "cut",
    [
        lambda x: x.t(),
        lambda x: x[1:, ::2],
        lambda x: x[1],
        lambda x: x.flip(0),
        lambda x: x[0, 0],
        lambda x: x[:, None].expand(4, 5, 6),
        lambda x: torch.from_numpy(np.frombuffer(bytes(range(8)), np.uint8)),
        lambda x: torch.from_numpy(np.asfortranarray(x.numpy())),
    ],
)
def test_parts_of_tensors(cut: Any) -> None:
    x = cut(torch.arange(24.0).reshape(4, 6))
    assert torch.equal(back(x), x)


def test_shared_memory_stays_shared() -> None:
    x = torch.zeros(4, 4)
    whole, row, again, other = back([x, x[1], x, torch.zeros(1)])
    assert whole is again
    row += 1
    assert whole[1].tolist() == [1, 1, 1, 1]
    assert other.item() == 0
    assert [name for name in members([x, x[1], x.t()]) if "/data/" in name] == ["archive/data/0"]


def test_collections_come_back_as_they_were() -> None:
    value = OrderedDict(
        a=[1, -2.5, None, True, "é", b"\xff\x00"], b=({"x": (1,)}, set(range(3)), ()), c=2**70, d=Counter("aab"), e=1j
    )
    loaded = back(value)
    assert loaded == value
    assert [type(each) for each in loaded.values()] == [list, tuple, int, Counter, complex]
    assert back([torch.Size([1, 2]), torch.float16, torch.device("cuda", 1)]) == [
        torch.Size([1, 2]), torch.float16, torch.device("cuda", 1),
    ]  # fmt: skip


def test_parameters_and_gradients() -> None:
    parameter, frozen = back([nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2), requires_grad=False)])
    assert (type(parameter), parameter.requires_grad, frozen.requires_grad) == (nn.Parameter, True, False)
    x = torch.ones(2, requires_grad=True)
    leaf, result = back([x, x * 2])
    assert (leaf.requires_grad, result.requires_grad, result.is_leaf) == (True, True, True)


def test_state_dicts_keep_their_versions() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    state = back(net.state_dict())
    assert state._metadata == net.state_dict()._metadata
    twin = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    twin.load_state_dict(state)
    assert torch.equal(twin(torch.ones(4, 2)), net(torch.ones(4, 2)))


def test_a_module_comes_back_to_who_trusts_the_file(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    net.append(net[0].__class__(3, 2))
    net[2].weight = nn.Parameter(net[0].weight.t())
    torch.save(net, tmp_path / "net.pt")
    loaded = torch.load(tmp_path / "net.pt", weights_only=False)
    assert torch.equal(loaded(torch.ones(1, 2)), net(torch.ones(1, 2)))
    with pytest.raises(pickle.UnpicklingError, match=r"names 'core\.nn\.containers\.Sequential'.* only for a file"):
        torch.load(tmp_path / "net.pt")
    with torch.no_grad():
        loaded[2].weight.zero_()
    assert loaded[0].weight.abs().sum() == 0  # still tied


def test_the_same_tensors_give_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        torch.save({"x": torch.ones(3)}, str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_storages_are_aligned() -> None:
    file = io.BytesIO()
    torch.save([torch.ones(3), torch.ones(5)], file)
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            start = member.header_offset + 26
            name, extra = np.frombuffer(file.getvalue()[start : start + 4], "<u2").tolist()
            assert (member.header_offset + 30 + name + extra) % 64 == 0


def test_a_device_may_be_chosen() -> None:
    with stand_in():
        file = io.BytesIO()
        x = torch.ones(2, 3, device="cuda")
        torch.save([x, x, torch.ones(1)], file)
        there, same, here = torch.load(file)
        assert [str(each.device) for each in (there, here)] == ["cuda:0", "cpu"]
        assert there is same
        for location in ("cpu", torch.device("cpu"), {"cuda:0": "cpu"}, lambda storage, device: storage.cpu()):
            assert str(torch.load(file, map_location=location)[0].device) == "cpu"
        assert str(torch.load(file, lambda storage, device: None)[0].device) == "cuda:0"
        assert [str(each.device) for each in torch.load(file, "cuda")] == ["cuda:0"] * 3
    with pytest.raises(RuntimeError, match="CuPy"):
        torch.load(file)


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    torch.save([1], path)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        torch.save([torch.ones(2), lambda: 1], path)
    assert torch.load(path) == [1]
    with pytest.raises(TensorFileError, match=r"the folder .* is not there"):
        torch.save([1], tmp_path / "none" / "x.pt")
    with pytest.raises(FileNotFoundError):
        torch.load(tmp_path / "none.pt")


def test_bfloat16_is_widened() -> None:
    content = members(torch.zeros(2, dtype=torch.int16))
    content["archive/data.pkl"] = content["archive/data.pkl"].replace(b"ShortStorage", b"BFloat16Storage")
    content["archive/data/0"] = np.array([1.5, -2.0], np.float32).view(np.uint16)[1::2].tobytes()
    x = torch.load(packed(content))
    assert repr(x) == "tensor([ 1.5000, -2.0000])"


def test_the_other_order_of_bytes() -> None:
    content = members(torch.tensor([1, 2**40]))
    content["archive/byteorder"] = b"big"
    content["archive/data/0"] = np.array([1, 2**40], ">i8").tobytes()
    assert torch.load(packed(content)).tolist() == [1, 2**40]


def changed(name: str, data: bytes) -> io.BytesIO:
    return packed({**members(torch.ones(3)), f"archive/{name}": data})


def renamed(old: bytes, new: bytes) -> io.BytesIO:
    return changed("data.pkl", members(torch.ones(3))["archive/data.pkl"].replace(old, new))


def doubled() -> io.BytesIO:
    file = packed(members(torch.ones(3)))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("archive/version", b"4")
    return file


def encrypted() -> io.BytesIO:
    data = bytearray(packed(members(torch.ones(3))).getvalue())
    data[data.index(b"PK\1\2") + 8] |= 1
    return io.BytesIO(data)


REFUSED: dict[str, tuple[Any, str]] = {
    "an older file": (lambda: io.BytesIO(b"\x80\x02" + bytes(100)), "older ones must be loaded and saved anew"),
    "half a file": (lambda: io.BytesIO(packed({"archive/data.pkl": b"."}).getvalue()[:40]), "damaged or cut off"),
    "a compressed one": (lambda: packed(members(torch.ones(300)), zipfile.ZIP_DEFLATED), "is compressed"),
    "an encrypted one": (encrypted, "is encrypted"),
    "members twice": (doubled, "two members of one name"),
    "a way out": (lambda: changed("data/../../x", b""), "leads out of its folder"),
    "a way out on Windows": (lambda: changed("data\\x", b""), "leads out of its folder"),
    "two folders": (lambda: packed({"a/data.pkl": b"", "b/data.pkl": b""}), "in a folder of its own"),
    "no pickle": (lambda: packed({"archive/data": b""}), "there is no 'data.pkl'"),
    "an order of bytes": (lambda: changed("byteorder", b"middle"), "order of bytes is 'middle'"),
    "a short storage": (lambda: changed("data/0", bytes(8)), "storage '0' has not the size"),
    "a long storage": (lambda: changed("data/0", bytes(16)), "storage '0' has not the size"),
    "no storage": (lambda: renamed(b"X\x01\x00\x00\x000", b"X\x01\x00\x00\x007"), "no item named"),
    "complex numbers": (lambda: renamed(b"FloatStorage", b"ComplexFloatStorage"), "no type for"),
    "a large tensor": (lambda: renamed(b"K\x00K\x03\x85", b"K\x00K\x04\x85"), "reaches beyond its storage"),
    "a late tensor": (lambda: renamed(b"K\x00K\x03\x85", b"K\x01K\x03\x85"), "reaches beyond its storage"),
    "a place below 0": (
        lambda: renamed(b"K\x00K\x03\x85", b"J\xff\xff\xff\xffK\x03\x85"),
        "describes a tensor in a way",
    ),
    "too much of one number": (
        lambda: renamed(b"K\x03\x85q\x06K\x01\x85", b"\x8a\x06\x00\x00\x00\x00\x00\x01\x85q\x06K\x00\x85"),
        "reaches beyond its storage",
    ),
    "code": (lambda: pickled(b"cposix\nsystem\nX\x02\x00\x00\x00ls\x85R"), r"names 'posix.system'"),
    "eval": (lambda: pickled(b"cbuiltins\neval\nX\x01\x00\x00\x001\x85R"), r"names 'builtins.eval'"),
    "an object": (lambda: pickled(b"ccollections\nOrderedDict\n)\x81"), "contains NEWOBJ"),
    "a named object": (lambda: pickled(b"\x8c\x02os\x8c\x06system\x93"), "contains SHORT_BINUNICODE"),
    "a call of a number": (lambda: pickled(b"K\x01)R"), "calls what is no function"),
    "wrong arguments": (lambda: pickled(b"ctorch\nSize\nK\x01K\x02K\x03\x87R"), "makes no sense"),
    "a wrong device": (lambda: pickled(b"ctorch\ndevice\nX\x01\x00\x00\x00a\x85R"), "makes no sense"),
    "a function for a device": (lambda: pickled(b"ctorch\ndevice\nctorch\nSize\n\x85R"), "makes no sense"),
    "attributes": (
        lambda: pickled(b"ccollections\nOrderedDict\n)R}X\x05\x00\x00\x00itemsK\x01sb"),
        "sets attributes",
    ),
    "a list in itself": (lambda: pickled(b"]q\x00h\x00a"), "changes a collection"),
    "a late change": (lambda: pickled(b"]q\x00\x85h\x00K\x01a"), "changes a collection"),
    "a list too deep": (lambda: pickled(b"]" * 250 + b"a" * 249), "nested deeper than 200"),
    "marks too deep": (lambda: pickled(b"(" * 250), "nested deeper than 200"),
    "appending to a number": (lambda: pickled(b"K\x01K\x02a"), "appends to what is no list"),
    "items of a list": (lambda: pickled(b"]K\x01K\x02s"), "no dict"),
    "half an item": (lambda: pickled(b"}(K\x01u"), "no dict"),
    "a list as a key": (lambda: pickled(b"}]K\x02s"), "makes no sense"),
    "nothing": (lambda: pickled(b""), "makes no sense"),
    "two things": (lambda: pickled(b"K\x01K\x02"), "ends too early"),
    "an open mark": (lambda: pickled(b"(K\x01"), "ends too early"),
    "a value that is not there": (lambda: pickled(b"h\x07"), "makes no sense"),
    "too few values": (lambda: pickled(b"K\x01\x86"), "makes no sense"),
    "another protocol": (lambda: packed({"archive/data.pkl": b"\x80\x04N."}), "protocol 4"),
    "no end": (lambda: packed({"archive/data.pkl": b"\x80\x02N"}), "makes no sense"),
    "no reference": (lambda: pickled(b"K\x01Q"), "something that is no storage"),
    "a pickle too large": (lambda: packed({"archive/data.pkl": bytes(2**26 + 1)}), "too large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path) -> None:
    make, sentence = REFUSED[case]
    (tmp_path / "bad.pt").write_bytes(make().getvalue())
    with pytest.raises(TensorFileError, match=sentence) as raised:
        torch.load(tmp_path / "bad.pt")
    assert "bad.pt'" in str(raised.value)
    assert isinstance(raised.value, NetloomError)


FILE = io.BytesIO()
torch.save({"x": torch.arange(6.0).reshape(2, 3), "p": nn.Parameter(torch.ones(2)), "l": [1, "a", (2.5, None)]}, FILE)
WHOLE = FILE.getvalue()


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, len(WHOLE)),
    st.booleans(),
)
def test_a_damaged_file_is_loaded_or_refused(edits: list[tuple[int, int]], end: int, cut: bool) -> None:
    damaged = bytearray(WHOLE)
    for place, value in edits:
        damaged[place] = value
    with_right_sums(damaged[:end] if cut else damaged)


@pytest.mark.parametrize("place", range(len(WHOLE) - 330, len(WHOLE), 3))
def test_no_end_of_a_zip_archive_leads_astray(place: int, tmp_path: Path) -> None:
    """What zip archives are found by stands at their end. A file on disk fails in other ways than one in memory."""
    for value in (0, 255, WHOLE[place] ^ 1, WHOLE[place] ^ 128):
        path = tmp_path / str(value)
        path.write_bytes(WHOLE[:place] + bytes([value]) + WHOLE[place + 1 :])
        with path.open("rb") as file:
            loaded_or_refused(file)


@given(st.binary(max_size=60))
def test_any_pickle_is_loaded_or_refused(instructions: bytes) -> None:
    loaded_or_refused(pickled(instructions))


OPERATIONS = [
    *(b"K\x00", b"K\x03", b"J\xff\xff\xff\xff", b"N", b"\x88", b"]", b"}", b")", b"(", b"t", b"\x85", b"\x86", b"\x87"),
    *(b"a", b"e", b"s", b"u", b"R", b"Q", b"b", b"q\x00", b"h\x00", b"q\x01", b"h\x01", b"X\x01\x00\x00\x000"),
    *(b"ctorch._utils\n_rebuild_tensor_v2\n", b"ctorch\nFloatStorage\n", b"X\x07\x00\x00\x00storage"),
    *(b"ccollections\nOrderedDict\n", b"ctorch\nSize\n", b"c__builtin__\nset\n", b"ctorch\ndevice\n"),
]


@given(st.lists(st.sampled_from(OPERATIONS), max_size=40))
def test_any_instructions_are_followed_or_refused(operations: list[bytes]) -> None:
    loaded_or_refused(packed({"a/data.pkl": b"\x80\x02" + b"".join(operations) + b".", "a/data/0": bytes(12)}))


def with_right_sums(damaged: bytearray) -> None:
    """Loads a damaged file as it is and, if it is still a zip archive, with check sums that hide the damage."""
    loaded_or_refused(io.BytesIO(bytes(damaged)))
    try:
        with zipfile.ZipFile(io.BytesIO(bytes(damaged))) as archive:
            content = {}
            for member in archive.infolist():
                with archive.open(member) as file:
                    file._expected_crc = None
                    content[member.filename] = file.read()
    except Exception:
        return
    if len(content) == len(set(content)):
        loaded_or_refused(packed(content))


def loaded_or_refused(file: Any) -> None:
    try:
        torch.load(file)
    except NetloomError:
        return
