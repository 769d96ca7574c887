"""The foundation's event tags; docs/vocabulary.md explains each."""

from enum import StrEnum


class JobTag(StrEnum):
    """What happens to a job."""

    SUBMITTED = "job.submitted"
    STARTED = "job.started"
    DONE = "job.done"
    FAILED = "job.failed"
    CANCEL_ASKED = "job.cancel-asked"
    CANCELLED = "job.cancelled"
    REQUEUED = "job.requeued"
