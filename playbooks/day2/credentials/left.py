"""What is left of an exchange of credentials when a run ends: every device that has not got there, with the reason.

Reasons are gathered from each round, also from those before the last: whoever reads the end of a run has to find
every device in it. One without a reason of its own is told by how far it is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from countynet.errors import DeviceError
from countynet.i18n import _, translate, translate_why
from inventory.intent.rotation import Kind, Stage
from playbooks.day2.carry import named
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.telling import words_of
from playbooks.runner.programs.work import Ended
from playbooks.servers.run import HostResult


@dataclass
class Left:
    """Why devices are not where they shall be, in the language of the context."""

    why: dict[str, str] = field(default_factory=dict)

    def heard(self, end: Ended) -> None:
        """Keep what the end of a plan said of devices."""
        self.add({host.host: translate_why(host.error) for host in end.hosts if host.error})

    def add(self, why: Mapping[str, str]) -> None:
        """Keep why devices are not there; an error's words begin with the device's name, which is said anyway."""
        self.why |= {name: words.removeprefix(f"{name}: ") for name, words in why.items()}

    def stopped(self, end: Ended) -> Ended:
        """Return the end of a plan that nobody has (it waits, or failed), with what rounds before it left."""
        before = [name for name in sorted(self.why) if name not in {host.host for host in end.hosts if host.error}]
        if not before:
            return end
        said = _("of earlier plans {count} devices are not done: {names}")
        words = translate(said, count=len(before), names=named(before))
        hosts = (*(host for host in end.hosts if host.host not in before), *self._bad(before))
        return replace(end, good=False, hosts=hosts, words="\n".join(filter(None, (end.words, words))))

    def hosts(self, done: Collection[str], behind: Collection[str]) -> tuple[HostResult, ...]:
        """Return every device's result."""
        good = (HostResult(name, ok=1, changed=1) for name in sorted(set(done) - set(behind)))
        return (*good, *self._bad(behind))

    def behind(self, values: vault.Values, kinds: Collection[Kind], devices: Collection[str]) -> frozenset[str]:
        """Return those of some devices that have not got the new credentials of some kinds alone; each has a reason."""
        for kind in kinds:
            for name, stage in (vault.stages(values, kind) or {}).items():
                if stage is not Stage.NEW and name in devices:
                    title, said = translate(vault.TITLES[kind]), translate(words_of(kind, stage))
                    self.why.setdefault(name, translate(_("{kind}: {stage}"), kind=title, stage=said))
        return frozenset(self.why)

    def _bad(self, names: Collection[str]) -> Iterator[HostResult]:
        for name in sorted(names):
            yield HostResult(name, error=DeviceError(name, _("{why}"), why=self.why[name]))
