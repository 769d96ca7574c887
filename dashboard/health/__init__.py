"""How monitoring itself does: a page for people, and the metrics for Prometheus."""
