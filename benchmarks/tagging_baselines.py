"""What the baselines of tagging cost and what they reach: accuracy, seconds to fit, tokens tagged in a second.

Run: SEQLAB_DATA=folder/of/datasets python benchmarks/tagging_baselines.py [BASELINE ...]
Without SEQLAB_DATA only the sample treebank is measured. `cpu` are seconds of processor time: believe them rather
than the others on a busy machine.
"""

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from seqlab import Context, Example, Part, Vocabularies
from seqlab.plugins import load_plugins

DEFAULT = ("most_frequent_class", "stratified", "most_frequent_tag", "suffix_tag", "hmm", "linear_tagger")
SAMPLE = Path(__file__).parents[1] / "seqlab" / "data" / "samples" / "treebank"
REPEATS = 3


def treebanks() -> dict[str, dict[str, Path]]:
    """Name -> split -> file."""
    found = {"sample treebank": {split: SAMPLE / f"{split}.conllu" for split in ("train", "dev", "test")}}
    if "SEQLAB_DATA" in os.environ:
        folder = Path(os.environ["SEQLAB_DATA"]) / "ud-english-ewt"
        files = {split: folder / f"en_ewt-ud-{split}.conllu" for split in ("dev", "test")}
        found["UD English-EWT"] = {"train": folder / "en_ewt-ud-train.conllu.gz", **files}
    return found


def accuracy(predictions: Sequence[object], examples: Sequence[Example]) -> float:
    """Share of tokens whose tag is right."""
    pairs = [
        (tag, gold)
        for prediction, example in zip(predictions, examples, strict=True)
        for tag, gold in zip(prediction.tags, example.target.items, strict=True)  # type: ignore[attr-defined, union-attr]
    ]
    return sum(tag == gold for tag, gold in pairs) / len(pairs)


def main() -> None:
    """Print all measurements."""
    registry = load_plugins().registry
    start = time.perf_counter()
    import sklearn.svm

    print(f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}, {os.cpu_count()} cores")
    print(f"import of sklearn.svm: {time.perf_counter() - start:.1f} s; load average {os.getloadavg()[0]:.1f}")
    context = Context(Vocabularies({}), seed=13, threads=1, training=None, build=registry.build, head=None)
    reader = registry.build(registry.part("reader", "conllu"))
    for name, files in treebanks().items():
        splits = {split: list(reader.read(path, split)) for split, path in files.items()}
        tokens = {split: sum(len(example.target) for example in of) for split, of in splits.items()}
        print(f"\n{name}: {tokens['train']} tokens to fit, {tokens['test']} to tag, tagging the best of {REPEATS}")
        print(f"{'':20} {'dev':>7} {'test':>7} {'fit s':>7} {'cpu':>7} {'tokens/s':>9} {'MB saved':>9}")
        for baseline_name in sys.argv[1:] or DEFAULT:
            baseline = registry.build(
                Part("baseline", baseline_name, registry.part("baseline", baseline_name).settings)
            )
            begin, cpu = time.perf_counter(), time.process_time()
            baseline.fit(splits["train"], splits["dev"], context)
            fit, cpu = time.perf_counter() - begin, time.process_time() - cpu
            seconds = []
            for _ in range(REPEATS):
                begin = time.perf_counter()
                test = list(baseline.predict(splits["test"]))
                seconds.append(time.perf_counter() - begin)
            dev = accuracy(list(baseline.predict(splits["dev"])), splits["dev"])
            with tempfile.TemporaryDirectory() as folder:
                baseline.save(Path(folder))
                size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            rate = tokens["test"] / min(seconds)
            right = accuracy(test, splits["test"])
            print(
                f"{baseline_name:20} {100 * dev:7.2f} {100 * right:7.2f} {fit:7.2f} {cpu:7.2f} {rate:9,.0f} {size:9.1f}"
            )
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
