"""The network: embedders, encoder and poolers of each input, and the head above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seqlab.interfaces.embedder import Embedded, Embedder
from seqlab.interfaces.encoder import Encoder, Encoding
from seqlab.interfaces.head import DecoderHead, Encoded, Head, Parts, ScoringHead, Sizes
from seqlab.interfaces.output import Loss
from seqlab.interfaces.pooler import Pooled, Pooler
from seqlab.interfaces.records import Batch, InputBatch, Prediction, Vocabularies
from seqlab.interfaces.settings import InputParts
from seqlab.interfaces.state import State
from seqlab.interfaces.vocabulary import Vocabulary
from seqlab.model.settings import NetworkSettings
from seqlab.model.through_time import Truncation, encode

Build = Callable[..., Any]


class InputStack(nn.Module):
    """What reads one input: embedders side by side, an encoder, perhaps poolers side by side.

    Args:
        parts: What the pipeline names.
        vocabulary: Every token of train; None for inputs that are not tokens.
        build: Builds components.
    """

    def __init__(self, parts: InputParts, vocabulary: Vocabulary | None, build: Build) -> None:
        super().__init__()
        embedders: list[Embedder] = [build(part, vocabulary) for part in parts.embedder]
        self.embedders = nn.ModuleList(embedders)
        self.shared = tuple(embedders)  # the same, typed: what a head may tie its weights to
        self.encoder: Encoder = build(parts.encoder, sum(embedder.output_size for embedder in embedders))
        self.pooling: tuple[Pooler, ...] = tuple(build(part, self.encoder.output_size) for part in parts.pooler)
        self.poolers = nn.ModuleList(self.pooling)

    @property
    def sizes(self) -> Sizes:
        """Widths for the head."""
        return Sizes(self.encoder.output_size, sum(pooler.output_size for pooler in self.pooling) or None)

    def features(self, items: Sequence[Any]) -> tuple[Tensor, ...]:
        """What does not train, for each embedder `(N, ...)`."""
        with torch.no_grad():
            return tuple(embedder.features(items) for embedder in self.shared)

    def forward(
        self, batch: InputBatch, state: State | None = None, truncation: Truncation | None = None
    ) -> tuple[Encoding, Pooled | None]:
        """Encode one input of a batch."""
        vectors, lengths = self.embed(batch)
        encoding = encode(self.encoder, vectors, lengths, state, truncation)
        return encoding, self.pool(encoding)

    def embed(self, batch: InputBatch) -> Embedded:
        """What the encoder reads: the vectors of all embedders side by side, `(B, T, D)`."""
        embedded: list[Embedded] = [
            embedder(features, batch.index, batch.lengths)
            for embedder, features in zip(self.shared, batch.features, strict=True)
        ]
        if len(embedded) == 1:
            return embedded[0]
        return Embedded(torch.cat([each.vectors for each in embedded], dim=2), embedded[0].lengths)

    def pool(self, encoding: Encoding) -> Pooled | None:
        """What the head is given for each row: the vectors of all poolers side by side, `(B, H)`; None without a pooler.

        The weights are those of the first pooler that has some.
        """
        pooled = [pooler(encoding) for pooler in self.pooling]
        if len(pooled) < 2:
            return pooled[0] if pooled else None
        weights = next((each.weights for each in pooled if each.weights is not None), None)
        return Pooled(torch.cat([each.vector for each in pooled], dim=1), weights)


class Network(nn.Module):
    """All that a pipeline's `model:` section names, assembled. Sizes flow forward; none is typed.

    Args:
        settings: The `model:` section.
        vocabularies: Fitted on train.
        build: Builds components.
    """

    def __init__(self, settings: NetworkSettings, vocabularies: Vocabularies, build: Build) -> None:
        super().__init__()
        stacks = {
            name: InputStack(parts, vocabularies.inputs.get(name), build)
            for name, parts in settings.input_parts().items()
        }
        self.inputs = nn.ModuleDict(stacks)
        parts = Parts(build, {name: stack.shared for name, stack in stacks.items()})
        self.head: Head = build(
            settings.head, {name: stack.sizes for name, stack in stacks.items()}, vocabularies, parts
        )

    def features(self, name: str, items: Sequence[Any]) -> tuple[Tensor, ...]:
        """What does not train, for each embedder of an input `(N, ...)`."""
        stack = self.inputs[name]
        assert isinstance(stack, InputStack)
        return stack.features(items)

    def forward(
        self, batch: Batch, states: Mapping[str, State] | None = None, truncation: Truncation | None = None
    ) -> Encoded:
        """Encode every input of a batch.

        Args:
            batch: B rows.
            states: By input name, what the window before left; None to start afresh.
            truncation: Where the gradient is cut; None for nowhere.
        """
        encodings: dict[str, Encoding] = {}
        pooled: dict[str, Pooled] = {}
        for name, stack in self.inputs.items():
            encoding, vector = stack(batch.inputs[name], states.get(name) if states else None, truncation)
            encodings[name] = encoding
            if vector is not None:
                pooled[name] = vector
        return Encoded(encodings, pooled)

    @property
    def works_side_by_side(self) -> bool:
        """Whether most of its work is in calls side by side: that of every encoder is, and there is no decoder."""
        encoders = [stack.encoder for stack in self.inputs.values() if isinstance(stack, InputStack)]
        return all(encoder.works_side_by_side for encoder in encoders) and not isinstance(self.head, DecoderHead)

    @property
    def members(self) -> tuple[Network, ...]:
        """The networks that it is made of: itself alone."""
        return (self,)

    def loss(self, encoded: Encoded, batch: Batch) -> Loss:
        """The head's."""
        return self.head.loss(encoded, batch)

    def predict(self, encoded: Encoded, batch: Batch) -> list[Prediction]:
        """The head's."""
        return self.head.predict(encoded, batch)

    def calibrate(self, batches: Iterable[tuple[Encoded, Batch]]) -> None:
        """Let a head that decides by scores look at those of dev."""
        if isinstance(self.head, ScoringHead):
            head = self.head
            head.calibrate((head.scores(encoded), batch) for encoded, batch in batches)

    def vectors(self, encoded: Encoded) -> Tensor:
        """What stands for each row: what the pooler of the input `main` gives, or the final state of its encoder `(B, H)`."""
        pooled = encoded.pooled.get("main")
        return encoded.encodings["main"].final if pooled is None else pooled.vector

    def part_sizes(self) -> dict[str, int]:
        """Number of trained numbers in each part; a shared tensor counts where it stands first."""
        sizes: dict[str, int] = {}
        for name, parameter in self.named_parameters():  # without repeats
            part = self.part_of(name)
            sizes[part] = sizes.get(part, 0) + parameter.numel()
        return sizes

    def part_of(self, parameter: str) -> str:
        """Which part a parameter belongs to: `embedder`, `encoder`, `head`; of several inputs `source.encoder`."""
        pieces = parameter.split(".")
        if pieces[0] != "inputs":
            return pieces[0]
        return pieces[2].rstrip("s") if len(self.inputs) == 1 else f"{pieces[1]}.{pieces[2].rstrip('s')}"
