"""Where an application is saved to, as the inventory's backup jobs say. Pure."""

from collections.abc import Iterable

from inventory.model import BackupJob, County, Host


def backup_job(county: County, application: str) -> BackupJob | None:
    """Return the backup job of an application."""
    return next((job for job in county.backup_jobs if job.subject == application), None)


def saver(county: County, application: str, hosts: Iterable[str]) -> Host | None:
    """Return the host that an application on some hosts is backed up to; None when it is none of another."""
    job = backup_job(county, application)
    host = county.host_by_name.get(job.target.partition(":")[0]) if job else None
    return host if host and host.name not in hosts else None
