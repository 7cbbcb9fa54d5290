"""`seqlab data`: the named datasets, where they are, and how to get them."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from typing import Any

import click

from seqlab.cli.layout import heading, muted, table, width
from seqlab.data.catalogue import CATALOGUE, CatalogueEntry, entry_named, locate, whereabouts
from seqlab.errors import DataError, Problem, SeqlabError, listing


@click.group(short_help="list, find and fetch named datasets")
def command() -> None:
    """List, find and fetch named datasets.

    A pipeline names one with `data.dataset`. It is looked for in $SEQLAB_DATA/NAME, then in the cache, which is
    $XDG_CACHE_HOME/seqlab/data/NAME or ~/.cache/seqlab/data/NAME; samples come with seqlab, or are made when they are
    first used. Its files are checked against their sha256 whenever they are used. `fetch` is the only command of seqlab that opens a connection.
    """


@command.command("list", short_help="list the named datasets, and where they are")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with sources, sums, licences and citations.")
def list_datasets(as_json: bool) -> None:
    """List the named datasets, what they are for, and where they are.

    Sizes are those of train / dev / test; where dev is `-` it is cut from train. The files are looked for, but not
    checked: `seqlab data path NAME` does that.
    """
    if as_json:
        click.echo(json.dumps([_record(entry) for entry in CATALOGUE.values()], ensure_ascii=False, indent=2))
        return
    rows = [
        (entry.name, _where(entry), entry.task, f"{entry.examples}; {entry.licence}") for entry in CATALOGUE.values()
    ]
    click.echo(table(rows, head=("name", "where", "task", "sizes; licence")), nl=False)
    click.echo(muted("\n  seqlab data fetch NAME        seqlab data path NAME [SPLIT]"))


@command.command(short_help="print the folder of a dataset, or the files of a split")
@click.argument("name")
@click.argument("split", required=False)
def path(name: str, split: str | None) -> None:
    """Check a dataset, and print its folder or the files of SPLIT (train, dev or test).

    The first file of a split is the one that a reader is given.
    """
    located = locate(name)
    if split is None:
        click.echo(located.folder)
        return
    if split not in located.splits:
        raise DataError(_no_such_split(located.entry, split))
    for file in located.splits[split]:
        click.echo(file)
    if split in located.entry.shares:
        start, end = located.entry.shares[split]
        click.echo(f"note: {split} is the part from {start:.0%} to {end:.0%} of its characters", err=True)


@command.command(short_help="download datasets into the cache")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def fetch(names: tuple[str, ...]) -> None:
    """Download datasets into the cache, and check them.

    A dataset is moved into place when all of it has come and has the right sha256; otherwise nothing is left.
    """
    from seqlab.data.catalogue.fetch import by_hand, fetch

    entries = _named(dict.fromkeys(names))
    refused = [by_hand(each) for each in entries if not (each.is_fetchable or whereabouts(each))]
    if refused:
        raise DataError(*refused)
    for entry in entries:
        meter = _Meter(entry)
        try:
            fetched = fetch(entry, meter.add, meter.wait)
        finally:
            meter.clear()
        here = "comes with seqlab" if entry.is_sample else "here already"
        size = f"{_megabytes(fetched.size)} fetched" if fetched.size else here
        click.echo(f"{heading(entry.name)}  {size}: {fetched.located.folder}")
        if fetched.size:
            terms = "" if entry.redistributable else "; do not pass the files on"
            rows = [("licence", f"{entry.licence}{terms}"), ("cite", entry.citation), ("note", entry.note)]
            click.echo(table([row for row in rows if row[1]]), nl=False)


class _Meter:
    """One line on standard error that tells how much has come, if standard error is a terminal."""

    def __init__(self, entry: CatalogueEntry) -> None:
        self._name, self._total, self._received = entry.name, entry.download_size, 0
        self._shown, self._last = 0, 0.0

    def add(self, size: int) -> None:
        self._received += size
        if time.monotonic() - self._last > 0.1:
            share = self._received / self._total
            self._show(f"{self._name}  {share:4.0%}  {_megabytes(self._received)} of {_megabytes(self._total)}")

    def wait(self) -> None:
        if sys.stderr.isatty():
            self._show(f"{self._name}: another process is fetching it; waiting")
        else:
            click.echo(f"{self._name}: another process is fetching it; waiting", err=True)

    def clear(self) -> None:
        if self._shown:
            self._show("")
            click.echo("\r", err=True, nl=False)

    def _show(self, line: str) -> None:
        if sys.stderr.isatty():
            line = line[: (width() or 80) - 1]
            click.echo(f"\r{line.ljust(self._shown)}", err=True, nl=False)
            self._shown, self._last = len(line), time.monotonic()


def _named(names: Iterable[str]) -> list[CatalogueEntry]:
    """The entries of all names, or all that are unknown."""
    entries: list[CatalogueEntry] = []
    problems: list[Problem] = []
    for name in names:
        try:
            entries.append(entry_named(name))
        except SeqlabError as error:
            problems += error.problems
    if problems:
        raise DataError(*problems)
    return entries


def _no_such_split(entry: CatalogueEntry, split: str) -> Problem:
    notes = [f"splits: {listing(list(entry.splits))}"]
    if split == "dev":
        notes.append("a run cuts dev from train, by a hash of each example and the seed")
    return Problem("SL430", f"dataset '{entry.name}' has no split '{split}'", notes=tuple(notes))


def _where(entry: CatalogueEntry) -> str:
    if (place := whereabouts(entry)) is not None:
        return place[0]
    return "not here (fetch)" if entry.is_fetchable else "not here (by hand)"


def _record(entry: CatalogueEntry) -> dict[str, Any]:
    place = whereabouts(entry)
    return {
        "name": entry.name,
        "summary": entry.summary,
        "task": entry.task,
        "examples": entry.examples,
        "licence": entry.licence,
        "redistributable": entry.redistributable,
        "homepage": entry.homepage,
        "citation": entry.citation,
        "note": entry.note,
        "where": place[0] if place else None,
        "folder": str(place[1]) if place else None,
        "fetch": "sample" if entry.is_sample else "automatic" if entry.is_fetchable else "manual",
        "obtain": entry.obtain,
        "download_bytes": entry.download_size,
        "splits": {split: list(files) for split, files in entry.splits.items()},
        "shares": {split: list(share) for split, share in entry.shares.items()},
        "files": {
            file.name: {"sha256": file.sha256, "url": file.source.url if file.source else None}
            for file in entry.files.values()
        },
    }


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
