"""In which encoding a text is written: said by its byte order mark, or found out from its bytes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LOOK_AT = 2**16  # bytes that decide about an encoding without a mark
_OTHER_ALPHABET = re.compile(r"[^\W\d_a-zA-Z]{3,}")
_SYMBOL_WITHIN = re.compile(
    r"[^\W\d_](?:[\u00b2\u00b3\u00b9]|(?![\u2018\u2019\u2013\u2014\u00b7\u00ad])[^\w\s\x00-\x7f])[^\W\d_]"
)
"""A sign such as ³ between two letters, where no Western word but a shortened one has any."""
_OTHERS = ("windows-1252", "windows-1250", "windows-1251", "windows-1253", "iso-8859-15", "shift-jis", "gb18030")
_ACCENTED = re.compile(r"[^\W\d_]*[^\W\d_a-zA-Z][^\W\d_]*")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`guessed`: nothing in the file says so. `others`: in which ones it could be written as well.

    `asks`: the bytes are probably letters of another alphabet.
    """

    name: str
    guessed: bool = False
    asks: bool = False
    others: tuple[str, ...] = ()

    @property
    def codec(self) -> str:
        """What Python calls it. A byte order mark is skipped wherever UTF-8 has one."""
        return "utf-8-sig" if self.name == "utf-8" else self.name


def encoding_of(raw: bytes) -> Encoding | None:
    """The encoding of a text; None for what is no text in any.

    UTF-16 without a mark shows by its zeros. Bytes that are no UTF-8 are taken for Windows-1252, which Western
    programs write, unless as many of the file's other letters are good UTF-8: then it is damaged, and stays UTF-8.
    """
    for mark, name in _MARKS.items():
        if raw.startswith(mark):
            return Encoding(name)
    if b"\0" in raw:
        return _without_mark(raw[:_LOOK_AT])
    if raw.isascii() or _is_utf8(raw):
        return Encoding("utf-8")
    sample = _around_first(raw)
    text = sample.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in text)
    if sum(letter > "\x7f" for letter in text) >= 2 * broken:
        return Encoding("utf-8")
    return _one_byte_a_letter(sample)


def _is_utf8(raw: bytes) -> bool:
    """Looked at in pieces, so that a large text needs no memory for its letters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), _LOOK_AT):
            decoder.decode(raw[start : start + _LOOK_AT])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _around_first(raw: bytes) -> bytes:
    """A piece of the text that begins where its first letter beyond ASCII is."""
    found = re.search(rb"[\x80-\xff]", raw)
    start = max(found.start() - 64, 0) if found else 0
    return raw[start : start + _LOOK_AT]


def _without_mark(sample: bytes) -> Encoding | None:
    even, odd = sample[::2], sample[1::2]
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros.count(0) > 0.4 * len(zeros) and not others.count(0):
            return Encoding(name, guessed=True)
    return None


def _one_byte_a_letter(sample: bytes) -> Encoding:
    text = sample.decode("cp1252", "replace")
    words = _ACCENTED.findall(text)
    # In Western words one or two letters with accents stand together; in Cyrillic ones nearly all are beyond ASCII.
    foreign = 2 * sum(bool(_OTHER_ALPHABET.search(word)) for word in words) > len(words)
    known = tuple(name for name in _OTHERS if _can_be(sample, name))
    asks = foreign or "windows-1252" not in known or bool(_SYMBOL_WITHIN.search(text))
    return Encoding(known[0], guessed=True, asks=asks, others=known[1:])


def _can_be(sample: bytes, name: str) -> bool:
    """Whether these bytes are a text in this encoding; the last letter may be cut off."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True
