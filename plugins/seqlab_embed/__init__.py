"""Plugin: embed."""
