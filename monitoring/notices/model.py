"""What a notice may be, and the county's rules: channels, recipients, who is told of which alarm. Pure, but for `load`.

The rules are `<county>/monitoring/notices.yml`; without the file nobody is told anything. Secrets stand in it by their
name in the vault. Every mistake is told at once, with its line.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory.datafile import DataFile

COUNTY = Path("monitoring") / "notices.yml"
"""within the county folder"""
OPENED, CLOSED, ESCALATED = "opened", "closed", "escalated"
"""the steps of an alarm that are told; an escalation has its number behind it, and so have the begin and the end of an
alarm that came again"""


def kind(step: str) -> str:
    """Return what kind of step it is, without its number."""
    return step.partition("-")[0]


def numbered(step: str, times: int) -> str:
    """Return the step of an alarm that came so many times."""
    return step if times < 2 else f"{step}-{times}"


class NoticeState(StrEnum):
    """Where a notice stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DOUBTFUL = "doubtful"
    """given to the server, which never answered (or we died): never sent twice"""
    DROPPED = "dropped"
    """its alarm was over before it could be told"""
    FAILED = "failed"
    """refused for a day"""


TOLD = (NoticeState.SENDING, NoticeState.SENT, NoticeState.DOUBTFUL)


class Channel(Frozen):
    """A way to tell people."""

    name: str = Field(min_length=1, max_length=40)
    kind: Literal["mail", "dingtalk", "wecom", "feishu", "sms"]
    seconds: int = Field(default=20, ge=1, le=120)
    """how long the server may take"""
    host: str = ""
    port: int = Field(default=25, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    login: str = ""
    password: str = ""
    """mail: the secret's name"""
    sender: str = ""
    url: str = ""
    """webhooks: the secret's name, because the address is the key; SMS: the address itself, with places"""
    sign: str = ""
    """dingtalk, feishu: the name of the secret that signs"""
    secret: str = ""
    """sms: the name of the secret for the place {secret}"""
    method: Literal["POST", "GET"] = "POST"
    content: Literal["form", "json"] = "form"
    body: str = ""
    accepted: str = ""
    """sms: what the answer holds when the gateway took it; empty: any 2xx"""
    authorities: str = ""
    """sms: a file with the authorities that vouch for an https:// address, within the county folder; empty: the
    system's"""
    address: str = Field(default="", pattern=r"^[0-9a-fA-F.:]*$")
    """sms: where the server is, so that a notice goes out while names are not served; empty: as its name says"""


class Quiet(Frozen):
    """Daily hours in which only what is urgent is told; may run over midnight."""

    start: time
    end: time


class Recipient(Frozen):
    """Who is told, where, in which language and how often."""

    name: str = Field(min_length=1, max_length=40)
    channel: str
    to: tuple[str, ...] = ()
    """addresses, or telephone numbers; in a group chat who is called by name"""
    language: Literal["zh_CN", "en"] = "zh_CN"
    digest: int = Field(default=1, ge=0, le=1440)
    """minutes between two messages; what comes in between is one message"""
    quiet: Quiet | None = None
    urgent: tuple[Severity, ...] = (Severity.CRITICAL,)
    """what waits neither for quiet hours nor for the digest"""


class Step(Frozen):
    """Who is told after so many working minutes in which nobody acknowledged."""

    to: tuple[str, ...] = Field(min_length=1)
    after: int = Field(default=0, ge=0, le=10000)


class Rule(Frozen):
    """Who is told of which alarms; an empty list names all."""

    name: str
    severities: tuple[Severity, ...] = ()
    sites: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)

    def concerns(self, severity: Severity, site: str, unit: str) -> bool:
        """Whether it is about an alarm of a severity, site and unit."""
        return all(not names or value in names for names, value in self._wanted(severity, site, unit))

    def _wanted(self, severity: Severity, site: str, unit: str) -> Iterator[tuple[Collection[str], str]]:
        yield from ((self.severities, severity), (self.sites, site), (self.units, unit))


@dataclass(frozen=True)
class Rules:
    """Everything that the file says."""

    channels: tuple[Channel, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    rules: tuple[Rule, ...] = ()

    def recipient(self, name: str) -> Recipient | None:
        """Return a recipient by name."""
        return next((r for r in self.recipients if r.name == name), None)

    def channel(self, recipient: Recipient) -> Channel:
        """Return a recipient's channel."""
        return next(c for c in self.channels if c.name == recipient.channel)


def load(county: Path, sites: Collection[str] | None = None, units: Collection[str] | None = None) -> Rules | None:
    """Return a county's rules, None without the file. Raises BadInput with every problem.

    With the names of the county's sites and units, rules that name others are refused.
    """
    file = county / COUNTY
    return read(str(COUNTY), file.read_bytes(), sites, units) if file.is_file() else None


def names(county: Path) -> frozenset[str]:
    """Return the names of a county's recipients (entry point `countynet.recipients`). Raises BadInput."""
    rules = load(county)
    return frozenset(recipient.name for recipient in rules.recipients) if rules else frozenset()


def read(
    name: str, content: bytes, sites: Collection[str] | None = None, units: Collection[str] | None = None
) -> Rules:
    """Return what a file says. Raises BadInput with every problem."""
    file = DataFile(name, content, ("channels", "recipients", "rules"))
    found = Rules(file.items("channels", Channel), file.items("recipients", Recipient), file.items("rules", Rule))
    if not file.problems:
        _judge(file, found)
        for index, rule in enumerate(found.rules):
            _known(file, ("rules", index, "sites"), rule.sites, sites)
            _known(file, ("rules", index, "units"), rule.units, units)
    file.refuse()
    return found


def _judge(file: DataFile, rules: Rules) -> None:
    for section, items in (("channels", rules.channels), ("recipients", rules.recipients), ("rules", rules.rules)):
        names = [item.name for item in items]
        for index, name in enumerate(names):
            if name in names[:index]:
                file.wrong((section, index, "name"), _("{name} is given twice"), name=name)
    for index, channel in enumerate(rules.channels):
        _channel(file, index, channel)
    kinds = {channel.name: channel.kind for channel in rules.channels}
    for index, recipient in enumerate(rules.recipients):
        _recipient(file, index, recipient, kinds)
    for index, rule in enumerate(rules.rules):
        _steps(file, index, rule, [r.name for r in rules.recipients])


_NEEDS = {"mail": ("host", "sender"), "dingtalk": ("url",), "wecom": ("url",), "feishu": ("url",), "sms": ("url",)}


def _channel(file: DataFile, index: int, channel: Channel) -> None:
    for name in _NEEDS[channel.kind]:
        if not getattr(channel, name):
            file.wrong(("channels", index), _("a channel of kind {kind} needs {field}"), kind=channel.kind, field=name)
    if bool(channel.login) != bool(channel.password):
        file.wrong(("channels", index), _("login and password stand together"))
    if channel.kind == "sms" and channel.url and not channel.url.startswith(("http://", "https://")):
        file.wrong(("channels", index, "url"), _("an address begins with http:// or https://"))


def _recipient(file: DataFile, index: int, recipient: Recipient, kinds: Mapping[str, str]) -> None:
    kind = kinds.get(recipient.channel)
    if kind is None:
        file.wrong(("recipients", index, "channel"), _("there is no channel {name}"), name=recipient.channel)
        return
    if kind in ("mail", "sms") and not recipient.to:
        file.wrong(("recipients", index), _("a channel of kind {kind} needs {field}"), kind=kind, field="to")
    for number, address in enumerate(recipient.to):
        bad = not address.isprintable() or " " in address or (kind == "mail" and address.count("@") != 1)
        if bad or (kind != "mail" and not address.lstrip("+").isdigit()):
            file.wrong(("recipients", index, "to", number), _("this is no address of its channel"), found=address)


def _steps(file: DataFile, index: int, rule: Rule, names: Collection[str]) -> None:
    for number, step in enumerate(rule.steps):
        place = ("rules", index, "steps", number)
        _known(file, (*place, "to"), step.to, names)
        if (number == 0) != (step.after == 0) or (number and step.after <= rule.steps[number - 1].after):
            file.wrong(place, _("the first step is told at once, each further one later than the one before"))


def _known(file: DataFile, place: tuple[str | int, ...], named: Iterable[str], known: Collection[str] | None) -> None:
    for number, name in enumerate(named):
        if known is not None and name not in known:
            file.wrong((*place, number), _("nothing here is named {name}"), name=name)
