"""Probes: generated tasks that ask what a network remembers, each with a floor that is known exactly."""

from __future__ import annotations

from seqlab import Registrar, hookimpl


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register the readers, which grow examples out of the sample `seeds`."""
    registry.reader(
        "tickets",
        "seqlab_probes.tickets:Tickets",
        config="seqlab_probes.settings:TicketsSettings",
        summary="generated: sentences whose label is a word near their beginning",
    )
    registry.reader(
        "copy_memory",
        "seqlab_probes.copy_memory:CopyMemory",
        config="seqlab_probes.settings:CopyMemorySettings",
        summary="generated: letters to repeat after a delay",
    )
    registry.reader(
        "parity",
        "seqlab_probes.parity:Parity",
        config="seqlab_probes.settings:ParitySettings",
        summary="generated: bits, each tagged with the parity of all up to it",
    )
    registry.reader(
        "adding",
        "seqlab_probes.adding:Adding",
        config="seqlab_probes.settings:AddingSettings",
        summary="generated: two marked numbers among many, whose sum is asked for",
    )
    registry.reader(
        "counting",
        "seqlab_probes.counting:Counting",
        config="seqlab_probes.settings:CountingSettings",
        summary="generated: blocks a^n b^n, for language models",
    )
