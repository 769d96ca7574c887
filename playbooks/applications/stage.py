"""The demo's stage that deploys the county's applications, those that others need first, and says what they take."""

import time
from typing import cast

from countynet import apart
from countynet.canonical import JSON
from countynet.db import open_database
from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.stages import StageContext
from inventory.model import County
from playbooks.applications.deployed import Deployed
from playbooks.servers.run import Heard, RunResult


class ApplicationsStage:
    """The applications that the inventory has us deploy."""

    name = "applications"
    title = _("Deploy the applications from the mirror")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Deploy each; one that fails does not keep the others from it. Raises CountyError if any failed."""
        from playbooks.applications.carry import mirrored
        from playbooks.applications.deployed import deployable
        from playbooks.applications.kinds import kinds

        county = cast(County, context.county)
        found = list(deployable(county, kinds(context.settings.county)).values())
        for one in found:
            mirrored(one)  # better said before an hour than after
        took = {one.id: _deploy(context, county, one, place, found) for place, one in enumerate(found)}
        _invite(context, found)
        memory = _memory(context)
        context.say(translate(_("the whole county takes {memory} MB of memory now"), memory=memory))
        if failed := [name for name, seconds in took.items() if seconds is None]:
            raise CountyError(_("these applications were not deployed: {names}"), names=", ".join(failed))
        return {"applications": dict[str, JSON](took), "memory_mb": memory}


def _deploy(context: StageContext, county: County, one: Deployed, place: int, found: list[Deployed]) -> float | None:
    """Deploy one and look whether it works; returns its seconds, None when it failed."""
    from playbooks.applications import health
    from playbooks.applications.carry import carry
    from playbooks.applications.outcome import Outcome

    left = sum(other.found.kind.minutes for other in found[place:])
    message = _("{name}: about {minutes} of {left} minutes that are left")
    context.say(translate(message, name=one.application.name, minutes=one.found.kind.minutes, left=left))
    began, outcome = time.monotonic(), Outcome(one.id, "deploy")

    def heard(said: Heard) -> None:
        outcome.take(said)
        if not said.host:
            context.progress(place, len(found), f"{one.id}: {said.task}")

    result = carry(context.settings, county, one.id, "deploy", heard, actor="demo")
    outcome.keep(context.settings, open_database(context.settings), "demo", result)
    seconds = time.monotonic() - began
    _tell(context, one, result, seconds)
    seen = health.look(context.settings, one) if result.good else ()
    for each in (each for each in seen if not each.well):
        context.say(f"  {each.host}: {each.words}")
    return seconds if result.good and all(each.well for each in seen) else None


def _tell(context: StageContext, one: Deployed, result: RunResult, seconds: float) -> None:
    for host in result.hosts:
        if host.error:
            context.say(f"  {translate_error(host.error)}")
    if result.good:
        message = _("https://{dns}/ after {seconds} s, {changed} changes")
        changed = sum(host.changed for host in result.hosts)
        context.say(translate(message, dns=one.deployment.dns, seconds=round(seconds), changed=changed))


def _invite(context: StageContext, found: list[Deployed]) -> None:
    """Say where people sign in, who they are at first, and where their password stands."""
    from playbooks.applications.signon import issuer

    if authority := issuer(found):
        people = authority.deployment.settings.get("people", [])
        logins = [str(each["login"]) for each in people if isinstance(each, dict)] if isinstance(people, list) else []
        message = _(
            "people sign in once, at https://{dns}/, as {logins}; first password: {secret} in the county's vault"
        )
        secret = f"applications/{authority.id}/first-password"
        context.say(translate(message, dns=authority.deployment.dns, logins=", ".join(logins), secret=secret))
        if not apart.is_meant(context.settings):
            one_vault = _(
                "the demo has one vault, so whoever runs it can read the authority's keys; otherwise: docs/ceremony.md"
            )
            context.say(translate(one_vault))


def _memory(context: StageContext) -> int:
    from topology.twin.report import status

    return (status(context.settings, memory=True).memory_kib or 0) // 1024


stage = ApplicationsStage()
