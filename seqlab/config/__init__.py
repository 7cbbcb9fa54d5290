"""Configuration: YAML with positions -> extends -> overrides -> validated pipeline; JSON Schema."""
