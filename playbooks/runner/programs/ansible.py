"""An Ansible playbook, shipped or the county's own, on servers over SSH.

`site.yml` runs on the hosts whose `runs` says so; every other on the servers that the description's target names, or
on all. The launch form's values are variables of the same name with `_` for `-`; a secret is one too and is masked in
what the run says, as is every secret of the vault.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from countynet import apart
from countynet.canonical import JSON
from countynet.errors import BadInput, DeviceError, Problem
from countynet.i18n import _, translate
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import HostKind
from inventory.model import County, Host
from playbooks.present import present_county
from playbooks.runner.catalogue import program_file
from playbooks.runner.form import YES
from playbooks.runner.model import Field, Playbook
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers import failure
from playbooks.servers.hosts import ansible_inventory, servers, time_keys
from playbooks.servers.run import SITE, Heard, Play, RunResult, run_play

MASK = "••••"
SHORTEST = 6
"""a shorter secret is not masked: it would blot out words that have nothing to do with it"""
ENDED_FROM_OUTSIDE = ("canceled", "timeout")
SERVERS = frozenset({HostKind.SERVER, HostKind.PUBLIC})


class AnsibleProgram:
    """Runs an Ansible playbook."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the servers that the playbook runs on. Raises BadInput for one that it is not for."""
        able = {host.name: host for host in _able(county, playbook)}
        if wrong := [name for name in names if name not in able]:
            message = _("the playbook is not for {name}")
            raise BadInput([Problem(message, {"name": name}, wanted=", ".join(able)) for name in wrong])
        return names or tuple(able)

    def run(self, work: Work) -> Ended:
        """Run it, in Ansible's check mode for a look."""
        county = present_county(work.settings)
        chosen = tuple(h for h in self.touches(county, work.playbook, work.names) if not work.only or h in work.only)
        play = Play(
            program_file(work.settings.county, work.playbook),
            _inventory(county, _able(county, work.playbook), work),
            chosen,
            limited=True,
            check=work.looks,
            diff=True,
            seconds=work.playbook.minutes * 60,
        )
        if work.playbook.of_nothing and not work.looks:
            return _where_needed(work, play)
        work.cuts(chosen)
        return _ended(work, _played(work, play, work.heard))


def _played(work: Work, play: Play, heard: Callable[[Heard], None]) -> RunResult:
    """Run it; what it says, and why a host failed, is without secrets."""
    hide = _mask(work)
    result = run_play(work.settings, play, lambda said: heard(replace(said, words=hide(said.words))), work.cancelled)
    return replace(result, hosts=tuple(replace(host, error=_hidden(host.error, hide)) for host in result.hosts))


def _ended(work: Work, result: RunResult) -> Ended:
    return Ended(result.good, result.hosts, "" if result.good else _mask(work)(why(result, work.looks)))


def _where_needed(work: Work, play: Play) -> Ended:
    """Look first, and run it where there is something to do; only that is announced.

    What the look says is told of the servers that are left alone; the others say it themselves. After a look that
    failed the run meets what the look met, and is announced for all that the look did not clear.
    """
    lines = list[Heard]()
    look = _played(work, replace(play, check=True), lines.append)
    due = tuple(h.host for h in look.hosts if h.changed or not (look.good or h.ok or h.error))
    alone = [replace(host, changed=0, changes=[]) for host in look.hosts if host.host not in due]
    idle = [host.host for host in alone if not host.error]
    for line in (*(one for one in lines if one.words), *(Heard(work.playbook.of_nothing, name) for name in idle)):
        if line.host in idle:
            work.heard(line)
    if not due and look.good:
        return Ended(True, tuple(alone), work.playbook.of_nothing)
    if not due or work.cancelled.is_set():
        return _ended(replace(work, looks=True), replace(look, hosts=tuple(alone)))
    work.cuts(due)
    if not look.good:
        return _ended(work, _played(work, play, work.heard))
    end = _ended(work, _played(work, replace(play, hosts=due), work.heard))
    return replace(end, hosts=(*end.hosts, *alone))


def why(result: RunResult, looks: bool) -> str:
    """Return why a run did not end well, and what it had changed until then; a look changes nothing."""
    failed = [host.host for host in result.hosts if host.error]
    words = list[str]()
    if failed:
        message = _("failed on {failed} of {all} servers: {names}")
        words.append(translate(message, failed=len(failed), all=len(result.hosts), names=", ".join(failed)))
    elif not result.begun and result.status not in ENDED_FROM_OUTSIDE:
        words.append(_not_begun(result))
    elif result.words and result.status not in ENDED_FROM_OUTSIDE:
        words.append(result.words)
    if not looks:
        words.append(failure.changed([(host.host, host.changes) for host in result.hosts]))
    return "\n".join(words)


def _not_begun(result: RunResult) -> str:
    if not result.place:
        return translate(_("the playbook could not be begun: {words}"), words=result.words)
    file, _colon, spot = result.place.partition(":")
    message = _("the playbook cannot be read: {words} (file {file}, line and column {spot})")
    return translate(message, words=result.words, file=file.rpartition("/")[2], spot=spot or "?")


def _able(county: County, playbook: Playbook) -> Sequence[Host]:
    if playbook.program == f"ansible:{SITE.name}":
        return servers(county)
    return [host for host in county.hosts if host.kind in SERVERS]


def _inventory(county: County, hosts: Sequence[Host], work: Work) -> Mapping[str, JSON]:
    variables = {f.name.replace("-", "_"): _typed(f, work.values.get(f.name, "")) for f in work.playbook.fields}
    if work.playbook.program == f"ansible:{SITE.name}":
        variables |= time_keys(county, Secrets.load(work.settings).get)
    return ansible_inventory(county, hosts, variables)


def _typed(field: Field, text: str) -> JSON:
    if field.kind == "yes-no":
        return text == YES
    if field.kind == "whole":
        return int(text) if text else None
    return list(text.split(",")) if field.several and text else text


def _mask(work: Work) -> Callable[[str], str]:
    """Return what takes every secret out of a text that the run said."""
    hidden = _secrets(work.settings) | {work.values.get(name, "") for name in work.playbook.secrets}
    longest = sorted((secret for secret in hidden if len(secret) >= SHORTEST), key=len, reverse=True)

    def hide(words: str) -> str:
        for secret in longest:
            words = words.replace(secret, MASK)
        return words

    return hide


def _hidden(error: DeviceError | None, hide: Callable[[str], str]) -> DeviceError | None:
    if error is None:
        return None
    values = {name: value for name, value in error.values.items() if name not in ("device", "command", "answer")}
    return DeviceError(error.device, error.message, error.command, hide(error.answer), **values)


def _secrets(settings: Settings) -> set[str]:
    vault = Secrets.load(settings)
    lines = [*(vault.get(name).get_secret_value() for name in vault.names()), *apart.values(settings).values()]
    return {part for whole in lines for part in (whole, *whole.split("\n"))}
