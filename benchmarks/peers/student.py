"""The tagger that a careful student writes in PyTorch: one BiLSTM, shuffled batches, packed, Adam."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import torch
from task import Peer, Stopwatch, Tags, Words, command_line, main
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

BATCH = 32
PAD, UNKNOWN = 0, 1
IGNORED = -100


class Tagger(nn.Module):
    """Words -> vectors -> BiLSTM -> scores."""

    def __init__(self, words: int, tags: int, embedding_size: int = 100, hidden_size: int = 256) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, embedding_size, padding_idx=PAD)
        self.lstm = nn.LSTM(embedding_size, hidden_size, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * hidden_size, tags)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Scores `(B, T, tags)` of words `(B, T)`."""
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)  # (B, T, 2 * H)
        scores: Tensor = self.output(states)
        return scores


class Student(Peer):
    """The whole program."""

    name, version = "student", f"torch {torch.__version__}"

    def batch(self, sentences: list[Words]) -> tuple[Tensor, Tensor]:
        """Padded ids `(B, T)` and lengths `(B,)`."""
        ids = [torch.tensor([self.words.get(word, UNKNOWN) for word in sentence]) for sentence in sentences]
        return pad_sequence(ids, batch_first=True, padding_value=PAD), torch.tensor([len(row) for row in ids])

    def train(self, sentences: list[Words], tags: list[Tags], stopwatch: Stopwatch) -> None:
        """Random batches of 32 in each pass."""
        counts = Counter(word for sentence in sentences for word in sentence)
        known = [word for word, count in counts.items() if count > 1]
        self.words = {word: number for number, word in enumerate(known, start=2)}
        self.tags = sorted({tag for row in tags for tag in row})
        numbers = {tag: number for number, tag in enumerate(self.tags)}
        self.model = Tagger(len(self.words) + 2, len(self.tags))
        optimizer = torch.optim.Adam(self.model.parameters())
        criterion = nn.CrossEntropyLoss(ignore_index=IGNORED)
        targets = [torch.tensor([numbers[tag] for tag in row]) for row in tags]
        order = list(range(len(sentences)))
        over = False
        while not over:
            random.shuffle(order)
            stopwatch.start_pass()
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                ids, lengths = self.batch([sentences[row] for row in rows])
                target = pad_sequence([targets[row] for row in rows], batch_first=True, padding_value=IGNORED)
                optimizer.zero_grad()
                loss = criterion(self.model(ids, lengths).flatten(0, 1), target.flatten())
                loss.backward()
                optimizer.step()
                over = stopwatch.end_batch(len(rows), int(lengths.sum()))
                if over:
                    break

    def prepare(self, sentences: list[Words]) -> list[Words]:
        """Nothing to do: the words."""
        return sentences

    @torch.no_grad()
    def tag(self, prepared: object) -> list[Tags]:
        """In batches of 32, as the sentences stand."""
        assert isinstance(prepared, list)
        self.model.eval()
        found: list[Tags] = []
        for start in range(0, len(prepared), BATCH):
            ids, lengths = self.batch(prepared[start : start + BATCH])
            best = self.model(ids, lengths).argmax(2).tolist()
            found += [
                [self.tags[tag] for tag in row[:length]] for row, length in zip(best, lengths.tolist(), strict=True)
            ]
        return found

    def parameters(self) -> int:
        """Trained numbers."""
        return sum(parameter.numel() for parameter in self.model.parameters())

    def save(self, folder: Path) -> None:
        """Write the model."""
        torch.save((self.words, self.tags, self.model.state_dict()), folder / "student.pt")

    def load(self, folder: Path) -> None:
        """Read the model."""
        self.words, self.tags, weights = torch.load(folder / "student.pt")
        self.model = Tagger(len(self.words) + 2, len(self.tags))
        self.model.load_state_dict(weights)


if __name__ == "__main__":
    given = command_line(__doc__).parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    random.seed(given.seed)
    main(Student(), given)
