"""Questions about stories and about images, each answered by one of the answers of train."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register embedder, heads, baselines and controls; their modules are imported when one is used."""
    registry.embedder(
        "sentence",
        "seqlab_vqa.sentence:SentenceEmbedder",
        config="seqlab_vqa.settings:SentenceSettings",
        summary="a vector for each sentence, the weighted sum of those of its words",
    )
    registry.head(
        "answerer",
        "seqlab_vqa.answerer:Answerer",
        config="seqlab_vqa.settings:AnswererSettings",
        summary="the answer to a question about an image, one of those of train",
    )
    registry.head(
        "story_answerer",
        "seqlab_vqa.answerer:Answerer",
        config="seqlab_vqa.settings:StoryAnswererSettings",
        summary="the answer to a question about a story, one of those of train",
    )
    registry.baseline(
        "question_prior",
        "seqlab_vqa.question_prior:QuestionPrior",
        config="seqlab_vqa.settings:QuestionPriorSettings",
        summary="the most frequent answer to the same question in train, whatever it is about",
    )
    registry.baseline(
        "last_mentioned",
        "seqlab_vqa.last_mentioned:LastMentioned",
        config="seqlab_vqa.settings:LastMentionedSettings",
        summary="the answer of train that the story mentions last",
    )
    registry.control(
        "question_only", "seqlab_vqa.controls:QuestionOnly", summary="the same image or story for every question"
    )
    registry.control("image_only", "seqlab_vqa.controls:ImageOnly", summary="the same question for every image")
    registry.control(
        "shuffled_context", "seqlab_vqa.controls:ShuffledContext", summary="each question with the story of another"
    )
