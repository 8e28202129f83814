"""Sentences from the core, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.errors import Sentence


def say(sentence: Sentence) -> str:
    """The sentence with its template translated and its values filled in; values that are sentences are said, too."""
    template = QCoreApplication.translate("Sentences", sentence.template)
    values = {name: say(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
    return template.format(**values) if values else template
