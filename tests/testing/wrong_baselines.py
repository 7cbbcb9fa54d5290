"""A right baseline, and baselines that each break a law."""

import json
import pickle
import random
from collections import Counter
from dataclasses import dataclass

from seqlab import Baseline, BaselineSettings, Labels, LabelsPrediction


@dataclass(frozen=True)
class Settings(BaselineSettings):
    """Of labels."""

    targets = ("labels",)


class Majority(Baseline):
    """Keeps all laws: the most frequent label."""

    def fit(self, train, dev, context):
        self.best = Counter(example.target.items[0] for example in train).most_common(1)[0][0]

    def predict(self, examples):
        for _ in examples:
            yield LabelsPrediction((self.best,))

    def save(self, folder):
        (folder / "best.json").write_text(json.dumps(self.best))

    def load(self, folder):
        self.best = json.loads((folder / "best.json").read_text())


class LooksAtTargets(Majority):
    """Says what is right, where that is known."""

    def predict(self, examples):
        for example in examples:
            known = isinstance(example.target, Labels)
            yield LabelsPrediction(example.target.items if known else (self.best,))


class Pickles(Majority):
    """Saves a pickle."""

    def save(self, folder):
        (folder / "best.bin").write_bytes(pickle.dumps({"best": self.best}))

    def load(self, folder):
        self.best = pickle.loads((folder / "best.bin").read_bytes())["best"]


class Guesses(Majority):
    """Draws without a seed."""

    def predict(self, examples):
        draws = random.Random()
        for _ in examples:
            yield LabelsPrediction((draws.choice(["good", "bad", "neither"]),), {"good": draws.random()})


class LeavesOut(Majority):
    """Skips what it does not know."""

    def predict(self, examples):
        for example in examples:
            if len(example.inputs["main"]) > 1:
                yield LabelsPrediction((self.best,))


class ForgetsToSave(Majority):
    """Saves nothing that it needs."""

    def load(self, folder):
        self.best = "unknown"

    def save(self, folder):
        (folder / "nothing.txt").write_text("")


class OnlyKnownWords(Majority):
    """Fails at a word that train does not have."""

    def fit(self, train, dev, context):
        super().fit(train, dev, context)
        self.known = {word: 1 for example in train for word in example.inputs["main"].items}

    def predict(self, examples):
        for example in examples:
            yield LabelsPrediction((self.best,) if sum(self.known[w] for w in example.inputs["main"].items) else ())
