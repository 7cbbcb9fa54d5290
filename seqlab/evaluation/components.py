"""Components of the core: metrics and the floor that always stands."""
