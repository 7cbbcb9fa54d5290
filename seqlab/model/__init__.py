"""Assembling a model from a pipeline; generation, written once."""
