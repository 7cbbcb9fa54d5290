"""Language models: head, output layers, metrics, and the n-gram floor."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the components of this plugin."""
    registry.head(
        "language_model",
        "seqlab_lm.head:LanguageModelHead",
        config="seqlab_lm.settings:LanguageModelSettings",
        summary="the next token from each state",
    )
    registry.output(
        "full",
        "seqlab_lm.full_output:FullOutput",
        config="seqlab_lm.output_settings:FullSettings",
        summary="a softmax over the whole vocabulary, its weights shared with the embedder or not",
    )
    registry.output(
        "adaptive",
        "seqlab_lm.adaptive_output:AdaptiveOutput",
        config="seqlab_lm.output_settings:AdaptiveSettings",
        summary="a softmax over frequent words and clusters of rare ones, for large vocabularies",
    )
    for name, metric, summary in (
        ("nats_per_token", "NatsPerToken", "mean of minus the natural logarithm of each token's probability"),
        ("perplexity", "Perplexity", "e to the nats per token: among how many tokens it wavers"),
        ("nats_per_character", "NatsPerCharacter", "the same sum for each character of the text"),
        ("bits_per_character", "BitsPerCharacter", "the same with logarithms to base 2"),
    ):
        registry.metric(name, f"seqlab_lm.metrics:{metric}", "seqlab_lm.settings:LossMetricSettings", summary)
    for name, judge, config, summary in (
        ("python_parses", "PythonParses", None, "whether its first statement is Python"),
        ("balanced_latex", "BalancedLatex", None, "whether braces and environments close as they were opened"),
        ("copied", "Copied", "seqlab_lm.judge_settings:CopiedSettings", "share of its n-grams that stand in train"),
    ):
        registry.judge(name, f"seqlab_lm.judges:{judge}", config, summary)
    registry.baseline(
        "uniform",
        "seqlab_lm.fixed_baselines:Uniform",
        config="seqlab_lm.settings:UniformSettings",
        summary="every token of the vocabulary alike",
    )
    registry.baseline(
        "unigram",
        "seqlab_lm.fixed_baselines:Unigram",
        config="seqlab_lm.settings:UnigramSettings",
        summary="how often each token stands in train, whatever stood before",
    )
    registry.baseline(
        "kneser_ney",
        "seqlab_lm.kneser_ney_baseline:KneserNeyBaseline",
        config="seqlab_lm.settings:KneserNeySettings",
        summary="n-grams with interpolated modified Kneser-Ney smoothing, of any order",
    )
    registry.variant(
        "interpolate",
        "seqlab_lm.interpolate:Interpolate",
        config="seqlab_lm.variant_settings:InterpolateSettings",
        summary="model and baselines mixed, with the weights that dev wants",
    )
    registry.variant(
        "neural_cache",
        "seqlab_lm.neural_cache:NeuralCache",
        config="seqlab_lm.variant_settings:NeuralCacheSettings",
        summary="what followed the last states that were like this one is likely again",
    )
    registry.variant(
        "dynamic_evaluation",
        "seqlab_lm.dynamic_evaluation:DynamicEvaluation",
        config="seqlab_lm.variant_settings:DynamicEvaluationSettings",
        summary="the model goes on learning from what it has just read",
    )
