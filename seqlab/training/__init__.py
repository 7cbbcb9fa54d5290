"""Training: loop, learner, optimisers, schedules, checkpoints, seeds, processes. Importing it loads no torch."""
