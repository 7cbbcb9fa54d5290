"""Runs: the folder of a run, and one execution of a pipeline from its first step to its last."""
