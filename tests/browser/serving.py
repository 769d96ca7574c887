"""An application served on loopback for as long as a test lasts, by the server that the product has."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress import wasyncore  # type: ignore[import-untyped]  # it has no types
from waitress.server import create_server  # type: ignore[import-untyped]  # it has no types

from tests.unit.compiled import Compiled

COMPILED = Compiled()
"""templates, for all applications that are served"""


@contextmanager
def served(app: Flask, threads: int = 4) -> Iterator[str]:
    """Yield the address of an application. Its threads wake the server's loop by a pipe that is closed at the end.

    Whoever still answers then must not write there: the number may be that of the next test's database by now, and
    one octet in its head makes it "not a database". The loop closes its sockets itself: closed by another thread, one
    is missing in the middle of a select.
    """
    app.jinja_env.bytecode_cache = COMPILED
    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        wake, server.pull_trigger = server.trigger.pull_trigger, lambda: None
        server.task_dispatcher.shutdown()
        wake(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=10)
