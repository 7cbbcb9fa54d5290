"""Tokenizer `spacy`: words and sentences by spaCy's rules for a language. The one module that imports spaCy.

`spacy.blank(language)` cuts words by rules and exceptions of the language (https://spacy.io/usage/linguistic-features);
`sentencizer` ends a sentence at punctuation. Neither is trained, so nothing is downloaded.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable

import spacy
import spacy.lang
from spacy.language import Language
from spacy.tokens import Token as SpacyToken

from seqlab import PipelineError, Problem, Token, Tokenizer, suggestion
from seqlab_readers.settings import SpacySettings

LONGEST_TEXT = 10_000_000
"""Characters; rules need no limit for their memory, but spaCy wants one."""


RENEW_AFTER = 10_000_000
"""Characters after which the rules are loaded anew, which takes a fifth of a second. A memory zone frees the strings that
spaCy met in it, but not their places in its tables: 27 bytes each, for ever."""


class Spacy(Tokenizer):
    """Cuts a text by spaCy's rules; what is only white space is no token."""

    config: SpacySettings

    def __init__(self, config: SpacySettings) -> None:
        super().__init__(config)
        self._language = _rules(config.language)
        self._characters = 0

    def __call__(self, text: str) -> list[Token]:
        """The tokens of a text, from left to right."""
        language = self._fresh(text)
        with language.memory_zone():  # else spaCy remembers every string that it ever met
            return _tokens(language.make_doc(text))

    def sentences(self, text: str) -> list[list[Token]]:
        """The tokens of each sentence, which ends at punctuation."""
        language = self._fresh(text)
        with language.memory_zone():
            found = [_tokens(sentence) for sentence in language(text).sents]
        return [tokens for tokens in found if tokens]

    def _fresh(self, text: str) -> Language:
        self._characters += len(text)
        if self._characters > RENEW_AFTER:
            self._language, self._characters = _rules(self.config.language), len(text)
        return self._language


def _rules(language: str) -> Language:
    try:
        rules = spacy.blank(language)
    except ImportError as error:
        raise _unknown(language, error) from error
    rules.add_pipe("sentencizer")
    rules.max_length = LONGEST_TEXT
    return rules


def _tokens(found: Iterable[SpacyToken]) -> list[Token]:
    return [Token(token.text, token.idx, token.idx + len(token)) for token in found if not token.is_space]


def _unknown(language: str, error: ImportError) -> PipelineError:
    """A language that spaCy does not know, or whose rules need another package."""
    known = sorted(module.name for module in pkgutil.iter_modules(spacy.lang.__path__) if module.ispkg)
    if language in known:
        return PipelineError(Problem("SL210", f"spaCy cannot cut this language yet: {error}"))
    return PipelineError(
        Problem("SL210", f"spaCy knows no language '{language}'", hint=suggestion(language, known),
                notes=(f"known: {' '.join(known)}",))
    )  # fmt: skip
