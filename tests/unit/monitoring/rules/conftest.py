"""A county's empty database, in English."""

from tests.unit.monitoring.english import database, in_english, settings

__all__ = ["database", "in_english", "settings"]
