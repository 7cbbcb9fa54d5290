"""Data: reading and checking splits, vocabularies, batches, the catalogue of named datasets."""
