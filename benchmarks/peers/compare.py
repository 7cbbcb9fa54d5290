"""Training and tagging tokens per second of seqlab and its peers, each a process of its own, in turn: A B C A B C ...

    SEQLAB_DATA=folder/of/datasets python benchmarks/peers/compare.py ENVIRONMENTS

ENVIRONMENTS is the folder that `install.sh` filled. Run it with seqlab's own Python. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT = dict(os.environ)  # as the user has it: importing seqlab changes how threads wait, for seqlab alone

from seqlab.config.pipeline import DataSection
from seqlab.data.load import load_dataset
from seqlab.interfaces.records import Example
from seqlab.plugins import load_plugins

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
DATASET = "ud-english-ewt"
COPIES = 4
"""How often the test split stands in the file that whole processes tag."""

Result = dict[str, Any]


@dataclass(frozen=True)
class System:
    """One that is measured.

    Args:
        name: As it is printed.
        what: What it is.
        passes: Over the slice of train, chosen so that a process trains for 15 to 40 s on two free cores. A peer's begin
            after its warm-up; seqlab's first one is its warm-up.
        pipeline: Of seqlab; None for a peer.
        environment: The peer's.
        driver: The peer's.
        options: Of the driver.
    """

    name: str
    what: str
    passes: float
    pipeline: Path | None = None
    environment: str = ""
    driver: str = ""
    options: tuple[str, ...] = ()


SYSTEMS = (
    System("recipe", "seqlab run pos_ewt", 6, CHECKOUT / "pipelines" / "pos_ewt.yaml"),
    System("fast", "seqlab run pos_ewt_fast", 8, CHECKOUT / "pipelines" / "pos_ewt_fast.yaml"),
    System("same_network", "seqlab run same_network.yaml: the student's network", 4, HERE / "same_network.yaml"),
    System("same_characters", "the same with characters, as Flair's", 4, HERE / "same_characters.yaml"),
    System("student", "PyTorch: BiLSTM 256, shuffled, packed", 1.5, None, "student", "student.py"),
    System("flair", "Flair: BiLSTM 256 over one-hot words", 1.5, None, "flair", "with_flair.py"),
    System(
        "flair_characters",
        "Flair: the same, and characters",
        0.375,
        None,
        "flair",
        "with_flair.py",
        ("--characters",),
    ),
    System("spacy", "spaCy: the efficiency preset, one core", 1.5, None, "spacy", "with_spacy.py"),
)


def write_slice(folder: Path, limit: int) -> Mapping[str, int]:
    """Write train and test for the peers, read by seqlab's reader and cut as `data.limit` cuts.

    Returns:
        Words of each split.
    """
    registry = load_plugins().registry
    section = DataSection(reader=registry.part("reader", "conllu"), dataset=DATASET, limit=limit)
    data = load_dataset(section, registry.part("head", "tagger").settings, 0, registry.build)
    assert data.test is not None
    splits: dict[str, Sequence[Example]] = {"train": data.train, "test": data.test}
    for split, examples in splits.items():
        words = [example.inputs["main"].items for example in examples]  # type: ignore[union-attr]
        tags = [example.target.items for example in examples]  # type: ignore[union-attr]
        for name, rows in (("words", words), ("tags", tags)):
            (folder / f"{split}.{name}").write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        if split == "test":
            lines = "".join(" ".join(word.replace(" ", "_") for word in row) + "\n" for row in words)
            (folder / "test.txt").write_text(lines * COPIES, encoding="utf-8")
    return {split: sum(len(example.target or ()) for example in examples) for split, examples in splits.items()}  # type: ignore[arg-type]


def train(system: System, given: argparse.Namespace, work: Path, model: Path) -> Result:
    """Train, tag and save in a process of its own; what it measured."""
    if system.pipeline is not None:
        command = [sys.executable, str(HERE / "with_seqlab.py"), str(system.pipeline), "--name", system.name]
        command += ["--limit", str(given.sentences), "--passes", str(max(2, round(system.passes)))]
    else:
        command = [*driver(system, given), "train", "--data", str(work), *system.options]
        command += ["--sentences", str(round(system.passes * given.sentences))]
    command += ["--model", str(model), "--threads", str(given.threads), "--seed", str(given.seed)]
    result: Result = json.loads(finish(command, given, work).splitlines()[-1])
    return result


def tag_file(system: System, given: argparse.Namespace, work: Path, model: Path) -> float:
    """Seconds of a whole process that loads the model, reads the file of words, tags it and writes the tags."""
    file = work / "test.txt"
    if system.pipeline is not None:
        command = [sys.executable, "-m", "seqlab.cli.main", "predict", str(model), str(file)]
        command += ["--input", "tokens", "--output", "plain"]
    else:
        command = [
            *driver(system, given),
            "tag",
            str(file),
            str(work / "tagged.txt"),
            "--model",
            str(model),
            *system.options,
        ]
        command += ["--threads", str(given.threads)]
    start = time.perf_counter()
    finish(command, given, work)
    return time.perf_counter() - start


def finish(command: Sequence[str], given: argparse.Namespace, work: Path) -> str:
    """Run a process to its end; what it wrote to standard output. What it said besides is shown only if it fails.

    Raises:
        SystemExit: If it fails.
    """
    answer = subprocess.run(command, env=environment(given, work), capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{answer.stderr}\nthis ended with {answer.returncode}: {' '.join(command)}")
    return answer.stdout


def driver(system: System, given: argparse.Namespace) -> list[str]:
    """The peer's Python and its program."""
    return [str(given.environments / system.environment / "bin" / "python"), str(HERE / system.driver)]


def environment(given: argparse.Namespace, work: Path) -> dict[str, str]:
    """The same for all: as the user has it, with the number of threads."""
    count = str(given.threads)
    threads = {"OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count}
    return ENVIRONMENT | threads | {"FLAIR_CACHE_ROOT": str(work / "flair"), "PYTHONDONTWRITEBYTECODE": "1"}


def machine() -> str:
    """What the figures hang on."""
    model = re.search(r"model name\s*:\s*(.*)", _text("/proc/cpuinfo"))
    flags = re.search(r"flags\s*:\s*(.*)", _text("/proc/cpuinfo"))
    known = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_tile") if flags and flag in flags[1].split()]
    name = model[1] if model else platform.processor() or platform.machine()
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return f"{name} ({', '.join(known)}), {cores} cores, {platform.platform()}, load average at the start {load}"


def _text(path: str) -> str:
    return Path(path).read_text(encoding="utf-8") if Path(path).is_file() else ""


def spread(values: Sequence[float], form: str) -> str:
    """Median and range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def show(systems: Sequence[System], results: Mapping[str, list[Result]]) -> None:
    """Print the figures, and then the ratios pair by pair."""
    print(
        "\n| system | training tokens/s | tagging tokens/s | a file, whole process, tokens/s | accuracy | trained for |"
    )
    print("|---|---|---|---|---|---|")
    for system in systems:
        found = results[system.name]
        cells = [spread([one[key] for one in found], ",.0f") for key in RATES]
        right = spread([one["accuracy"] for one in found], ".1f")
        seconds = f"{statistics.median(one['seconds'] for one in found):.0f} s, {found[0]['sentences']:,} sentences"
        print(f"| {system.name} | {' | '.join(cells)} | {right} | {seconds} |")
    ours = [system for system in systems if system.pipeline is not None]
    peers = [system for system in systems if system.pipeline is None]
    print("\n| seqlab / peer, median of the pairs (range) | training | tagging | whole process |\n|---|---|---|---|")
    for own in ours:
        for peer in peers:
            pairs = list(zip(results[own.name], results[peer.name], strict=True))
            cells = [spread([one[key] / other[key] for one, other in pairs], ".2f") for key in RATES]
            print(f"| {own.name} / {peer.name} | {' | '.join(cells)} |")
    print()
    for system in systems:
        first = results[system.name][0]
        print(f"{system.name}: {system.what}; {first['version']}; {first['parameters']:,} parameters")


RATES = ("training_tokens_per_second", "tagging_tokens_per_second", "file_tokens_per_second")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", type=Path, help="folder that install.sh filled")
    parser.add_argument("--pairs", type=int, default=3, help="rounds: each runs every system once")
    parser.add_argument("--sentences", type=int, default=4000, help="of train; the other splits are cut to as many")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--only", nargs="+", choices=[system.name for system in SYSTEMS], help="systems to measure")
    parser.add_argument("--results", type=Path, help="append every line of JSON to this file too")
    given = parser.parse_args()
    given.environments = given.environments.resolve()
    systems = [system for system in SYSTEMS if given.only is None or system.name in given.only]
    for system in systems:
        if system.pipeline is None and not Path(driver(system, given)[0]).is_file():
            parser.error(f"no environment for {system.name} in {given.environments}: run install.sh first")
    print(machine())
    print(f"Python {platform.python_version()}, {given.threads} threads, {given.pairs} rounds")
    results: dict[str, list[Result]] = {system.name: [] for system in systems}
    with tempfile.TemporaryDirectory(prefix="seqlab-peers-") as folder:
        work = Path(folder)
        words = write_slice(work, given.sentences)
        print(
            f"{DATASET}: {given.sentences:,} sentences, {words['train']:,} words of train; test {words['test']:,} words"
        )
        for number in range(given.pairs):
            for system in systems:
                model = work / f"{system.name}.{number}"
                result = train(system, given, work, model)
                result["file_tokens_per_second"] = round(
                    COPIES * words["test"] / tag_file(system, given, work, model), 1
                )
                results[system.name].append(result)
                line = json.dumps(result | {"round": number, "load": round(os.getloadavg()[0], 2)})
                print(line, flush=True)
                if given.results is not None:
                    with given.results.open("a", encoding="utf-8") as file:
                        file.write(line + "\n")
    show(systems, results)


if __name__ == "__main__":
    main()
