"""For plugin authors: what a test of a component needs."""
