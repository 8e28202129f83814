"""What the canvas says of itself to those who do not see it."""

from __future__ import annotations

from app.canvas.view import View
from app.look.sentences import tr


def description(view: View) -> str:
    """What is selected, and which container is shown: "fc1, Linear, 784 → 256. Inside net."."""
    document = view.document
    selection = document.selection
    if not selection:
        text = tr("Nothing selected")
    elif len(selection) == 1:
        words = view.stage.words(selection[0])
        text = ", ".join(part for part in (words.name, words.kind, words.telling or words.note) if part)
    else:
        text = tr("{count} layers selected").format(count=len(selection))
    shown = tr("Inside {container}").format(container=document.design[document.context].name)
    return f"{text}. {shown}."
