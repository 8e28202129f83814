"""What is written to standard error is told apart, wherever the pipe cuts it."""

import io

from core.training.streams import ErrorStream, Output, OutputReader

LIMIT = 1000


def written(*texts: str) -> bytes:
    """What one process writes: each text to standard error."""
    raw = io.BytesIO()
    stream = ErrorStream(raw, encoding="utf-8", write_through=True)
    for text in texts:
        print(text, file=stream)
    return raw.getvalue()


def test_standard_error_is_told_apart_in_order() -> None:
    data = b"one\n" + written("bad", "worse") + "zwölf\n".encode()
    pieces, left_out = OutputReader().read(data, LIMIT)
    assert pieces == [Output("one\n"), Output("bad\nworse\n", True), Output("zwölf\n")]
    assert left_out == 0


def test_it_is_told_apart_wherever_the_pipe_cuts_it() -> None:
    data = b"a" + written("schlüssel") + b"b"
    for cut in range(len(data) + 1):
        reader = OutputReader()
        pieces = [*reader.read(data[:cut], LIMIT)[0], *reader.read(data[cut:], LIMIT)[0]]
        errors = "".join(piece.text for piece in pieces if piece.is_error)
        plain = "".join(piece.text for piece in pieces if not piece.is_error)
        assert (errors, plain) == ("schlüssel\n", "ab"), cut


def test_of_too_much_the_end_is_kept_and_what_follows_is_as_it_was() -> None:
    reader = OutputReader()
    data = b"x" * 50 + written("no")
    assert reader.read(data + b"yes", 8) == ([Output("xx"), Output("no\n", True), Output("yes")], 48)
    assert reader.read(data[:-1], 2)[0] == [Output("o\n", True)]
    assert reader.read(b"more", LIMIT) == ([Output("more", True)], 0), "the mark that ends it did not come yet"
