"""The inputs of an example as people read them."""

from __future__ import annotations

from seqlab.interfaces.records import Example, Image, Input, Text, Tokens


def shown_inputs(example: Example) -> dict[str, str]:
    """Each input as text, by name: a text as it stood in the data, an image by its file. Vectors are left out."""
    shown = {name: _shown(value) for name, value in example.inputs.items()}
    return {name: text for name, text in shown.items() if text is not None}


def _shown(value: Input) -> str | None:
    match value:
        case Tokens():
            return value.text if value.text is not None else " ".join(value.items)
        case Text():
            return value.text
        case Image():
            return value.member if value.member is not None else value.path.as_posix()
        case _:
            return None
