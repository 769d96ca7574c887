"""Starts the gate: `python -m applications.gate SETTINGS`, on the Unix socket that nginx opens."""

import os
import sys
from pathlib import Path

import waitress  # type: ignore[import-untyped]

from applications.gate.pages import create_app
from applications.gate.provider import SignOn
from applications.gate.settings import BadSettings, read


def main(words: list[str]) -> int:
    """Serve until the process is ended; 2 with a sentence when it cannot."""
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        settings = read(Path(words[0]))
    except BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    app = create_app(settings, lambda made: SignOn(made, settings))
    os.umask(0o007)
    print(f"the gate is at {settings.socket}", flush=True)
    socket = {"unix_socket": settings.socket, "unix_socket_perms": "660"}
    waitress.serve(app, **socket, url_scheme="https", threads=6, ident=None)  # nginx in front speaks TLS
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
