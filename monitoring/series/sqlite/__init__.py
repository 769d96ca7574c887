"""Samples in SQLite files on this machine: a file a day, averages by month and by year (`files` says which and why)."""

from monitoring.series.sqlite.store import SqliteSeries

__all__ = ["SqliteSeries"]
