"""How long what is kept, in days: a setting each (docs/settings.md)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keep:
    """Days of each level. What is older goes with its file, so up to a day, a month or a year stays longer."""

    samples: int = 7
    averages: int = 100
    """of five minutes: three whole months, from which lines are billed"""
    hours: int = 1100
    """of one hour: three years"""
