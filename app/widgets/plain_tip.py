"""Tooltips that show their text as it is."""

from __future__ import annotations

import html

LONG = 100  # characters of a line, above which it is wrapped
MOST = 2000  # characters of a tooltip


def plain_tip(text: str) -> str:
    """What to hand to Qt as a tooltip so that `text` is shown letter by letter, long lines wrapped.

    Qt takes for HTML what looks like it, and draws what it asks for; only HTML is wrapped.
    """
    if len(text) > MOST:
        text = text[:MOST] + "…"
    if not any(sign in text for sign in "<&") and all(len(line) <= LONG for line in text.splitlines()):
        return text
    return f'<qt><p style="white-space:pre-wrap; margin:0">{html.escape(text)}</p></qt>'
