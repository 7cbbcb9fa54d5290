"""Plugin: readers turn files into examples, tokenizers cut text."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the readers and tokenizers; their modules are imported when one is used."""
    registry.reader(
        "conllu",
        "seqlab_readers.conllu:Conllu",
        config="seqlab_readers.settings:ConlluSettings",
        summary="words with one tag each, from a treebank in CoNLL-U (Universal Dependencies)",
    )
    registry.reader(
        "conll",
        "seqlab_readers.conll:Conll",
        config="seqlab_readers.conll_settings:ConllSettings",
        summary="words with one tag each, from a file of columns (named entities, chunks), converted to one scheme",
    )
    registry.reader(
        "text",
        "seqlab_readers.text:RunningText",
        config="seqlab_readers.settings:TextSettings",
        summary="running text as characters or words, line ends among them",
    )
    registry.reader(
        "lines",
        "seqlab_readers.lines:Lines",
        config="seqlab_readers.settings:LinesSettings",
        summary="one sentence a line, as words or characters",
    )
    registry.tokenizer(
        "whitespace",
        "seqlab_readers.whitespace:Whitespace",
        summary="tokens are what stands between white space",
    )
    registry.tokenizer(
        "spacy",
        "seqlab_readers.spacy_tokenizer:Spacy",
        config="seqlab_readers.settings:SpacySettings",
        summary="words and sentences of raw text, by the rules that spaCy has for a language",
    )
