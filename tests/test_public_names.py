"""The names that a plugin may import. A name is never taken away in silence: change this list with a changelog entry."""

import os
import subprocess
import sys

import pytest

import seqlab

NAMES = """
__version__ Baseline BaselineSettings Batch Context Control Corpus DataError Dataset Decoder DecoderHead Decoding Dropout
Embedded Embedder EmbedderSettings Encoded Encoder EncoderSettings Encoding EpochEnd Evaluation Example Features
Floor Generated Head HeadSettings IGNORED Image InputBatch Judge Kind Labels LabelsPrediction LanguageModel Learner
LearnerSettings LogProbsPrediction Loss MOST_PROBLEMS Metric MetricSettings NetworkLanguageModel NextTokenHead
NoSettings Number NumberPrediction OUTSIDE OutputLayer Part Parts Pipeline PipelineError Place PluginError Pooled Pooler
Prediction Prefix Problem Progress Reader ReaderSettings Registrar ReportData Requirements RunError RunStart SCHEMES
Schedule Scheme ScoringHead Section SeqlabError Sizes Span SparseRows State Step Subwords Tags TagsPrediction Target Text Token Tokenizer
Tokens TokensPrediction TrainingState Variant VariantSettings Vocabularies Vocabulary all_told begin_decoding
cache_folder generate generate_steps hookimpl image_bytes image_pixels may_follow predict_next_tokens read_prompts
scheme_of side_by_side span_tags spans suggestion text_lines thumbnail words_of
""".split()  # noqa: SIM905 (a list of eighty lines is not read)


def test_the_public_names_are_these():
    assert list(seqlab.__all__) == NAMES


@pytest.mark.parametrize("name", seqlab.__all__)
def test_a_public_name_resolves(name):
    assert getattr(seqlab, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Encodr'"):
        seqlab.Encodr  # noqa: B018


def test_importing_seqlab_imports_nothing_heavy():
    code = "import sys, seqlab; print([name for name in ('torch', 'numpy', 'click', 'pluggy') if name in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert answer.stdout.strip() == "[]"
