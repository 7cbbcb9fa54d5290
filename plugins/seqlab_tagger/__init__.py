"""Plugin: tagger."""
