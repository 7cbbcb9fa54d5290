"""Components of the core: the network learner, optimizers and schedules."""
