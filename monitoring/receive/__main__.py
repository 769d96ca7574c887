"""The receiver as a child of `countynet monitor serve`: `python -m monitoring.receive PARENT`; dies with its parent."""

import logging
import signal
import sys
import threading

from countynet.errors import CountyError
from countynet.i18n import set_language
from countynet.kin import die_with_parent
from countynet.settings import Settings
from monitoring.receive.process import run


def main(parent: int) -> int:
    """Receive until SIGTERM; return the exit code."""
    die_with_parent(parent)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s receiver: %(levelname)s %(name)s: %(message)s")
    settings, over = Settings.load(), threading.Event()
    set_language(settings.language)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: over.set())
    try:
        run(settings, over.is_set)
    except CountyError as error:
        from countynet.console import fail  # its libraries take megabytes, and are needed here only

        fail(error)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
