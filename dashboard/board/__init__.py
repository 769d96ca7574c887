"""The front page: every unit's line as a tile."""
