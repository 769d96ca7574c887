"""The playbook that hardens servers: what fails, what would be changed or was, and what is left, for each server.

A look reads the servers by the audit's own checks and runs Ansible in check mode. A run changes one server after the
other, ends at the first that fails (which has put its way in back by itself, see `roles/hardening`), and reads them
again: what fails then is left to people and said with the reason. A server that does not answer is named and passed
over; a rerun changes nothing where all is as it should be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from countynet import apart
from countynet.canonical import JSON
from countynet.errors import DeviceError
from countynet.i18n import _, translate
from countynet.servercheck import Looked, checker
from countynet.settings import Settings
from inventory.model import County, Host
from playbooks.day2.hardening.left import KEPT, LEFT
from playbooks.plan.rules import may_change
from playbooks.present import present_county
from playbooks.runner.catalogue import SHIPPED_FOLDER
from playbooks.runner.model import Playbook
from playbooks.runner.programs.ansible import AnsibleProgram, _hidden, _mask, why
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.hosts import ansible_inventory
from playbooks.servers.line import opened
from playbooks.servers.run import Heard, HostResult, Play, RunResult, run_play

FILE = SHIPPED_FOLDER / "harden-servers.yml"
SAYS = 3
"""findings of a check that are said of a server; of more their number"""


class HardenServers:
    """Servers brought to the baseline."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the servers. Raises BadInput for one that there is not."""
        return AnsibleProgram().touches(county, playbook, names)

    def look(self, work: Work) -> Ended:
        """Say of each server which checks fail and what would be changed; change nothing."""
        return self._go(work)

    def run(self, work: Work) -> Ended:
        """Change it, and say what is left."""
        return self._go(work)

    def _go(self, work: Work) -> Ended:
        may_change(work.actor.name, work.actor.role)
        county = present_county(work.settings)
        chosen = [n for n in self.touches(county, work.playbook, work.names) if not work.only or n in work.only]
        center = apart.hosts(work.settings, county)
        found = ((n, _silent(work.settings, county.host_by_name[n], n in center)) for n in chosen)
        silent = {name: error for name, error in found if error}
        awake = [name for name in chosen if name not in silent]
        before = checker()(work.settings, awake) if not work.looks else {}
        result = _ansible(work, county, awake)
        after = checker()(work.settings, awake)
        for name in awake:
            _tell(work, name, after[name], before.get(name), result.good and not work.looks)
        hosts = (*result.hosts, *(HostResult(name, error=error) for name, error in silent.items()))
        words = [_words(after, before, work.looks), "" if result.good else why(result, work.looks)]
        if silent:
            words.append(translate(_("do not answer: {names}; run it again once they do"), names=", ".join(silent)))
        return Ended(result.good and not silent, hosts, "\n".join(word for word in words if word))


def _silent(settings: Settings, host: Host, is_centers: bool) -> DeviceError | None:
    """Return why a server gives no session, None when it does; one of the center's is opened by its own key."""
    try:
        opened(settings, host, apart.key(settings) if is_centers else None).close()
    except DeviceError as error:
        return error
    return None


def _ansible(work: Work, county: County, names: Sequence[str]) -> RunResult:
    if not names:
        return RunResult("successful", 0.0, ())
    logs = next((host for host in county.hosts if "logs" in host.runs), None)
    hosts = [county.host_by_name[name] for name in names]
    whole = ansible_inventory(county, hosts, {"hardening_log_server": str(logs.address.ip) if logs else ""})
    if logs and logs in hosts:
        _own(whole, logs.name)["hardening_log_server"] = ""
    play = Play(FILE, whole, tuple(names), check=work.looks, diff=True, seconds=60 * work.playbook.minutes)
    hide = _mask(work)
    said = run_play(work.settings, play, lambda one: work.heard(replace(one, words=hide(one.words))), work.cancelled)
    return replace(said, hosts=tuple(replace(host, error=_hidden(host.error, hide)) for host in said.hosts))


def _own(whole: Mapping[str, JSON], name: str) -> dict[str, JSON]:
    group = whole["all"]
    assert isinstance(group, dict)
    hosts = group["hosts"]
    assert isinstance(hosts, dict)
    own = hosts[name]
    assert isinstance(own, dict)
    return own


def _tell(work: Work, name: str, now: Looked, before: Looked | None, done: bool) -> None:
    """Say what fails on a server, each with what was found and, of what is left to people, why.

    `done`: all that the playbook sets was set, so that what fails still is left, too.
    """

    def say(words: str) -> None:
        work.heard(Heard(words, name))

    if now.reason:
        say(now.reason)
    fails = {one.check for one in now.failing}
    for one in before.failing if before else ():
        if one.check not in fails:
            say(translate(_("now passes: {check} ({title})"), check=one.check, title=one.title))
    for one in now.failing:
        found = "; ".join(one.says[:SAYS]) + ("; …" if len(one.says) > SAYS else "")
        reason = LEFT.get(one.check)
        if reason is None and not done:
            said = _("fails: {check} ({title}): {found}")
        else:
            said = _("left: {check} ({title}): {found}; why: {why}")
        values = {"check": one.check, "title": one.title, "found": found, "why": translate(reason or KEPT)}
        say(translate(said, **values))


def _words(now: Mapping[str, Looked], before: Mapping[str, Looked], looks: bool) -> str:
    fails = sum(len(one.failing) for one in now.values())
    passes = sum(one.passed for one in now.values())
    if looks:
        can = sum(check.check not in LEFT for one in now.values() for check in one.failing)
        said = _("{servers} servers: {fails} checks fail, {passes} pass; {can} of those that fail can be set from here")
        return translate(said, servers=len(now), fails=fails, passes=passes, can=can)
    was = sum(len(one.failing) for one in before.values())
    said = _("{servers} servers: {was} checks failed before, {fails} now, {passes} pass")
    return translate(said, servers=len(now), was=was, fails=fails, passes=passes)
