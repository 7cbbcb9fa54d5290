"""The `network` learner: embedder, encoder, pooler and head, trained by gradient descent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save
from torch import Tensor

from seqlab.config.pipeline import TrainingSection
from seqlab.data.batching import collate, plan_batches
from seqlab.data.indexing import IndexedExamples, index_examples
from seqlab.data.streams import Stream
from seqlab.data.subwords import cut_examples, joined
from seqlab.errors import Problem, RunError
from seqlab.files import write_atomically
from seqlab.interfaces.context import Context
from seqlab.interfaces.corpus import Corpus
from seqlab.interfaces.diagnosis import UPDATE_RATIO
from seqlab.interfaces.head import DecoderHead, Encoded
from seqlab.interfaces.language_model import LanguageModel
from seqlab.interfaces.learner import Learner, Progress, TrainingState
from seqlab.interfaces.records import Batch, Example, Prediction
from seqlab.interfaces.schedule import Schedule
from seqlab.interfaces.state import State, reset
from seqlab.model.decoder_language_model import DecoderLanguageModel
from seqlab.model.ensemble import Ensemble
from seqlab.model.network import Network
from seqlab.model.network_language_model import NetworkLanguageModel
from seqlab.model.scoring import predict_next_tokens
from seqlab.model.settings import NetworkSettings
from seqlab.model.side_by_side import threads_for_calls
from seqlab.model.through_time import Truncation
from seqlab.training.averaging import WeightAverage
from seqlab.training.member import Member, NotFiniteError, Update
from seqlab.training.scheduled_sampling import ScheduledSampling
from seqlab.training.workers import Workers

DEFAULT_BATCH_TOKENS = 1000
DEFAULT_STREAM_ROWS = 20
PREDICTION_TOKENS = 4000
"""Padded tokens of a batch in prediction, where no gradient is kept."""
PREDICTION_CHUNK = 5000
"""Examples that are in memory as numbers at a time in prediction."""
WEIGHTS = "model.safetensors"

Features = Mapping[str, tuple[Tensor, ...]]


class NetworkLearner(Learner):
    """Trains a `Network`.

    A safe point is after every update. Batch order is a pure function of seed and epoch, and torch's generator is part
    of the state, so that a restored learner goes on to the same bits.
    """

    config: NetworkSettings

    def __init__(self, config: NetworkSettings, context: Context) -> None:
        super().__init__(config, context)
        self.settings: TrainingSection = context.training
        torch.manual_seed(context.seed_for("weights"))
        networks = [Network(config, context.vocabularies, context.build) for _ in range(config.ensemble)]
        self.network: Network | Ensemble = Ensemble(networks) if config.ensemble > 1 else networks[0]
        self.parameters = dict(self.network.named_parameters())  # a shared tensor once
        self.members = [self._member(number, network) for number, network in enumerate(networks)]
        self.workers = Workers(self.members, context.threads)
        self.schedule: Schedule = context.build(self.settings.schedule)
        self.step = 0
        self.epoch = 0
        self.position = 0  # batches of the epoch that are done
        self.carried: dict[str, State] = {}
        self.average = WeightAverage(self.settings)
        self.clipped = 0  # updates of the epoch whose gradient was clipped by norm

    def sizes(self) -> Mapping[str, int]:
        """Number of parameters of each part."""
        return self.network.part_sizes()

    def fit(self, train: Sequence[Example], dev: Sequence[Example]) -> Iterator[Progress]:
        """Train from where the learner stands; see `Learner.fit`."""
        indexed, features = self.prepare(train, expand=True)
        try:
            self.workers.start(lambda: self._rest(indexed, features))
            yield from self._updates(indexed, features)
        finally:
            self.workers.stop()

    def _updates(self, indexed: IndexedExamples, features: Features) -> Iterator[Progress]:
        sampling = self._sampling()
        while self.epoch < self.settings.epochs:
            batches, count = self._batches(indexed, features, self.epoch, self.position)
            for batch in batches:
                share = min(1.0, self._share(count))
                factor = self.schedule.factor(self.step, share) * self._rate_for(batch)
                values = {"learning_rate": self.members[0].rates[-1] * factor}
                if self.settings.sampling_rate:
                    drawn = self.alone.head.sampling_rate = self.settings.sampling_rate * share
                    values["sampling_rate"] = drawn
                    if sampling is not None:
                        with self.members[0].drawing():
                            batch = sampling.mixed(batch, self._carried_into(batch), drawn)
                before = self._snapshot() if self._is_logged(self.step + 1) else None
                updates = self._update(batch, factor)
                norms = [update.norm for update in updates if update.norm is not None]
                if norms:
                    norm = max(norms)
                    self.clipped += norm > (self.settings.gradient_clip_norm or math.inf)
                    values["gradient_norm"] = norm
                    values["clip_rate"] = self.clipped / (self.position + 1)
                if before is not None:
                    values |= self._update_ratios(before)
                if self.average.updates:
                    values["averaged"] = self.average.updates
                self.step += 1
                self.position += 1
                ended = self.position == count
                if ended:
                    self.epoch, self.position, self.clipped, self.carried = self.epoch + 1, 0, 0, {}
                loss, targets = sum(update.loss for update in updates) / len(updates), updates[0].targets
                yield Progress(self.step, self.epoch, min(1.0, self._share(count)), loss, targets, ended, values)

    def observe(self, scores: Mapping[str, float], improved: bool) -> None:
        """Tell the schedule whether dev got better, and the average how good it is."""
        self.schedule.observe(improved)
        self.average.observe(scores, improved)

    def calibrate(self, dev: Sequence[Example]) -> None:
        """Let the head look at dev."""
        with self._ready():
            self.network.calibrate((encoded, batch) for _, encoded, batch in self._encoded(dev))

    def predict(self, examples: Sequence[Example]) -> Iterator[Prediction]:
        """One prediction for each example, in order, by the averaged weights where there are some."""
        if self.context.head.target == "next_token":
            corpus = Corpus.of(examples, self.context.head.ends)
            with self.language_model() as model:
                predictions = predict_next_tokens(model, corpus, self.settings.is_text)
            yield from predictions
            return
        for start in range(0, len(examples), PREDICTION_CHUNK):
            yield from self._predict_chunk(examples[start : start + PREDICTION_CHUNK])

    def vectors(self, examples: Sequence[Example]) -> Iterator[NDArray[np.float32]]:
        """See `Network.vectors`."""
        for start in range(0, len(examples), PREDICTION_CHUNK):
            found: dict[int, NDArray[np.float32]] = {}
            with self._ready():
                for rows, encoded, _ in self._encoded(examples[start : start + PREDICTION_CHUNK]):
                    found.update(zip(rows, self.network.vectors(encoded).numpy(), strict=True))
            yield from (found[place] for place in range(len(found)))

    @contextmanager
    def language_model(self) -> Iterator[LanguageModel]:
        """The network with its final weights, without a gradient, for as long as the context is entered."""
        vocabulary = self.context.vocabularies.target
        assert vocabulary is not None
        with self._ready():
            yield NetworkLanguageModel(self.alone, vocabulary)

    @property
    def alone(self) -> Network:
        """The network of a learner that has only one, as language models and decoders do."""
        assert isinstance(self.network, Network)
        return self.network

    @property
    def has_target_model(self) -> bool:
        """Whether the head has a decoder."""
        return isinstance(self.network.members[0].head, DecoderHead)

    @contextmanager
    def target_model(self, examples: Sequence[Example]) -> Iterator[LanguageModel]:
        """The decoder of the head, with what the encoder makes of the inputs; see `Learner.target_model`."""
        head, vocabulary = self.alone.head, self.context.vocabularies.target
        assert isinstance(head, DecoderHead)
        assert vocabulary is not None
        with self._ready():
            indexed, features = self.prepare(examples)
            batch = collate(indexed, features, np.arange(len(examples)), self.context.head.target)
            yield DecoderLanguageModel(head.decoder, head.memory(self.network(batch)), vocabulary)

    def _predict_chunk(self, examples: Sequence[Example]) -> list[Prediction]:
        found: dict[int, Prediction] = {}
        with self._ready():
            for rows, encoded, batch in self._encoded(examples):
                found.update(zip(rows, self.network.predict(encoded, batch), strict=True))
        subwords = self.context.vocabularies.subwords
        if subwords is not None:
            return [joined(found[i], example, subwords) for i, example in enumerate(examples)]
        return [found[i] for i in range(len(examples))]

    def _encoded(self, examples: Sequence[Example]) -> Iterator[tuple[list[int], Encoded, Batch]]:
        """Numbers of examples of like length, with what the network makes of them."""
        indexed, features = self.prepare(examples)
        for rows in plan_batches(indexed.lengths(), PREDICTION_TOKENS, None):
            batch = collate(indexed, features, rows, self.context.head.target)
            yield rows.tolist(), self.network(batch), batch

    @contextmanager
    def _ready(self) -> Iterator[None]:
        """The network as it predicts, without a gradient."""
        spared = threads_for_calls(self.network.members[0].works_side_by_side)
        with torch.inference_mode(), self.as_predicting(), spared:
            yield

    @contextmanager
    def as_predicting(self) -> Iterator[Network | Ensemble]:
        """The network in eval mode with its final weights, for as long as the context is entered."""
        training = self.network.training
        self.network.eval()
        try:
            with self.average.standing_in(self._weights()):
                yield self.network
        finally:
            self.network.train(training)

    def training_state(self) -> TrainingState:
        """Weights, moments, average, carried state, torch's generator, and the place in the data."""
        arrays: dict[str, Tensor] = {f"network.{name}": tensor for name, tensor in self.parameters.items()}
        arrays |= {f"network.{name}": buffer for name, buffer in self._buffers().items()}
        if self.average.updates:
            arrays |= {f"average.{name}": mean for name, mean in zip(self.parameters, self.average.mean, strict=True)}
        for name, state in self.carried.items():
            arrays |= {f"carried.{name}.{part}": tensor for part, tensor in state.items()}
        taken = {name: tensor.detach().numpy().copy() for name, tensor in arrays.items()}
        self.workers.fetch()
        for number, member in enumerate(self.members):
            taken |= {f"member.{number}.{name}": array for name, array in member.state().items()}
        values = {"step": self.step, "epoch": self.epoch, "position": self.position, "clipped": self.clipped,
                  "average": dict(self.average.state()), "schedule": dict(self.schedule.state())}  # fmt: skip
        return TrainingState(taken, values)

    def restore(self, state: TrainingState) -> None:
        """Return to a snapshot.

        Raises:
            KeyError: If it is of another model.
        """
        self.workers.stop()  # whoever goes on calls `fit` anew
        tensors = {name: torch.from_numpy(np.array(array)) for name, array in state.arrays.items()}
        self._load_weights({name: tensors[f"network.{name}"] for name in (*self.parameters, *self._buffers())})
        for number, member in enumerate(self.members):
            own = f"member.{number}."
            member.restore({name[len(own) :]: of for name, of in state.arrays.items() if name.startswith(own)})
        self.carried = {}
        for name, tensor in tensors.items():
            if name.startswith("carried."):
                _, of_input, part = name.split(".")
                self.carried[of_input] = {**self.carried.get(of_input, {}), part: tensor}
        values = state.values
        mean = [tensors[f"average.{name}"] for name in self.parameters] if values["average"]["updates"] else []
        self.average.restore(values["average"], mean)
        self.step, self.epoch, self.position = int(values["step"]), int(values["epoch"]), int(values["position"])
        self.clipped = int(values["clipped"])
        self.schedule.restore(values["schedule"])

    def save(self, folder: Path) -> None:
        """Write `model.safetensors`: the final weights, a shared tensor once."""
        with self.average.standing_in(self._weights()):
            weights = {name: tensor.detach().numpy() for name, tensor in (self.parameters | self._buffers()).items()}
            content = save({name: np.asarray(array, order="C") for name, array in weights.items()})
        write_atomically(folder / WEIGHTS, content)

    def load(self, folder: Path) -> None:
        """Read `model.safetensors`.

        Raises:
            KeyError: If it is of another model.
        """
        with safe_open(folder / WEIGHTS, "pt") as file:
            self._load_weights({name: file.get_tensor(name) for name in (*self.parameters, *self._buffers())})
        self.average = WeightAverage(self.settings)

    # ------------------------------------------------------------------------------------------------ the parts

    def prepare(self, examples: Sequence[Example], expand: bool = False) -> tuple[IndexedExamples, Features]:
        """Everything that can be done once for all examples."""
        if self.context.vocabularies.subwords is not None:
            examples = cut_examples(examples, self.context.vocabularies.subwords)
        indexed = index_examples(examples, self.context.head, self.context.vocabularies.target, expand=expand)
        return indexed, {name: self.network.features(name, of.items) for name, of in indexed.inputs.items()}

    def _member(self, number: int, network: Network) -> Member:
        optimizer = self.context.build(self.settings.optimizer, network.parameters())
        seed = self.context.seed_for(f"dropout/{number}" if number else "dropout")
        return Member(network, optimizer, self.settings, _truncation(self.settings), seed)

    def _rest(self, indexed: IndexedExamples, features: Features) -> Iterator[Batch]:
        """All batches from here to the end of training."""
        position = self.position
        for epoch in range(self.epoch, self.settings.epochs):
            yield from self._batches(indexed, features, epoch, position)[0]
            position = 0

    def _batches(
        self, indexed: IndexedExamples, features: Features, epoch: int, position: int
    ) -> tuple[Iterator[Batch], int]:
        """What is left of an epoch from a position on, and how many batches the whole of it has."""
        settings = self.settings
        if settings.window_length is not None:
            assert indexed.corpus is not None
            assert self.context.vocabularies.target is not None
            rows = settings.batch_size or DEFAULT_STREAM_ROWS
            stream = Stream(indexed.corpus, self.context.vocabularies.target, features["main"], rows)
            random = self.context.stream(f"windows/{epoch}") if settings.vary_window else None
            windows = stream.plan(settings.window_length, random)
            return stream.read(windows[position:]), len(windows)
        tokens = settings.batch_tokens if settings.batch_size else settings.batch_tokens or DEFAULT_BATCH_TOKENS
        order = self.context.stream(f"batches/{epoch}")
        plan = plan_batches(indexed.lengths(), tokens, settings.batch_size, order)
        kind = self.context.head.target
        return (collate(indexed, features, rows, kind) for rows in plan[position:]), len(plan)

    def _share(self, batches: int) -> float:
        by_epochs = (self.epoch + self.position / batches) / self.settings.epochs
        return by_epochs if self.settings.max_steps is None else max(by_epochs, self.step / self.settings.max_steps)

    def _rate_for(self, batch: Batch) -> float:
        """What the learning rate is multiplied by: a short window, whose loss is a mean too, must not weigh as a long one.

        Merity et al. 2018, section 4.1.
        """
        length = self.settings.window_length
        if not self.settings.vary_window or length is None:
            return 1.0
        return batch.inputs["main"].index.shape[1] / length

    def _update(self, batch: Batch, factor: float) -> list[Update]:
        """One update of every network."""
        try:
            updates = self.workers.update(batch, factor, self._carried_into(batch))
        except NotFiniteError as error:
            raise _not_finite(str(error), self.step, batch) from None
        self.carried = dict(updates[0].states)
        self.average.update(self._weights(), self.epoch)
        return updates

    def _carried_into(self, batch: Batch) -> dict[str, State]:
        """What the batch goes on from, by input name."""
        return {name: reset(state, batch.continues) for name, state in self.carried.items()}

    def _sampling(self) -> ScheduledSampling | None:
        """What draws for a head of the next token; one that decodes draws by itself."""
        if not self.settings.sampling_rate or self.context.head.target != "next_token":
            return None
        assert self.context.vocabularies.target is not None
        return ScheduledSampling(self.alone, self.context.vocabularies.target)

    def _is_logged(self, step: int) -> bool:
        return step % self.settings.log_steps == 0

    def _snapshot(self) -> list[Tensor]:
        return [weight.clone() for weight in self._weights()]

    def _update_ratios(self, before: Sequence[Tensor]) -> dict[str, float]:
        """How far the last update moved the weights of each part, as a share of their norm."""
        squares: dict[str, list[float]] = {}
        for name, old, new in zip(self.parameters, before, self._weights(), strict=True):
            moved, size = squares.setdefault(self.network.part_of(name), [0.0, 0.0])
            squares[self.network.part_of(name)] = [
                moved + float((new - old).square().sum()),
                size + float(old.square().sum()),
            ]
        return {
            f"{UPDATE_RATIO}{part}": math.sqrt(moved / size) if size else 0.0 for part, (moved, size) in squares.items()
        }

    def _weights(self) -> list[Tensor]:
        return [parameter.data for parameter in self.parameters.values()]

    def _buffers(self) -> dict[str, Tensor]:
        """The persistent buffers of the network."""
        kept = self.network.state_dict(keep_vars=True)
        return {name: buffer for name, buffer in self.network.named_buffers() if name in kept}

    def _load_weights(self, tensors: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for name, target in (self.parameters | self._buffers()).items():
                if target.shape != tensors[name].shape:
                    raise ValueError(f"'{name}' has the shape {tuple(tensors[name].shape)}, not {tuple(target.shape)}")
                target.copy_(tensors[name])


def _truncation(settings: TrainingSection) -> Truncation | None:
    if settings.bptt == "full" or settings.bptt_length is None:
        return None
    return Truncation(settings.bptt, settings.bptt_length, settings.bptt_probability)


def _not_finite(what: str, step: int, batch: Batch) -> RunError:
    names = ", ".join(f"'{example.id}' ({example.place})" for example in batch.examples[:5])
    more = f" and {len(batch.examples) - 5} more" if len(batch.examples) > 5 else ""
    return RunError(
        Problem(
            "SL608",
            f"the {what} is not a finite number at update {step + 1}",
            notes=(
                f"batch: {names}{more}" if names else "batch: a window of the stream",
                "try a smaller learning rate (training.optimizer.lr) or training.gradient_clip_norm=1",
            ),
        )
    )
