"""Components of the core: the network learner, optimizers and schedules. Imports no torch."""

from __future__ import annotations

from seqlab.hookspecs import hookimpl
from seqlab.registry import Registrar


@hookimpl
def seqlab_register_components(registry: Registrar) -> None:
    """Register what the core itself brings."""
    registry.learner(
        "network",
        "seqlab.training.network_learner:NetworkLearner",
        config="seqlab.model.settings:NetworkSettings",
        summary="embedder, encoder, pooler and head, trained by gradient descent",
    )
    settings = "seqlab.training.settings:"
    optimizers = "seqlab.training.optimizers:"
    registry.optimizer("adam", f"{optimizers}adam", f"{settings}AdamSettings", "adaptive moments")
    registry.optimizer("adamw", f"{optimizers}adamw", f"{settings}AdamWSettings", "Adam with decoupled weight decay")
    registry.optimizer(
        "sgd", f"{optimizers}sgd", f"{settings}SGDSettings", "stochastic gradient descent, with momentum"
    )
    schedules = "seqlab.training.schedules:"
    registry.schedule("constant", f"{schedules}Constant", f"{settings}ConstantSettings", "the same rate throughout")
    registry.schedule(
        "linear_decay", f"{schedules}LinearDecay", f"{settings}DecaySettings", "falls in a straight line to the end"
    )
    registry.schedule(
        "cosine", f"{schedules}Cosine", f"{settings}DecaySettings", "falls along half a cosine to the end"
    )
    registry.schedule(
        "plateau", f"{schedules}Plateau", f"{settings}PlateauSettings", "falls when the dev score stops getting better"
    )
