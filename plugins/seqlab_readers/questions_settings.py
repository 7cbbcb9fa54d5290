"""Settings of the readers of questions. Imports neither torch nor numpy, since `seqlab validate` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge
from typing_extensions import Doc

from seqlab import ReaderSettings
from seqlab_readers.settings import Images


@dataclass(frozen=True)
class BabiSettings(ReaderSettings):
    """Stories with questions about them, as the bAbI tasks have them (Weston et al. 2015).

    A line `N sentence` goes on with a story, `N question TAB answer TAB supporting lines` asks about it; where N is 1, the
    next story begins. An answer of several words is one answer.
    """

    task: Annotated[
        int | None,
        Ge(1),
        Doc(
            "read the file of this task: qaN_..._train.txt beside the named one, or in a zip there; null: the named one"
        ),
    ] = None
    unit: Annotated[
        Literal["sentence", "word"], Doc("what a token of the story is; sentences are for the embedder 'sentence'")
    ] = "sentence"

    @property
    def inputs(self) -> Mapping[str, Literal["tokens"]]:
        """The story so far and the question."""
        return {"story": "tokens", "question": "tokens"}

    @property
    def target(self) -> Literal["labels"]:
        """The answer."""
        return "labels"


@dataclass(frozen=True)
class ImageQuestionsSettings(ReaderSettings):
    """Questions about images: a table parted by tabs, with a header; or a list of [question, answer, image] in a .json.

    An image is named by its file, with or without its ending. An answer of several words is one answer.
    """

    images: Images = None
    question: Annotated[str, Doc("column of the question in a table")] = "question"
    answer: Annotated[str, Doc("column of the answer in a table")] = "answer"
    image: Annotated[str, Doc("column of the image in a table")] = "image"

    def __post_init__(self) -> None:
        """Three things cannot stand in two columns."""
        if len({self.question, self.answer, self.image}) < 3:
            raise ValueError("question, answer and image are three columns, but two have the same name")

    @property
    def inputs(self) -> Mapping[str, Literal["tokens", "image"]]:
        """The image and the question."""
        return {"image": "image", "question": "tokens"}

    @property
    def target(self) -> Literal["labels"]:
        """The answer."""
        return "labels"
