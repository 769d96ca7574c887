"""The poller by itself, with the receiver as its child: what `countynet monitor serve` becomes.

The command line's own libraries (Typer, Rich, Markdown) take 9 MB, and a poller lives for months.
"""

import signal
import sys
import threading

from countynet.errors import CountyError
from countynet.i18n import set_language
from countynet.settings import Settings
from monitoring.poller.process import run
from monitoring.receive.child import beside


def main() -> int:
    """Watch until SIGINT or SIGTERM; return the exit code."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: over.set())
    try:
        settings = Settings.load()
        set_language(settings.language)
        with beside():
            run(settings, over.is_set)
    except CountyError as error:
        from countynet.console import fail

        fail(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
