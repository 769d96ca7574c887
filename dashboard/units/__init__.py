"""One unit: who, where, its line, what happened to it."""
