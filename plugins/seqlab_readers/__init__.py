"""Plugin: readers."""
