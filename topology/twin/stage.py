"""The demo's second stage: the county stands up on this machine, bare."""

import time
from typing import Any

from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.stages import JSON, StageContext


class TwinStage:
    """Brings the twin up."""

    name = "twin"
    title = _("Bring up the twin: every device bare, in its own network namespace")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Bring it up; return how many nodes live and how long it took. Raises CountyError."""
        from topology.twin.life import up

        county: Any = context.county
        begin = time.monotonic()
        twin = up(county, context.settings, Secrets.load(context.settings), context.progress)
        return {
            "devices": sum(node.kind == "device" for node in twin.nodes),
            "terminals": sum(len(unit.terminals) for unit in county.units),
            "namespaces": twin.namespaces,
            "processes": twin.processes,
            "seconds": round(time.monotonic() - begin, 1),
        }


stage = TwinStage()
