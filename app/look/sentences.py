"""Texts and the core's sentences in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.errors import Sentence


def tr(text: str) -> str:
    """A text in the user's language, for what is no QObject. lupdate files such texts under no context."""
    return QCoreApplication.translate("", text)


def say(sentence: Sentence) -> str:
    """The sentence with its template translated and its values filled in; values that are sentences are said, too."""
    template = QCoreApplication.translate("Sentences", sentence.template)
    values = {name: say(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
    return template.format(**values) if values else template
