"""A worker or a dispatcher by itself: what `countynet monitor worker` and `countynet monitor dispatcher` become.

`python -m monitoring.scale worker NAME THREADS COUNTY ...` or `python -m monitoring.scale dispatcher`. The command
line's own libraries take 9 MB, and each of these processes lives for months.
"""

import os
import socket
import sys
from collections.abc import Sequence

from countynet.errors import BadInput, CountyError, Problem
from countynet.i18n import _, set_language
from countynet.settings import Settings
from monitoring.scale import arenas
from monitoring.scale.app import application, queues


def worker(settings: Settings, name: str, threads: int, only: Sequence[str]) -> None:
    """Run a worker for some counties, or for all, until SIGTERM. Raises BadInput for a county that is none."""
    arenas.few()
    called = name or f"{socket.gethostname()}-{os.getpid()}"
    app = application(settings, called)
    known = app.crew.counties
    wrong = [Problem(_("there is no such county"), where="--county", found=one) for one in only if one not in known]
    if wrong:
        raise BadInput(wrong)
    chosen = {one: known[one] for one in only or known}
    app.worker_main(
        [
            "worker",
            "--pool=threads",
            f"--concurrency={threads or 2 * len(chosen) + 2}",
            f"--queues={','.join(queues(chosen))}",
            f"--hostname={called}@%h",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def dispatcher(settings: Settings) -> None:
    """Run Celery's beat until SIGTERM."""
    app = application(settings)
    place = settings.counties or settings.state
    place.mkdir(parents=True, exist_ok=True)
    app.start(["beat", f"--schedule={place / '.dispatcher'}", "--pidfile=", "--loglevel=WARNING", "--max-interval=1"])


def main(what: str, *words: str) -> int:
    """Become one of the two; return the exit code."""
    try:
        settings = Settings.load()
        set_language(settings.language)
        if what == "dispatcher":
            dispatcher(settings)
        else:
            name, threads, *only = words
            worker(settings, name, int(threads), only)
    except CountyError as error:
        from countynet.console import fail

        fail(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
