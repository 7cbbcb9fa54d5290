"""seqlab: a lab for sequence models, in which every model stands beside its strongest cheap baselines.

The public names are loaded when they are first asked for, so that `import seqlab` costs nothing. A plugin imports
from here and from nowhere else in seqlab.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "hookimpl": "hookspecs",
    "DataError": "errors",
    "PipelineError": "errors",
    "Place": "errors",
    "PluginError": "errors",
    "Problem": "errors",
    "RunError": "errors",
    "SeqlabError": "errors",
    "MOST_PROBLEMS": "errors",
    "all_told": "errors",
    "suggestion": "errors",
    "Registrar": "registry",
    "BaselineSettings": "interfaces.settings",
    "EmbedderSettings": "interfaces.settings",
    "EncoderSettings": "interfaces.settings",
    "HeadSettings": "interfaces.settings",
    "Kind": "interfaces.settings",
    "LearnerSettings": "interfaces.settings",
    "MetricSettings": "interfaces.settings",
    "NoSettings": "interfaces.settings",
    "Part": "interfaces.settings",
    "ReaderSettings": "interfaces.settings",
    "VariantSettings": "interfaces.settings",
    "Requirements": "interfaces.settings",
    "IGNORED": "interfaces.vocabulary",
    "Subwords": "interfaces.subwords",
    "Vocabulary": "interfaces.vocabulary",
    "Batch": "interfaces.records",
    "Dataset": "interfaces.records",
    "Example": "interfaces.records",
    "Features": "interfaces.records",
    "Image": "interfaces.records",
    "InputBatch": "interfaces.records",
    "Labels": "interfaces.records",
    "LabelsPrediction": "interfaces.records",
    "LogProbsPrediction": "interfaces.records",
    "Number": "interfaces.records",
    "NumberPrediction": "interfaces.records",
    "Prediction": "interfaces.records",
    "Tags": "interfaces.records",
    "TagsPrediction": "interfaces.records",
    "Target": "interfaces.records",
    "Text": "interfaces.records",
    "Tokens": "interfaces.records",
    "TokensPrediction": "interfaces.records",
    "Vocabularies": "interfaces.records",
    "Baseline": "interfaces.baseline",
    "Context": "interfaces.context",
    "Control": "interfaces.control",
    "Corpus": "interfaces.corpus",
    "Decoder": "interfaces.decoder",
    "Step": "interfaces.decoder",
    "Decoding": "interfaces.decoding",
    "Generated": "interfaces.decoding",
    "Embedded": "interfaces.embedder",
    "Embedder": "interfaces.embedder",
    "SparseRows": "interfaces.embedder",
    "Encoder": "interfaces.encoder",
    "Encoding": "interfaces.encoder",
    "Evaluation": "interfaces.evaluation",
    "Encoded": "interfaces.head",
    "Head": "interfaces.head",
    "DecoderHead": "interfaces.head",
    "ScoringHead": "interfaces.head",
    "NextTokenHead": "interfaces.head",
    "Parts": "interfaces.head",
    "Sizes": "interfaces.head",
    "LanguageModel": "interfaces.language_model",
    "Judge": "interfaces.judge",
    "Learner": "interfaces.learner",
    "Progress": "interfaces.learner",
    "TrainingState": "interfaces.learner",
    "Metric": "interfaces.metric",
    "EpochEnd": "interfaces.moments",
    "Floor": "interfaces.moments",
    "ReportData": "interfaces.moments",
    "RunStart": "interfaces.moments",
    "Section": "interfaces.moments",
    "Loss": "interfaces.output",
    "OutputLayer": "interfaces.output",
    "Pooled": "interfaces.pooler",
    "Pooler": "interfaces.pooler",
    "Reader": "interfaces.reader",
    "SCHEMES": "interfaces.spans",
    "Scheme": "interfaces.spans",
    "Span": "interfaces.spans",
    "may_follow": "interfaces.spans",
    "scheme_of": "interfaces.spans",
    "OUTSIDE": "interfaces.spans",
    "span_tags": "interfaces.spans",
    "spans": "interfaces.spans",
    "Schedule": "interfaces.schedule",
    "State": "interfaces.state",
    "Token": "interfaces.tokenizer",
    "Tokenizer": "interfaces.tokenizer",
    "Variant": "interfaces.variant",
    "words_of": "interfaces.words",
    "cache_folder": "data.catalogue.places",
    "image_bytes": "data.images",
    "image_pixels": "data.images",
    "thumbnail": "data.images",
    "text_lines": "data.textfile",
    "Dropout": "model.dropout",
    "NetworkLanguageModel": "model.network_language_model",
    "generate": "model.generation",
    "generate_steps": "model.generation",
    "predict_next_tokens": "model.scoring",
    "Prefix": "model.prefix",
    "begin_decoding": "model.prefix",
    "read_prompts": "model.prefix",
    "side_by_side": "model.side_by_side",
    "Pipeline": "config.pipeline",
}

__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from seqlab.config.pipeline import Pipeline as Pipeline
    from seqlab.data.catalogue.places import cache_folder as cache_folder
    from seqlab.data.images import image_bytes as image_bytes
    from seqlab.data.images import image_pixels as image_pixels
    from seqlab.data.images import thumbnail as thumbnail
    from seqlab.data.textfile import text_lines as text_lines
    from seqlab.errors import MOST_PROBLEMS as MOST_PROBLEMS
    from seqlab.errors import DataError as DataError
    from seqlab.errors import PipelineError as PipelineError
    from seqlab.errors import Place as Place
    from seqlab.errors import PluginError as PluginError
    from seqlab.errors import Problem as Problem
    from seqlab.errors import RunError as RunError
    from seqlab.errors import SeqlabError as SeqlabError
    from seqlab.errors import all_told as all_told
    from seqlab.errors import suggestion as suggestion
    from seqlab.hookspecs import hookimpl as hookimpl
    from seqlab.interfaces.baseline import Baseline as Baseline
    from seqlab.interfaces.context import Context as Context
    from seqlab.interfaces.control import Control as Control
    from seqlab.interfaces.corpus import Corpus as Corpus
    from seqlab.interfaces.decoder import Decoder as Decoder
    from seqlab.interfaces.decoder import Step as Step
    from seqlab.interfaces.decoding import Decoding as Decoding
    from seqlab.interfaces.decoding import Generated as Generated
    from seqlab.interfaces.embedder import Embedded as Embedded
    from seqlab.interfaces.embedder import Embedder as Embedder
    from seqlab.interfaces.embedder import SparseRows as SparseRows
    from seqlab.interfaces.encoder import Encoder as Encoder
    from seqlab.interfaces.encoder import Encoding as Encoding
    from seqlab.interfaces.evaluation import Evaluation as Evaluation
    from seqlab.interfaces.head import DecoderHead as DecoderHead
    from seqlab.interfaces.head import Encoded as Encoded
    from seqlab.interfaces.head import Head as Head
    from seqlab.interfaces.head import NextTokenHead as NextTokenHead
    from seqlab.interfaces.head import Parts as Parts
    from seqlab.interfaces.head import ScoringHead as ScoringHead
    from seqlab.interfaces.head import Sizes as Sizes
    from seqlab.interfaces.judge import Judge as Judge
    from seqlab.interfaces.language_model import LanguageModel as LanguageModel
    from seqlab.interfaces.learner import Learner as Learner
    from seqlab.interfaces.learner import Progress as Progress
    from seqlab.interfaces.learner import TrainingState as TrainingState
    from seqlab.interfaces.metric import Metric as Metric
    from seqlab.interfaces.moments import EpochEnd as EpochEnd
    from seqlab.interfaces.moments import Floor as Floor
    from seqlab.interfaces.moments import ReportData as ReportData
    from seqlab.interfaces.moments import RunStart as RunStart
    from seqlab.interfaces.moments import Section as Section
    from seqlab.interfaces.output import Loss as Loss
    from seqlab.interfaces.output import OutputLayer as OutputLayer
    from seqlab.interfaces.pooler import Pooled as Pooled
    from seqlab.interfaces.pooler import Pooler as Pooler
    from seqlab.interfaces.reader import Reader as Reader
    from seqlab.interfaces.records import Batch as Batch
    from seqlab.interfaces.records import Dataset as Dataset
    from seqlab.interfaces.records import Example as Example
    from seqlab.interfaces.records import Features as Features
    from seqlab.interfaces.records import Image as Image
    from seqlab.interfaces.records import InputBatch as InputBatch
    from seqlab.interfaces.records import Labels as Labels
    from seqlab.interfaces.records import LabelsPrediction as LabelsPrediction
    from seqlab.interfaces.records import LogProbsPrediction as LogProbsPrediction
    from seqlab.interfaces.records import Number as Number
    from seqlab.interfaces.records import NumberPrediction as NumberPrediction
    from seqlab.interfaces.records import Prediction as Prediction
    from seqlab.interfaces.records import Tags as Tags
    from seqlab.interfaces.records import TagsPrediction as TagsPrediction
    from seqlab.interfaces.records import Target as Target
    from seqlab.interfaces.records import Text as Text
    from seqlab.interfaces.records import Tokens as Tokens
    from seqlab.interfaces.records import TokensPrediction as TokensPrediction
    from seqlab.interfaces.records import Vocabularies as Vocabularies
    from seqlab.interfaces.schedule import Schedule as Schedule
    from seqlab.interfaces.settings import BaselineSettings as BaselineSettings
    from seqlab.interfaces.settings import EmbedderSettings as EmbedderSettings
    from seqlab.interfaces.settings import EncoderSettings as EncoderSettings
    from seqlab.interfaces.settings import HeadSettings as HeadSettings
    from seqlab.interfaces.settings import Kind as Kind
    from seqlab.interfaces.settings import LearnerSettings as LearnerSettings
    from seqlab.interfaces.settings import MetricSettings as MetricSettings
    from seqlab.interfaces.settings import NoSettings as NoSettings
    from seqlab.interfaces.settings import Part as Part
    from seqlab.interfaces.settings import ReaderSettings as ReaderSettings
    from seqlab.interfaces.settings import Requirements as Requirements
    from seqlab.interfaces.settings import VariantSettings as VariantSettings
    from seqlab.interfaces.spans import OUTSIDE as OUTSIDE
    from seqlab.interfaces.spans import SCHEMES as SCHEMES
    from seqlab.interfaces.spans import Scheme as Scheme
    from seqlab.interfaces.spans import Span as Span
    from seqlab.interfaces.spans import may_follow as may_follow
    from seqlab.interfaces.spans import scheme_of as scheme_of
    from seqlab.interfaces.spans import span_tags as span_tags
    from seqlab.interfaces.spans import spans as spans
    from seqlab.interfaces.state import State as State
    from seqlab.interfaces.subwords import Subwords as Subwords
    from seqlab.interfaces.tokenizer import Token as Token
    from seqlab.interfaces.tokenizer import Tokenizer as Tokenizer
    from seqlab.interfaces.variant import Variant as Variant
    from seqlab.interfaces.vocabulary import IGNORED as IGNORED
    from seqlab.interfaces.vocabulary import Vocabulary as Vocabulary
    from seqlab.interfaces.words import words_of as words_of
    from seqlab.model.dropout import Dropout as Dropout
    from seqlab.model.generation import generate as generate
    from seqlab.model.generation import generate_steps as generate_steps
    from seqlab.model.network_language_model import NetworkLanguageModel as NetworkLanguageModel
    from seqlab.model.prefix import Prefix as Prefix
    from seqlab.model.prefix import begin_decoding as begin_decoding
    from seqlab.model.prefix import read_prompts as read_prompts
    from seqlab.model.scoring import predict_next_tokens as predict_next_tokens
    from seqlab.model.side_by_side import side_by_side as side_by_side
    from seqlab.registry import Registrar as Registrar


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'seqlab' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"seqlab.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
