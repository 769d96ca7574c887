"""The network drawn with its live state, and every line's traffic."""
