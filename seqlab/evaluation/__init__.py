"""Evaluation: scoring, confidence intervals, paired tests. Importing it loads neither numpy nor torch."""
