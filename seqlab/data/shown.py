"""The inputs of an example as people read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seqlab.interfaces.records import Example, Image, Input, Text, Tokens


def shown_inputs(example: Example, text_of: Callable[[Sequence[str]], str] = " ".join) -> dict[str, str]:
    """Each input as text, by name: a text as it stood in the data, an image by its file. Vectors are left out.

    Args:
        example: Whose inputs they are.
        text_of: The text of tokens that have none.
    """
    shown = {name: _shown(value, text_of) for name, value in example.inputs.items()}
    return {name: text for name, text in shown.items() if text is not None}


def _shown(value: Input, text_of: Callable[[Sequence[str]], str]) -> str | None:
    match value:
        case Tokens():
            return value.text if value.text is not None else text_of(value.items)
        case Text():
            return value.text
        case Image():
            return value.member if value.member is not None else value.path.as_posix()
        case _:
            return None
