"""Kneser-Ney on real text: nats for each order, seconds, and the memory that a process needs.

    SEQLAB_DATA=... python benchmarks/kneser_ney.py [--sorting]

Every row is a process of its own: its peak memory is that of the whole, and `text` is what it was before the first n-gram was
counted. Seconds are of processor time, one thread. `--sorting` instead compares ways to sort the keys of n-grams.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np
from pairs import measure

from seqlab import IGNORED
from seqlab_lm.kneser_ney import KneserNey, fit_kneser_ney
from seqlab_lm.ngram_sorting import sort_with_places

CORPORA = {
    "tiny-shakespeare": range(1, 8),
    "PTB": range(1, 6),
    "WikiText-2": range(1, 6),
}
FILES = {
    "PTB": ("ptb-lm", "ptb.train.txt.gz", "ptb.test.txt"),
    "WikiText-2": ("wikitext-2", "wiki.train.tokens.gz", "wiki.test.tokens"),
}
STEPS = 200

Split = tuple[np.ndarray, np.ndarray]


def main() -> None:
    """Print all measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sorting", action="store_true", help="compare ways to sort")
    parser.add_argument("--row", nargs=2, metavar=("CORPUS", "ORDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        row(options.row[0], int(options.row[1]))
        return
    print(f"Python {platform.python_version()}, numpy {np.__version__}, one thread of {os.cpu_count()} cores, "
          f"load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    if options.sorting:
        sorting()
        return
    print("tiny-shakespeare: characters, the first 90% to fit, the rest scored as one stream of 111,540")
    print("PTB, WikiText-2: words, a line is a sequence, </s> scored, the test split scored")
    print(f"{'':16} {'order':>5} {'n-grams':>10} {'nats':>8} {'perplexity':>10} {'fit s':>6} {'tokens/s':>10} {'step ms':>7} "
          f"{'load s':>6} {'MB saved':>8} {'MB text':>7} {'MB peak':>7}")  # fmt: skip
    for name, orders in CORPORA.items():
        for order in orders:
            subprocess.run([sys.executable, __file__, "--row", name, str(order)], check=True)


def row(name: str, order: int) -> None:
    """Fit, score, take steps, save and load; print what that cost."""
    size, train, test, begin = words(*FILES[name]) if name in FILES else characters()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.process_time()
    model = fit_kneser_ney(*train, size, order, begin)
    fit, start = time.process_time() - start, time.process_time()
    log_probs = model.log_probs(*test, begin)
    score = time.process_time() - start
    nats = -np.nanmean(log_probs)
    contexts = np.stack([test[0][place : place + order - 1] for place in range(STEPS)]).reshape(STEPS, 1, order - 1)
    start = time.process_time()
    for context in contexts:
        model.next_log_probs(context)
    step = (time.process_time() - start) / STEPS
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    arrays = model.to_arrays()
    start = time.process_time()
    KneserNey.from_arrays(arrays)
    load = time.process_time() - start
    saved = sum(array.nbytes for array in arrays.values()) / 1e6
    print(f"{name:16} {order:5} {len(model.trie):10,} {nats:8.4f} {np.exp(nats):10.2f} {fit:6.2f} {len(log_probs) / score:10,.0f} "
          f"{1000 * step:7.2f} {load:6.2f} {saved:8.1f} {before:7.0f} {peak:7.0f}", flush=True)  # fmt: skip


def characters() -> tuple[int, Split, Split, bool]:
    """Number of characters, train and dev of tiny-shakespeare."""
    text = (Path(os.environ["SEQLAB_DATA"]) / "tiny-shakespeare" / "input.txt").read_text(encoding="utf-8")
    letters, ids = np.unique(np.array(list(text)), return_inverse=True)
    cut, stream = int(0.9 * len(ids)), np.zeros(1, np.int64)
    return len(letters), (ids[:cut], stream), (ids[cut:], stream), False


def words(folder: str, train: str, test: str) -> tuple[int, Split, Split, bool]:
    """Number of words, train and test; every line begins and ends with `</s>`."""
    read = [sentences(Path(os.environ["SEQLAB_DATA"]) / folder / file) for file in (train, test)]
    counts = Counter(word for sentence in read[0] for word in sentence)
    ids = {"</s>": 0} | {word: place for place, (word, _) in enumerate(counts.most_common(), 1)}
    splits = []
    for split in read:
        rows = [[0, *(ids.get(word, IGNORED) for word in sentence), 0] for sentence in split]
        flat = np.fromiter((word for own in rows for word in own), np.int32, sum(map(len, rows)))
        splits.append((flat, np.cumsum([0, *map(len, rows[:-1])])))
    return len(ids), splits[0], splits[1], True


def sentences(path: Path) -> list[list[str]]:
    """The words of each line."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [line.split() for line in file]


def sorting() -> None:
    """Keys of the bigrams of WikiText-2, and where they stood."""
    ids = words(*FILES["WikiText-2"])[1][0].astype(np.int64)
    keys = ids[:-1] * (ids.max() + 1) + ids[1:]
    print(f"{len(keys):,} keys, {len(np.unique(keys)):,} of them distinct")
    ways = {
        "np.unique with inverse": lambda: np.unique(keys, return_inverse=True),
        "np.argsort": lambda: np.argsort(keys),
        "np.argsort, stable": lambda: np.argsort(keys, kind="stable"),
        "packed with their places": lambda: sort_with_places(keys),
    }
    measure(ways)
    table, queries = np.unique(keys), keys[:200_000]

    def packed() -> None:
        wanted, order = sort_with_places(queries)
        found = np.empty_like(order)
        found[order] = np.searchsorted(table, wanted)

    print(f"{len(queries):,} look-ups")
    measure({"as they come": lambda: np.searchsorted(table, queries), "sorted first": packed})


if __name__ == "__main__":
    main()
