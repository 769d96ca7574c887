"""The demo's stage that installs the server zone with Ansible, live, and then runs it again: nothing may change."""

from typing import cast

from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.stages import StageContext
from inventory.model import County


class ServersStage:
    """Time, names, logs and the portal."""

    name = "servers"
    title = _("Install the server zone: time, names, logs, addresses, portal")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Run the playbook. Raises CountyError if a host failed."""
        from playbooks.servers.run import Heard, run_servers

        def heard(said: Heard) -> None:
            if said.outcome in ("changed", "failed", "unreachable"):
                context.say(f"  {said.host}: {said.task}: {outcome_word(said.outcome)}")

        result = run_servers(cast(County, context.county), context.settings, heard, actor="demo")
        for host in result.hosts:
            if host.error:
                context.say(translate_error(host.error))
        if not result.good:
            raise CountyError(
                _("the servers' playbook ended as {status}: {words}"), status=result.status, words=result.words
            )
        return result.summary()


OUTCOMES = {
    "ok": _("as intended"),
    "changed": _("changed"),
    "failed": _("failed"),
    "unreachable": _("unreachable"),
    "skipped": _("skipped"),
}


def outcome_word(outcome: str) -> str:
    """Return an outcome in the language of the context."""
    return translate(OUTCOMES.get(outcome, outcome))


stage = ServersStage()
