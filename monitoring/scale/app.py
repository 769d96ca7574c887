"""The Celery application: three tasks, their queues, and options that each have a reason.

A message is acknowledged when its task begins: what a killed worker had begun is noticed by its lease in seconds, where
the broker's own redelivery would take minutes (the visibility time-out). A message of a round that is over is of no
use and expires. Messages are JSON; nothing in them is secret. No result is kept.
"""

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from countynet.errors import CountyError, MissingCapability
from countynet.i18n import _
from countynet.settings import Settings
from monitoring.poller.watch import Pace
from monitoring.scale.broker import address
from monitoring.scale.portions import Portion
from monitoring.scale.work import Crew, poll_portion, tick, watch_county

log = logging.getLogger(__name__)
TICK = 1.0
"""seconds between two looks at what is to be sent; any number of dispatchers may tick"""
_PATIENCE = 5


def options(settings: Settings) -> dict[str, Any]:
    """Return the application's configuration."""
    return {
        "broker_url": address(settings),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "socket_timeout": _PATIENCE,
            "socket_connect_timeout": _PATIENCE,
            "health_check_interval": 10,
        },
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": False,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "task_default_queue": "tick",
        "timezone": "UTC",
        "beat_schedule": {
            "tick": {"task": "countynet.tick", "schedule": TICK, "options": {"expires": 5, "queue": "tick"}}
        },
    }


def application(settings: Settings, name: str = "", pace: Pace | None = None) -> Any:
    """Return the Celery application of a worker or dispatcher. Raises BadInput without a broker, MissingCapability."""
    try:
        celery = import_module("celery")
    except ImportError as error:
        raise MissingCapability(_("several workers need Celery and Redis: pip install countynet[scale]")) from error
    app = celery.Celery("countynet", set_as_current=False)
    app.conf.update(options(settings))
    crew = Crew(settings, pace, name)
    app.crew = crew

    def send(task: str, arguments: Mapping[str, Any], queue: str, expires: float) -> None:
        app.send_task(task, kwargs=dict(arguments), queue=queue, expires=expires)

    def poll(county: str, slot: int, number: int, devices: list[str]) -> None:
        _safely(lambda: poll_portion(crew, Portion(county, slot, number, tuple(devices))))

    def watch(county: str) -> None:
        _safely(lambda: watch_county(crew, county))

    def look() -> None:
        _safely(lambda: tick(crew, send))

    for task, function in (("countynet.poll", poll), ("countynet.watch", watch), ("countynet.tick", look)):
        app.task(name=task)(function)
    import_module("celery.signals").worker_shutting_down.connect(lambda **_more: crew.stopping.set(), weak=False)
    return app


def _safely(work: Any) -> None:
    """A county that is wrong, or a database that is away, is a line in the log: the next round tries again."""
    from redis.exceptions import RedisError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        work()
    except (CountyError, RedisError, SQLAlchemyError, OSError) as error:
        log.warning("a task failed, the next round tries again: %s: %s", type(error).__name__, error)


def queues(counties: Mapping[str, object]) -> tuple[str, ...]:
    """Return the queues of counties, the dispatchers' own first."""
    return ("tick", *(f"{kind}.{county}" for county in counties for kind in ("poll", "watch")))
