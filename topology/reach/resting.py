"""Lets Python's collector of circles rest while a proof is worked out. Pure but for that.

A proof holds millions of small objects, all of them needed to its end, and makes no circles. The collector looks at
all of them again each time that enough new ones were made: a tenth of a second for the example county, which is more
than the edit of a device takes to be proven. What nobody refers to any more goes at once, as ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """Keep the collector off within; it is as it was afterwards, whatever happens. Within another it does nothing."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
