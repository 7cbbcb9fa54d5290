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
        "frames",
        "seqlab_readers.frames:Frames",
        config="seqlab_readers.frames_settings:FramesSettings",
        summary="sequences of vectors in files of numpy (speech, sensors), and a text for each",
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
    registry.reader(
        "tsv",
        "seqlab_readers.delimited:Delimited",
        config="seqlab_readers.labelled_settings:TsvSettings",
        summary="a table of texts and labels, columns parted by tabs",
    )
    registry.reader(
        "csv",
        "seqlab_readers.delimited:Delimited",
        config="seqlab_readers.labelled_settings:CsvSettings",
        summary="a table of texts and labels, columns parted by commas",
    )
    registry.reader(
        "jsonl",
        "seqlab_readers.json_lines:JsonLines",
        config="seqlab_readers.labelled_settings:JsonLinesSettings",
        summary="a JSON object in each line, with a text and its label, or several",
    )
    registry.reader(
        "folders",
        "seqlab_readers.folders:Folders",
        config="seqlab_readers.labelled_settings:FoldersSettings",
        summary="a file for each text, in a folder that is named like its label",
    )
    registry.reader(
        "parallel",
        "seqlab_readers.parallel:Parallel",
        config="seqlab_readers.labelled_settings:ParallelSettings",
        summary="texts in one file and their labels in another, line by line",
    )
    registry.reader(
        "pairs",
        "seqlab_readers.pairs:Pairs",
        config="seqlab_readers.pairs_settings:PairsSettings",
        summary="a source and its target, in two columns or in two files, line by line",
    )
    registry.reader(
        "captions",
        "seqlab_readers.captions:Captions",
        config="seqlab_readers.captions_settings:CaptionsSettings",
        summary="images with captions: a table, and a folder or a zip beside it",
    )
    registry.reader(
        "babi",
        "seqlab_readers.babi:Babi",
        config="seqlab_readers.questions_settings:BabiSettings",
        summary="stories with questions about them, in the format of the bAbI tasks",
    )
    registry.reader(
        "image_questions",
        "seqlab_readers.image_questions:ImageQuestions",
        config="seqlab_readers.questions_settings:ImageQuestionsSettings",
        summary="questions about images, in a table or in JSON, with the images beside it",
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
    registry.tokenizer(
        "characters",
        "seqlab_readers.characters:Characters",
        summary="tokens are the characters that are no white space",
    )
