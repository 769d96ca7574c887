"""The twin: the county in network namespaces with real daemons.

Everything is derived from the County; a device boots bare and is managed only as a real one is. The functions are
loaded on first use, because the modules in `inner` run in bare interpreters that must not load the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from topology.twin.base import prepare
    from topology.twin.inside import exec_in
    from topology.twin.life import down, up
    from topology.twin.lines import cut, mend
    from topology.twin.power import power_off, power_on
    from topology.twin.report import TwinStatus, status

__all__ = ["TwinStatus", "cut", "down", "exec_in", "mend", "power_off", "power_on", "prepare", "status", "up"]

_HOME = {
    "TwinStatus": "report",
    "cut": "lines",
    "down": "life",
    "exec_in": "inside",
    "mend": "lines",
    "power_off": "power",
    "power_on": "power",
    "prepare": "base",
    "status": "report",
    "up": "life",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"topology.twin.{_HOME[name]}"), name)
