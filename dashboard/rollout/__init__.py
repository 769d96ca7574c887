"""The roll-out: units by phase, the Gantt chart, training, and what the center records of it."""
