"""Plugin: rnn."""
