"""Is it right: checks on fetched configurations and live probes, with evidence."""
