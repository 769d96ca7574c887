"""The site watch: what is down, changed, stale, broken or sensitive. `judge` decides and is pure, `look` goes."""
