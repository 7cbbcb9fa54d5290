"""`seqlab new`: a pipeline or a plugin to start from."""

from __future__ import annotations

import re
from pathlib import Path

import click

from seqlab.cli.options import current_plugins, plugin_options
from seqlab.cli.pipelines import find_shipped


@click.group(short_help="start a pipeline or a plugin")
def command() -> None:
    """Start a pipeline or a plugin of your own. Nothing is ever overwritten."""


@command.command(short_help="copy a pipeline that comes with seqlab")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "origin", metavar="NAME", required=True, help="The pipeline to copy; see: seqlab pipelines")
@plugin_options
def pipeline(file: Path, origin: str) -> None:
    """Copy a pipeline that comes with seqlab to FILE, under a name of its own.

    \b
    seqlab new pipeline my.yaml --from pos
    """  # noqa: D301 (click reads the escape)
    text = find_shipped(origin, current_plugins()).path.read_text(encoding="utf-8")
    text = re.sub(r"^name:[^\n#]*?(?=\s*(#|$))", f"name: {file.stem}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"\A# yaml-language-server:.*\n", "", text)  # its path to the schema holds for the original only
    _write(file, text.replace(f"seqlab run pipelines/{origin}.yaml", f"seqlab run {file}"))
    click.echo(f"wrote {file}\n  next: seqlab validate {file}")


@command.command(short_help="write the skeleton of a plugin")
@click.argument("name")
def plugin(name: str) -> None:
    """Write the skeleton of a plugin into the new folder NAME: an encoder, its settings, a test.

    \b
    seqlab new plugin seqlab-sru
    """  # noqa: D301 (click reads the escape)
    module = name.replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", module):
        raise click.BadParameter(
            f"'{name}' is no name for a plugin: use small letters, digits and '-'", param_hint="NAME"
        )
    folder = Path(name)
    if folder.exists():
        raise click.UsageError(f"'{folder}' exists already, and nothing is overwritten")
    component = module.removeprefix("seqlab_")
    for file, text in _SKELETON.items():
        path = folder / file.replace("MODULE", module)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text.replace("MODULE", module).replace("COMPONENT", component).replace("PROJECT", name))
    click.echo(f"wrote {folder}/\n  next: pip install -e {folder} && seqlab show encoder {component}")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.UsageError(f"'{path}' exists already, and nothing is overwritten") from None
    except OSError as error:
        raise click.UsageError(f"'{path}' cannot be written: {error.strerror}") from None


_SKELETON = {
    "pyproject.toml": """[build-system]
requires = ["hatchling>=1.25"]
build-backend = "hatchling.build"

[project]
name = "PROJECT"
version = "0.1.0"
description = "A plugin of seqlab"
requires-python = ">=3.11"
dependencies = ["seqlab"]

[project.entry-points.seqlab]
COMPONENT = "MODULE"

[tool.hatch.build.targets.wheel]
only-include = ["MODULE.py", "MODULE_settings.py", "MODULE_model.py"]
""",
    "MODULE.py": '''"""An encoder that passes its inputs through one layer."""

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the encoder; nothing heavy is imported here."""
    registry.encoder(
        "COMPONENT",
        "MODULE_model:LayerEncoder",
        config="MODULE_settings:LayerSettings",
        summary="one layer for each position",
    )
''',
    "MODULE_settings.py": '''"""Settings of the encoder. This module imports neither torch nor numpy."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge
from typing_extensions import Doc

from seqlab import EncoderSettings


@dataclass(frozen=True)
class LayerSettings(EncoderSettings):
    """One layer for each position."""

    hidden_size: Annotated[int, Ge(1), Doc("width of the states")] = 100

    @property
    def is_causal(self) -> bool:
        """Each state is a function of its own input."""
        return True
''',
    "MODULE_model.py": '''"""The encoder."""

import torch
from MODULE_settings import LayerSettings
from torch import Tensor, nn

from seqlab import Encoder, Encoding, State


class LayerEncoder(Encoder):
    """One layer for each position."""

    def __init__(self, config: LayerSettings, input_size: int) -> None:
        super().__init__(config, input_size)
        self.output_size = config.hidden_size
        self.layer = nn.Linear(input_size, config.hidden_size)

    def forward(self, inputs: Tensor, lengths: Tensor, state: State | None = None) -> Encoding:
        """Encode a batch."""
        real = torch.arange(inputs.shape[1], device=inputs.device) < lengths[:, None]  # (B, T)
        states = torch.tanh(self.layer(inputs)) * real[:, :, None]  # (B, T, H)
        final = states[torch.arange(len(lengths), device=inputs.device), lengths - 1]  # (B, H)
        return Encoding(states, final, lengths, {})
''',
    "tests/test_MODULE.py": '''"""What the encoder promises."""

import torch
from MODULE_model import LayerEncoder
from MODULE_settings import LayerSettings


def test_padding_changes_nothing() -> None:
    encoder = LayerEncoder(LayerSettings(hidden_size=4), input_size=3)
    inputs = torch.randn(1, 5, 3)
    short = encoder(inputs[:, :2], torch.tensor([2]))
    padded = encoder(inputs, torch.tensor([2]))
    assert torch.allclose(short.final, padded.final)
    assert not padded.states[:, 2:].any()
''',
}
"""The files of a new plugin; MODULE, COMPONENT and PROJECT stand for its names."""
