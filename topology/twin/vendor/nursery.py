"""Powers on the simulated devices of a twin: one process that has loaded everything forks each of them.

Run as `python -m topology.twin.vendor.nursery` with the boot helper's JSON (topology.twin.inner.boot) on standard
input. What is loaded before the forks is shared memory of all devices: with 130 of them that is what makes them fit.
Each child becomes PID 1 of its device, builds its root and lives there; the nursery ends when all of them listen.
"""

import asyncio
import gc
import json
import os
import sys
from contextlib import suppress
from typing import Any

from topology.twin.inner import boot, kernel
from topology.twin.vendor import living
from topology.twin.vendor.dialogues import dialogue

Order = dict[str, Any]


def _load(nodes: list[Order]) -> None:
    """Load what the devices will need, by doing what they do once: parse, render, talk."""
    for platform, model in sorted({(n["vendor"]["platform"], n["vendor"]["model"]) for n in nodes}):
        dialogue(platform)
        asyncio.run(living.rehearse(platform, model))
    gc.collect()
    gc.freeze()


def _init(node: Order, environment: dict[str, str], pipe: int) -> None:
    """Be a device: never returns."""
    os.environ.clear()
    os.environ.update(environment)
    console = os.open("/var/log/console", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    for descriptor in (1, 2):
        os.dup2(console, descriptor)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) != pipe:  # what the nursery holds of the others
            with suppress(OSError):
                os.close(int(name))
    living.live(node, lambda: os.close(pipe))
    os._exit(0)


def main() -> None:
    """Read the order and do it."""
    kernel.die_with_parent()
    order = json.load(sys.stdin)
    _load(order["nodes"])
    boot.boot(order, _init)


if __name__ == "__main__":
    main()
