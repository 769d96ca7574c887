"""The table of the API: every operation, once. The order is that of the document and of the human page."""

from collections.abc import Callable
from typing import Any

from countynet.i18n import _
from countynet.people import Actor
from dashboard.api import faults, lease_models, leases, models, others, photographs
from dashboard.api.declare import Bytes, Operation, Shape
from dashboard.tokens.model import Scope
from monitoring.faults.service import Faults

WRITE = Scope.FAULTS_WRITE
READ = Scope.FAULTS_READ
CENTER, OPERATOR, UNIT = _("the center"), _("the operator"), _("the unit itself")
BOTH = _("the center or the operator")
CONCERNED = _("the center, the operator or the unit itself")


def _step(
    name: str,
    summary: str,
    roles: str,
    body: type[Shape] = models.Note,
    take: Callable[[Faults, int, Actor, Any], object] | None = None,
) -> Operation:
    return Operation(
        f"fault_{name}", "POST", f"/faults/{{fault}}/{name}", WRITE, summary, models.FaultWhole,
        faults.stepped(take or faults.taken(name)), body=body, tagged=True, guarded=True, roles=roles,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation("faults", "GET", "/faults", READ, _("List faults"), models.FaultPage, faults.list_, models.FaultsQuery),
    Operation(
        "fault_report", "POST", "/faults", WRITE, _("Report a fault; it joins the open one of the same trouble"),
        models.FaultWhole, faults.report, body=models.Report, status=201, tagged=True,
        roles=_("the center or the unit itself"),
    ),
    Operation(
        "fault", "GET", "/faults/{fault}", READ, _("Show a fault with its history"), models.FaultWhole, faults.show,
        tagged=True,
    ),
    Operation(
        "fault_clocks", "GET", "/faults/{fault}/clocks", READ, _("Show the clocks of a fault as they stand"),
        models.FaultClocks, faults.clocks,
    ),
    Operation(
        "fault_attachments", "GET", "/faults/{fault}/attachments", READ, _("List the photographs of a fault"),
        models.Attachments, photographs.attachments,
    ),
    Operation(
        "fault_attachment", "GET", "/faults/{fault}/attachments/{attachment}", Scope.PHOTOGRAPHS_READ,
        _("Fetch a photograph"), Bytes, photographs.fetch, tagged=True, gives="image/jpeg",
    ),
    Operation(
        "fault_attach", "POST", "/faults/{fault}/attachments", WRITE,
        _("Put a photograph to a report; it is written anew without place, time and camera"), models.Attachments,
        photographs.attach, models.AttachmentQuery, body=Bytes, status=201, takes=photographs.KINDS,
        largest=photographs.BYTES, roles=_("the center or the unit itself"),
    ),
    Operation(
        "fault_comment", "POST", "/faults/{fault}/comments", WRITE, _("Say something on a fault; it moves nothing"),
        models.FaultWhole, faults.comment, body=models.Comment, tagged=True, guarded=True, roles=CONCERNED,
    ),
    _step("dispatch", _("Hand a fault to the operator"), CENTER),
    _step("start", _("Say that the repair began"), OPERATOR),
    _step("arrive", _("Say that somebody is at the place"), OPERATOR),
    _step(
        "pause", _("Stop the clocks, for a reason"), BOTH, models.Pausing,
        lambda service, number, actor, body: service.pause(
            number, actor, body.reason, body.note, body.who, body.until
        ),
    ),
    _step("resume", _("Let the clocks run again"), BOTH),
    _step(
        "repaired", _("Say that it is repaired, and what it was"), OPERATOR, models.Repair,
        lambda service, number, actor, body: service.repaired(
            number, actor, body.cause, body.work, body.part, body.done
        ),
    ),
    _step(
        "confirm", _("Say that it works again, and rate the repair"), UNIT, models.Rating,
        lambda service, number, actor, body: service.confirm(number, actor, body.rating, body.note),
    ),
    _step("reopen", _("Say that it is still broken"), UNIT),
    Operation(
        "knowledge", "GET", "/knowledge", Scope.KNOWLEDGE_READ, _("Search the knowledge base"), models.KnowledgeFound,
        others.search, models.KnowledgeQuery, tags=("knowledge",),
    ),
    Operation(
        "knowledge_entry", "GET", "/knowledge/{entry}", Scope.KNOWLEDGE_READ, _("Show an entry of the knowledge base"),
        models.KnowledgeEntry, others.entry, tagged=True, tags=("knowledge",),
    ),
    Operation(
        "unit_outages", "GET", "/units/{unit}/outages", Scope.OUTAGES_READ, _("Show a unit's month in the ledger"),
        models.UnitOutages, others.outages, models.MonthQuery, tags=("outages",),
    ),
    Operation(
        "alarms", "GET", "/alarms", Scope.ALARMS_READ, _("List alarms, newest first"), models.AlarmPage, others.alarms,
        models.AlarmsQuery, tags=("alarms",),
    ),
    Operation(
        "leases", "GET", "/leases", Scope.LEASES_READ, _("List the addresses that are given out (DHCP)"),
        lease_models.LeasePage, leases.leases, lease_models.LeasesQuery, tags=("leases",),
    ),
    Operation(
        "lease_pools", "GET", "/leases/pools", Scope.LEASES_READ, _("Show how full the pools of addresses are"),
        lease_models.Pools, leases.pools, tags=("leases",),
    ),
)  # fmt: skip
