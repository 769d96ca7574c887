"""Having a check's findings mended: look what fits each device, have plans made, write which plan is for which finding.

Who may is asked of whoever makes plans (`countynet.planners`), before anything is looked at: center and operator, never
the auditor or a unit. One fix over many devices makes one plan of a kind; where a plan for the same devices is still
open, it is that one and no second.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import SecretStr
from sqlalchemy import Engine

from audit import evidence
from audit import store as runs
from audit.checks import BY_ID
from audit.facts import DeviceFacts, Facts
from audit.fix import store
from audit.fix.choose import choose
from audit.fix.model import Kind, Remedy
from audit.gather import known
from audit.model import Point, Result
from audit.service import present
from audit.tags import AuditTag
from countynet import clock, events
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate_error
from countynet.people import Actor
from countynet.planners import Drawn, Planner, Standing, planner
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory import load_county, running
from inventory.intent.adapt import adapted
from inventory.platforms.registry import platform


@dataclass(frozen=True)
class Plan:
    """A plan that was made, or found open, for some devices."""

    number: int
    kind: Kind
    devices: tuple[str, ...]
    standing: Standing | None
    fresh: bool = True
    """whether it was made just now"""


@dataclass(frozen=True)
class Fixed:
    """What came of it."""

    run: int
    check: str
    plans: tuple[Plan, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    """devices that no plan has, and why, in the language of the context"""
    remedies: tuple[Remedy, ...] = ()

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        plans: list[JSON] = [
            {
                "plan": plan.number,
                "kind": plan.kind.value,
                "devices": list(plan.devices),
                "new": plan.fresh,
                "state": plan.standing.state if plan.standing else None,
                "approvals": {"have": plan.standing.have, "need": plan.standing.need} if plan.standing else None,
            }
            for plan in self.plans
        ]
        left: list[JSON] = [{"device": device, "why": why} for device, why in self.left.items()]
        remedies: list[JSON] = [remedy.document() for remedy in self.remedies]
        return {"run": self.run, "check": self.check, "plans": plans, "left": left, "remedies": remedies}


def failing(settings: Settings, engine: Engine, run: int, check: str) -> dict[str, list[Point]]:
    """Return what fails of a check in a run, by subject. Raises BadInput for a run or check that there is not.

    Conflict when the evidence is gone or was altered.
    """
    with reading(engine) as session:
        found = runs.get(session, run)
        names = {row.check: row.evidence for row in found.findings} if found else {}
    problems = []
    if found is None:
        problems.append(Problem(_("there is no audit run {run}"), {"run": run}, wanted="countynet audit list"))
    elif check not in names or check not in BY_ID:
        problems.append(Problem(_("run {run} has no check {check}"), {"run": run, "check": check}))
    if problems:
        raise BadInput(problems)
    points: dict[str, list[Point]] = {}
    result = Result.model_validate_json(_result(evidence.load(settings, names[check])))
    for point in result.of(Verdict.FAIL):
        points.setdefault(point.subject, []).append(point)
    return points


def _result(content: bytes) -> bytes:
    """Return a check's evidence as the result that it was made of: it has a time beside."""
    import json

    held = json.loads(content)
    held.pop("at", None)
    return json.dumps(held).encode()


def look(settings: Settings, engine: Engine, run: int, check: str, devices: Sequence[str] = ()) -> tuple[Remedy, ...]:
    """Return what mends each device that fails a check in a run; of all without names. Touches nothing.

    Raises BadInput for devices that do not fail it, and as `failing`.
    """
    points = failing(settings, engine, run, check)
    county = present(load_county(settings.county), settings)
    able = {name: found for name, found in points.items() if name in county.device_by_name}
    _refuse(check, run, [name for name in devices if name not in able], able)
    chosen = [name for name in able if not devices or name in devices]
    if not chosen:
        return ()
    secrets = Secrets.load(settings)
    wanted, fetched = adapted(county, secrets.get), set(running.devices(settings))
    found = []
    for name in chosen:
        device, told = county.device_by_name[name], wanted[name]
        text = running.original(settings, name) if name in fetched else None
        held = known(device, told, text) if text else DeviceFacts(device)
        meant = known(device, told, SecretStr(platform(device.platform).render(told)))
        facts = Facts(county=county, at=clock.now(), devices={name: held})
        found.append(choose(facts, meant, check, able[name]))
    return tuple(found)


def _refuse(check: str, run: int, strange: Sequence[str], able: Collection[str]) -> None:
    if strange:
        message = _("nothing of {check} fails about {device} in run {run}")
        wanted = ", ".join(sorted(able)[:20])
        raise BadInput(
            [Problem(message, {"check": check, "device": name, "run": run}, wanted=wanted) for name in strange]
        )


def fix(settings: Settings, engine: Engine, actor: Actor, run: int, check: str, devices: Sequence[str] = ()) -> Fixed:
    """Have a plan made for each kind of remedy that a plan can bring, and write which finding it is for.

    Raises NotAllowed for who makes no plans, BadInput as `look`.
    """
    maker = planner()
    maker.allow(actor)
    remedies = look(settings, engine, run, check, devices)
    made, left = list[Plan](), {r.device: r.why for r in remedies if r.kind not in (Kind.INTENDED, Kind.LINES)}
    about = f"{BY_ID[check].info.id}, audit {run}"

    def intended(chosen: Sequence[Remedy]) -> Drawn:
        return maker.intended(settings, [remedy.device for remedy in chosen], actor)

    def lines(chosen: Sequence[Remedy]) -> Drawn:
        return maker.lines(settings, {remedy.device: remedy.lines for remedy in chosen}, about, actor)

    for kind, draw in ((Kind.INTENDED, intended), (Kind.LINES, lines)):
        chosen = [remedy for remedy in remedies if remedy.kind is kind]
        if chosen:
            plan, why = _planned(settings, engine, actor, maker, (run, check, kind), chosen, draw)
            made += [plan] if plan else []
            left |= why
    return Fixed(run, check, tuple(made), left, remedies)


def _planned(
    settings: Settings,
    engine: Engine,
    actor: Actor,
    maker: Planner,
    about: tuple[int, str, Kind],
    chosen: Sequence[Remedy],
    draw: Callable[[Sequence[Remedy]], Drawn],
) -> tuple[Plan | None, Mapping[str, str]]:
    """Return the plan for remedies of one kind, and the devices that are not in it with the reason."""
    run, check, kind = about
    names = tuple(remedy.device for remedy in chosen)
    if open_ := _open(settings, engine, maker, check, names):
        return Plan(open_.plan, kind, names, open_, fresh=False), {}
    try:
        drawn = draw(chosen)
    except Conflict as error:
        return None, dict.fromkeys(names, translate_error(error))
    if drawn.plan is None:
        return None, {name: drawn.left.get(name, "") for name in names}
    inside = tuple(name for name in names if name not in drawn.left)
    with transaction(engine) as session:
        for name in inside:
            session.add(
                store.FixRow(run_id=run, check=check, device=name, kind=kind.value, plan=drawn.plan, by=actor.name,
                             at=clock.now())
            )  # fmt: skip
        data: dict[str, JSON] = {"check": check, "plan": drawn.plan, "kind": kind.value, "devices": list(inside)}
        events.record(session, AuditTag.FIX, actor.name, f"audit:{run}", data)
    standing = maker.standing(settings, [drawn.plan]).get(drawn.plan)
    return Plan(drawn.plan, kind, inside, standing), drawn.left


def _open(settings: Settings, engine: Engine, maker: Planner, check: str, names: Collection[str]) -> Standing | None:
    """Return the plan that was made for the same devices and can still be applied."""
    with reading(engine) as session:
        held: dict[int, set[str]] = {}
        for row in store.of(session, check):
            held.setdefault(row.plan, set()).add(row.device)
    same = [plan for plan, devices in held.items() if devices == set(names)]
    alive = [standing for standing in maker.standing(settings, same).values() if standing.alive]
    return alive[-1] if alive else None
