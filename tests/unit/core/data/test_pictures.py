"""Pictures in folders, zips and tables: found, converted, brought to one size; broken and hostile ones named."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from core import limits
from core.data.picture import PictureError, quietly, read_header, read_picture
from core.data.prepare import prepare, prepared
from core.data.samples import samples_of
from core.data.unlabelled import unlabelled
from core.design.settings import DataDescription, DataSettings
from core.errors import DataError, FileError
from core.limits import memory_in_use

RED, GREY = (200, 10, 20), 90
ORIENTATION = 0x0112


def plain(mode: str = "RGB", size: tuple[int, int] = (6, 4)) -> Image.Image:
    colour = {"RGB": RED, "L": GREY, "RGBA": (*RED, 255), "CMYK": (0, 190, 180, 55), "1": 1}.get(mode, 0)
    return Image.new(mode, size, colour)


def content(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def folder_of(path: Path, **classes: list[bytes] | bytes) -> Path:
    """A folder with a folder for each class; a class may be a list of files' contents."""
    for name, files in classes.items():
        (path / name).mkdir(parents=True)
        for index, data in enumerate([files] * 5 if isinstance(files, bytes) else files):
            (path / name / f"{index}.png").write_bytes(data)
    return path


def said(data: DataDescription, kind: str = "said") -> str:
    return "\n".join(remark.template.format(**remark.values) for remark in data.remarks if remark.kind == kind)


def shown(path: Path, **options: object) -> DataDescription:
    return samples_of(DataSettings(str(path), **options)).description()


# --- where pictures are -----------------------------------------------------------------------------------------------


def test_folders_are_classes_in_natural_order(tmp_path: Path) -> None:
    black, white = content(Image.new("L", (3, 2), 0)), content(Image.new("L", (3, 2), 255))
    folder = folder_of(tmp_path / "cells", item10=black, item9=white, item1=black)
    (folder / "notes.txt").write_text("by hand")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.png").write_bytes(black)
    data = prepare(DataSettings(str(folder), standardise=False))
    description = data.description
    assert (description.name, description.shape) == ("cells", (1, 2, 3))
    assert description.classes == ("item1", "item9", "item10")
    assert dict(description.lines) == {"pictures": 15, "others": 1}
    assert {tuple(np.unique(picture)) for picture in data.train_features[data.train_targets == 1]} == {(255.0,)}
    assert data.test_features.dtype == np.float32


@pytest.mark.parametrize("test", ["test", "val", "Validation"])
def test_folders_for_training_and_test_keep_their_split(tmp_path: Path, test: str) -> None:
    for part, count in (("train", 4), (test, 2)):
        folder_of(tmp_path / part, cat=[content(plain())] * count, dog=[content(plain())] * count)
    data = shown(tmp_path)
    assert (data.classes, data.train_size, data.test_size) == (("cat", "dog"), 8, 4)


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    assert shown(folder_of(tmp_path, train=content(plain()), car=content(plain()))).classes == ("car", "train")


@pytest.mark.parametrize("inside", ["", "animals/"])
def test_a_zip_of_such_a_folder(tmp_path: Path, inside: str) -> None:
    path = tmp_path / "animals.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(10):
            archive.writestr(f"{inside}{'cat' if index % 2 else 'dog'}/{index}.jpg", content(plain(), "JPEG"))
        archive.writestr(f"__MACOSX/{inside}cat/._1.jpg", b"x")
        archive.writestr(f"{inside}readme.md", b"x")
    data = shown(path)
    assert (data.classes, data.shape, dict(data.lines)) == (("cat", "dog"), (3, 4, 6), {"pictures": 10, "others": 1})


@pytest.mark.parametrize("header", ["file,kind\n", ""])
def test_a_table_of_names_and_labels(tmp_path: Path, header: str) -> None:
    folder_of(tmp_path, all=[content(plain())] * 9)
    rows = "".join(f"all/{index}.png,{'cat' if index % 2 else 'dog'}\n" for index in range(9))
    (tmp_path / "labels.csv").write_text(f"{header}{rows}all/missing.png,cat\nall/1.png,\n")
    data = shown(tmp_path / "labels.csv")
    assert (data.classes, data.shape) == (("cat", "dog"), (3, 4, 6))
    assert dict(data.lines) == {"pictures": 9, "broken": 1, "others": 1}
    assert "'all/missing.png' (No such file or directory)" in said(data, "warning")
    assert data.understood is not None
    assert shown(tmp_path / "labels.csv", samples="pictures", target=data.understood.target).classes == data.classes


def test_numbers_about_pictures_are_predicted(tmp_path: Path) -> None:
    folder_of(tmp_path, all=[content(plain())] * 20)
    rows = "".join(f"{index * 0.5},all/{index}.png\n" for index in range(20))
    (tmp_path / "ages.csv").write_text("age,file\n" + rows)
    data = shown(tmp_path / "ages.csv")
    assert (data.task, data.target, data.shape) == ("regression", "column 'age'", (3, 4, 6))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ((), "folders of pictures, a folder for each class .*png.* but none is among its 0 files"),
        (("notes.rtf", "data/more.md"), "but none is among its 2 files"),
        (("1.png", "2.png"), "but its pictures are in no folder: put those of a class into one with its name"),
    ],
)
def test_a_folder_without_pictures_says_what_was_looked_for(tmp_path: Path, files, sentence: str) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content(plain()))
    with pytest.raises(DataError, match=sentence):
        shown(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"no zip at all"])
def test_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(FileError, match="is damaged, cut off or no zip archive"):
        shown(tmp_path / "x.zip")


# --- what pictures are converted to -----------------------------------------------------------------------------------


def sideways() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return content(plain(size=(4, 6)), "JPEG", exif=exif)


def transparent() -> bytes:
    return content(Image.new("RGBA", (6, 4), (0, 0, 0, 0)))


def sixteen() -> bytes:
    return content(Image.fromarray(np.full((4, 6), 90 * 257, np.uint16)))


def animated(kind: str) -> bytes:
    return content(plain(), kind, save_all=True, append_images=[Image.new("RGB", (6, 4))] * 2, lossless=True)


@pytest.mark.parametrize(
    ("data", "colour", "told"),
    [
        (content(plain(), "PNG"), RED, ""),
        (content(plain(), "BMP"), RED, ""),
        (content(plain(), "TIFF"), RED, ""),
        (content(plain(), "WEBP", lossless=True), RED, ""),
        (content(plain("L"), "PNG"), (GREY,) * 3, ""),
        (content(plain().convert("P", palette=Image.Palette.ADAPTIVE)), RED, "palette"),
        (transparent(), (255, 255, 255), "transparency, laid on white"),
        (content(plain("RGBA")), RED, "transparency"),
        (content(plain("CMYK"), "JPEG", quality=100), plain("CMYK").convert("RGB").getpixel((0, 0)), "CMYK"),
        (content(plain("CMYK"), "TIFF"), plain("CMYK").convert("RGB").getpixel((0, 0)), "CMYK"),
        (sixteen(), (GREY,) * 3, "16 bits"),
        (content(Image.new("F", (6, 4), 0.5), "TIFF"), (128,) * 3, "16 bits or more"),
        (content(plain("1")), (255, 255, 255), "black and white"),
        (sideways(), RED, "turned as the camera says"),
        (animated("GIF"), RED, "several pictures"),
        (animated("WEBP"), RED, "several pictures"),
        (animated("PNG"), RED, "several pictures"),
        (animated("TIFF"), RED, "several pictures"),
    ],
)
def test_every_kind_of_picture_is_converted_and_counted(tmp_path: Path, data: bytes, colour, told: str) -> None:
    description = prepare(DataSettings(str(folder_of(tmp_path, a=data, b=content(plain()))), standardise=False))
    assert description.description.shape == (3, 4, 6)
    first = description.train_features[description.train_targets == 0][0]
    np.testing.assert_allclose(first, np.broadcast_to(np.reshape(colour, (3, 1, 1)), first.shape), atol=6)
    remarks = said(description.description)
    assert (
        f"5 {'with' if told not in ('CMYK', 'black and white') and 'turned' not in told else ''}" in remarks
    ) or not told
    assert told in remarks


def test_pictures_that_are_all_grey_have_one_channel(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=content(plain("L")), b=sixteen())
    assert shown(folder).shape == (1, 4, 6)
    assert shown(folder, channels="colour").shape == (3, 4, 6)


def test_some_grey_ones_among_coloured_are_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=content(plain("L")), b=content(plain()))
    assert "5 of 10 pictures are grey" in said(shown(folder))
    assert shown(folder, channels="grey").shape == (1, 4, 6)


# --- one size ---------------------------------------------------------------------------------------------------------


def half_and_half(width: int, height: int) -> bytes:
    """Its left half black, its right half white, on the whole height."""
    array = np.zeros((height, width), np.uint8)
    array[:, width // 2 :] = 255
    return content(Image.fromarray(array))


def test_other_sizes_are_asked_about(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=half_and_half(8, 8), b=half_and_half(16, 8))
    question = shown(folder)
    assert (
        said(question, "question")
        == "The pictures differ in size, from 8 × 8 to 8 × 16. All become 8 × 12: choose how."
    )
    assert [choice.value for choice in question.remarks[-1].choices] == ["crop", "stretch", "pad"]
    with pytest.raises(DataError, match="fit=crop or fit=stretch or fit=pad"):
        prepare(DataSettings(str(folder)))
    assert not said(shown(folder, fit="pad"), "question")


@pytest.mark.parametrize(
    ("fit", "row"),
    [("stretch", [0, 0, 255, 255]), ("crop", [0, 0, 255, 255]), ("pad", [0, 0, 255, 255])],
)
def test_how_a_wide_picture_becomes_a_square(fit: str, row: list[int]) -> None:
    picture = read_picture(io.BytesIO(half_and_half(16, 8)), 1, (4, 4), fit)
    assert picture.shape == (1, 4, 4)
    middle = picture[0, 2].astype(int)
    np.testing.assert_allclose(middle, row, atol=70)
    assert (picture[0, 0].max() == 0) == (fit == "pad"), "above and below a padded picture is black"


def test_a_size_can_be_chosen(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=content(plain()), b=content(plain()))
    data = shown(folder, size=(10, 12))
    assert data.shape == (3, 10, 12)
    assert not said(data, "question")


def test_large_pictures_of_many_sizes_become_small_ones(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=content(plain(size=(400, 300))), b=content(plain(size=(380, 300))))
    assert shown(folder).shape == (3, 98, 128)


# --- broken and hostile -----------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    whole = content(plain())
    return whole[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 2**27)) + whole[33:]


BROKEN: dict[str, tuple[bytes, str]] = {
    "truncated png": (
        content(Image.fromarray(np.random.RandomState(0).randint(0, 255, (40, 40), np.uint8)))[:200],
        "damaged",
    ),
    "truncated jpeg": (content(Image.effect_noise((64, 64), 90), "JPEG")[:700], "damaged or cut off"),
    "truncated tiff": (content(Image.effect_noise((64, 64), 90), "TIFF")[:700], "damaged"),
    "truncated webp": (content(Image.effect_noise((64, 64), 90).convert("RGB"), "WEBP")[:300], "damaged"),
    "only a header": (png_header(60_000, 60_000), "too many pixels"),
    "a wide header": (png_header(60_000, 2_000), "too many pixels"),
    "a thread": (png_header(2**26, 1), "too many pixels"),
    "empty": (b"", "no picture of a known kind"),
    "text": (b"<svg></svg>" * 9, "no picture of a known kind"),
    "a bomb of text": (text_bomb(), "damaged"),
    "zeros": (b"\0" * 1000, "no picture of a known kind"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_pictures_are_named_and_left_out(tmp_path: Path, name: str) -> None:
    data, reason = BROKEN[name]
    folder = folder_of(tmp_path, a=[content(plain())] * 4 + [data], b=content(plain()))
    description = shown(folder)
    assert dict(description.lines) == {"pictures": 9, "broken": 1}
    assert said(description, "warning").startswith(f"Left out, since they cannot be read: 'a/4.png' ({reason}")


def test_only_broken_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"None of the 10 pictures in .* can be read: 'a/0.png' \(no picture"):
        shown(folder_of(tmp_path, a=b"x", b=b"y"))


def test_a_wrong_ending_does_no_harm_and_a_single_pixel_is_a_picture(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=content(plain(size=(1, 1)), "JPEG"), b=content(plain(size=(1, 1)), "BMP"))
    data = shown(folder)
    assert (data.shape, said(data, "warning")) == ((3, 1, 1), "")


def many_pictures(count: int) -> bytes:
    """A TIFF of so many single pixels, each a hundred bytes."""
    tags = [(256, 4, 1), (257, 4, 1), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (278, 4, 1), (279, 4, 1)]
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    for index in range(count):
        out += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, kind, 1, v) for tag, kind, v in tags)
        out += struct.pack("<I", 0 if index == count - 1 else len(out) + 4)
    return bytes(out)


def test_pictures_in_a_file_are_not_counted_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a hundred thousand of them, in ten megabytes, Pillow takes five minutes."""
    looked, seek = [], TiffImagePlugin.TiffImageFile._seek
    monkeypatch.setattr(
        TiffImagePlugin.TiffImageFile, "_seek", lambda file, frame: (looked.append(frame), seek(file, frame))[1]
    )
    header = read_header(io.BytesIO(many_pictures(50)))
    assert header.conversions == ("animated",)
    assert max(looked) <= 1


def test_a_damaged_second_picture_leaves_the_first_one_sound() -> None:
    whole = animated("GIF")
    header = read_header(io.BytesIO(whole[: whole.rindex(b",") + 3]))
    assert (header.width, header.height) == (6, 4)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"])
def test_any_damage_gives_a_picture_or_a_reason(kind: str) -> None:
    whole = content(Image.effect_noise((16, 16), 90).convert("RGB"), kind)
    random = np.random.RandomState(1)
    with quietly():
        for _ in range(60):
            damaged = bytearray(whole)
            for _ in range(random.randint(1, 5)):
                damaged[random.randint(len(damaged))] = random.randint(256)
            with suppress(PictureError):
                read_header(io.BytesIO(damaged))
                assert read_picture(io.BytesIO(damaged), 3, (8, 8), "pad").shape == (3, 8, 8)


def test_members_of_a_zip_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(10):
            archive.writestr(f"{'ab'[index % 2]}/{index}.bmp", content(plain(), "BMP"))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"a/0.bmp") + 60] ^= 1
    path.write_bytes(raw)
    assert "'a/0.bmp' (damaged in the zip)" in said(shown(path), "warning")


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_some_pictures_of_each_class_are_shown(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=content(plain()), b=content(plain("RGB", (6, 4))), c=content(plain()))
    pictures = shown(folder).pictures
    assert [picture.label for picture in pictures[:6]] == ["a", "b", "c"] * 2
    first = pictures[0]
    assert (first.height, first.width, first.channels) == (4, 6, 3)
    assert first.pixels[:3] == bytes(RED)


@pytest.mark.parametrize("change", [lambda s: s, lambda s: replace(s, fit="crop", size=(5, 5))])
def test_what_was_understood_reads_the_same_pictures_again(
    tmp_path: Path, change: Callable[[DataSettings], DataSettings]
) -> None:
    folder = folder_of(tmp_path, a=content(plain("L")), b=content(plain()))
    first = prepared(samples_of(change(DataSettings(str(folder)))))
    understood = first.description.understood
    assert understood is not None
    np.testing.assert_array_equal(prepare(understood).train_features, first.train_features)


def test_a_folder_for_validation_beside_one_for_the_test(tmp_path: Path) -> None:
    for part, count in (("train", 4), ("test", 2), ("val", 3)):
        folder_of(tmp_path / part, cat=[content(plain())] * count, dog=[content(plain())] * count)
    data = shown(tmp_path)
    assert (data.train_size, data.test_size, data.valid_size) == (8, 4, 6)


SMALL = content(Image.new("L", (8, 8), 7))
LONG_TEXT = SMALL[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**26), 9)) + SMALL[33:]
"""A picture that begins with a comment of 64 megabytes."""
MORE_PIXELS = SMALL[:33] + chunk(b"IDAT", zlib.compress(bytes(2**26), 9)) + chunk(b"IEND", b"")
"""A picture of 64 pixels with the data of a million times as many."""


def test_a_picture_that_unpacks_to_far_more_than_it_is_takes_no_memory(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "x", a=[SMALL] * 6, b=[SMALL] * 4, c=[LONG_TEXT, MORE_PIXELS] * 2)
    before = memory_in_use()
    description = samples_of(DataSettings(str(folder))).description()
    assert description.train_size + description.test_size >= 10
    assert "Left out, since they cannot be read: 'c/0.png' (damaged)" in said(description, "warning")
    if before is not None:
        assert (memory_in_use() or 0) - before < 2**25


@pytest.mark.parametrize("lies", [False, True])
def test_a_zip_that_unpacks_to_far_more_than_it_is_takes_no_memory(
    lies: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.picture_files._LARGEST", 2**22)
    with zipfile.ZipFile(path := tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(12):
            archive.writestr(f"{'ab'[number % 2]}/{number}.png", SMALL)
        archive.writestr("a/bomb.png", bytes(2**24))
    if lies:
        path.write_bytes(path.read_bytes().replace(struct.pack("<I", 2**24), struct.pack("<I", 900)))
    reason = "damaged in the zip" if lies else "too large"
    description = samples_of(DataSettings(str(path))).description()
    assert f"cannot be read: 'a/bomb.png' ({reason})" in said(description, "warning")
    assert dict(description.lines) == {"pictures": 12, "broken": 1}


def test_a_zip_of_many_such_ends_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE", 0.05)
    monkeypatch.setattr(limits, "PACE", 2**40)
    with zipfile.ZipFile(path := tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"{'ab'[number % 2]}/{number}.png", bytes(2**26))
    with pytest.raises(FileError, match="takes longer to read than a file of its size should"):
        prepare(DataSettings(str(path)))


def test_a_picture_is_predicted_by_what_learned_from_arrays(tmp_path: Path) -> None:
    data = prepare(DataSettings("digits"))
    digit = samples_of(DataSettings("digits")).source.features[0, 0]
    drawn = Image.fromarray((digit * (255 / 16)).astype(np.uint8)).convert("RGB")
    drawn.save(tmp_path / "zero.png")
    drawn.resize((80, 40)).save(tmp_path / "wide.png")
    found = unlabelled(str(tmp_path), data.learnt)
    assert (found.features.shape, found.names) == ((2, 1, 8, 8), ["wide.png", "zero.png"])
    assert np.abs(found.features[1, 0] - digit).max() < 0.1
    assert not found.features[0, 0, [0, 1, 6, 7]].any(), "black above and below"
