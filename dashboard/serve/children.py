"""The entry of each child process: `python -m dashboard.serve.children web|poller|receiver|worker PARENT [FD]`.

Each first ties its life to the parent's. The web process stays in the host's network; poller, receiver and worker
go where the devices are reached from. A child that fails says why in one line and leaves it to the parent to start it
again.
"""

import gc
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from countynet import vantage
from countynet.errors import Conflict, CountyError
from countynet.i18n import set_language
from countynet.kin import die_with_parent
from countynet.settings import Settings

THREADS = 14
"""of the web server; `dashboard.stream.MOST` of them may be held by logs that are followed"""

CONNECTIONS = 800
"""open at once: browsers keep theirs, and in a big outage a whole county comes; below a process's 1024 files"""


@contextmanager
def loading() -> Iterator[None]:
    """Look for no garbage while a child loads what stays, nor ever in that: it took nearly half of the start."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def web(settings: Settings, listener: socket.socket, proxy: str) -> None:
    """Serve the pages on an open socket until SIGTERM."""
    with loading():
        from waitress.server import create_server  # type: ignore[import-untyped]  # it has no types

        from dashboard.app import create_app
        from dashboard.services.real.every import real_services

        app = create_app(settings, real_services(settings))
    trust = {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}} if proxy else {}
    server = create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
        clear_untrusted_proxy_headers=True,
        **trust,
    )
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    server.run()


def poller(settings: Settings, stop: Callable[[], bool]) -> None:
    """Poll devices and lines until `stop()`; goes to where they are reached from by itself."""
    with loading():
        from monitoring.poller import run

    run(settings, stop)


def receiver(settings: Settings, stop: Callable[[], bool]) -> None:
    """Receive what devices say until `stop()`; goes to where they are by itself."""
    with loading():
        from monitoring.receive.process import run

    run(settings, stop)


def worker(settings: Settings, stop: Callable[[], bool]) -> None:
    """Run jobs until `stop()`, from where devices are reached."""
    from countynet.jobs import work

    while not stop():
        try:
            vantage.enter(settings)
            break
        except Conflict:  # the twin is down: its jobs wait for it, as the poller does
            time.sleep(1)
    work(settings, stop)


def stopper() -> Callable[[], bool]:
    """Return a function that is true from the first SIGTERM on."""
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGTERM, ask)
    return asked.is_set


def main(arguments: list[str]) -> int:
    """Become one child; return the exit code."""
    name, parent, *rest = arguments
    die_with_parent(int(parent))
    logging.basicConfig(level=logging.WARNING, format=f"%(asctime)s {name}: %(levelname)s %(name)s: %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = Settings.load()
    set_language(settings.language)
    try:
        if name == "web":
            web(settings, socket.socket(fileno=int(rest[0])), rest[1])
            return 0
        {"poller": poller, "receiver": receiver, "worker": worker}[name](settings, stopper())
    except CountyError as error:
        from countynet.console import fail  # its libraries take megabytes, and are needed here only

        fail(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
