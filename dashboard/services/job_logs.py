"""The seam between the pages and the logs of running jobs: what a job said after a line. One for all kinds of jobs."""

from typing import Protocol

from dashboard.stream import News


class JobLogs(Protocol):
    """The logs; who may see which is up to the page that shows the job."""

    def news(self, job: int, after: int) -> News:
        """Return what a job said after a line of its log, nothing and its end for a job that there is not."""
        ...
