"""The reference pages say what the program says.

`SEQLAB_REGENERATE=1 pytest tests/docs/test_reference.py` rewrites `pipeline.md`.
"""

import dataclasses
import os
import re
from collections.abc import Iterable, Iterator

import pytest

import seqlab
from seqlab.cli.settings_text import Row, pipeline_rows, setting_rows
from seqlab.discovery import BUILT_IN
from seqlab.plugins import load_plugins
from seqlab.registry import KINDS, Registrar

from .pages import ROOT

REFERENCE = ROOT / "docs" / "reference"

INTRODUCTION = """# Pipeline

<!-- Written by tests/docs/test_reference.py from the settings classes. Change those, then run
     SEQLAB_REGENERATE=1 pytest tests/docs/test_reference.py -->

One YAML file describes one pipeline. `seqlab show pipeline` and `seqlab show KIND NAME` print the same, with the
components of your plugins; `seqlab schema` gives it to an editor.

- A component is written by its name (`optimizer: adam`), or as `{type: adam, lr: 2e-3}` with its settings beside `type`.
- A list of one may be written as the item alone.
- Scalars are those of [YAML 1.2](https://yaml.org/spec/1.2.2/): `1e-3` is a number, `no` is a string. A key that
  stands twice is an error.
- `extends: other.yaml`, or a list of files or shipped names, starts from these; what stands here wins.
- Paths are relative to the file that names them.
"""


def test_pipeline_page() -> None:
    page = REFERENCE / "pipeline.md"
    wanted = "\n".join(pipeline_page()) + "\n"
    if os.environ.get("SEQLAB_REGENERATE"):
        page.write_text(wanted, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == wanted


def pipeline_page() -> Iterator[str]:
    yield INTRODUCTION
    sections: dict[str, list[Row]] = {}
    for row in pipeline_rows():
        top = row.name.partition(".")[0]
        sections.setdefault(top if "." in row.name or top == "model" else "", []).append(row)
    yield from section("At the left margin", sections.pop(""))
    for name, rows in sections.items():
        yield from section(f"`{name}:`", rows)
    registry = load_plugins().registry
    for kind, meaning in KINDS.items():
        components = [each for each in registry if each.kind == kind and each.distribution == BUILT_IN]
        if components:
            yield f"## {kind.capitalize()}s\n\n{meaning[0].upper()}{meaning[1:]}.\n"
        for component in components:
            rows = setting_rows(component.settings_class())
            yield f"### `{component.name}`\n\n{component.summary[0].upper()}{component.summary[1:]}.\n"
            if component.name == "network" and kind == "learner":
                yield "What a pipeline means without `model.type`; its settings stand [above](#model).\n"
            elif rows:
                yield from table(rows)


def section(title: str, rows: Iterable[Row]) -> Iterator[str]:
    yield f"## {title}\n"
    yield from table(rows)


def table(rows: Iterable[Row]) -> Iterator[str]:
    yield "| setting | takes | default | |\n|---|---|---|---|"
    for row in rows:
        default = row.default if row.default == "required" else f"`{row.default}`"
        yield (
            "| "
            + " | ".join(cell.replace("|", "\\|") for cell in (f"`{row.name}`", row.takes, default, row.doc))
            + " |"
        )
    yield ""


def test_every_code_is_documented_and_no_other() -> None:
    sources = [*(ROOT / "seqlab").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    given = {code for path in sources for code in re.findall(r'"(SL\d{3})"', path.read_text(encoding="utf-8"))}
    pages = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (SL\d{3}) \|", pages, flags=re.MULTILINE)
    assert listed == sorted(listed)
    assert set(listed) == given


def test_every_code_in_the_pages_exists() -> None:
    listed = set(re.findall(r"^\| (SL\d{3}) \|", (REFERENCE / "errors.md").read_text(encoding="utf-8"), re.MULTILINE))
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        assert set(re.findall(r"\bSL\d{3}\b", page.read_text(encoding="utf-8"))) <= listed, page


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_in_the_contracts(kind: str) -> None:
    contracts = (REFERENCE / "contracts.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| \[?{kind}\b.*`registry\.{kind}` \|$", contracts, flags=re.MULTILINE)
    assert hasattr(Registrar, kind)


GENERIC = {"Kind", "Requirements", "Part"}
"""Written out as an example of use, not field by field."""


def test_the_contracts_name_every_field_of_the_records_that_they_write_out() -> None:
    contracts = (REFERENCE / "contracts.md").read_text(encoding="utf-8")
    seen = set()
    for name in seqlab.__all__:
        record = getattr(seqlab, name)
        fields = [each.name for each in dataclasses.fields(record)] if dataclasses.is_dataclass(record) else None
        fields = fields or list(getattr(record, "_fields", ()))
        written = re.search(rf"\b{name}\(([^()]*(?:\([^()]*\)[^()]*)*)\)", contracts)
        if name not in GENERIC and fields and written:
            seen.add(name)
            assert set(fields) <= set(re.findall(r"\w+", written[1])), name
    assert {"Example", "Batch", "InputBatch", "Encoding", "Pooled", "Step", "Context", "TagsPrediction"} <= seen
