"""Logs of jobs as tests have them: they have ended, and said what they were given."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.stream import News


@dataclass
class FakeJobLogs:
    """The `JobLogs` protocol over lines in memory."""

    said: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def news(self, job: int, after: int) -> News:
        """Return the lines after a number; a job that was not given said nothing."""
        return News(tuple(enumerate(self.said.get(job, ()), 1))[after:], False)
