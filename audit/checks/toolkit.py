"""Checks on countynet itself: who may what, who approved what, what is kept, and that no secret lies about."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from audit.toolkit import Toolkit
from countynet import clock
from countynet.i18n import _
from countynet.vocabulary import Role, Severity

UNUSED = timedelta(days=90)
AGED = timedelta(days=90)
DRILLED = timedelta(days=366)
TRIED = timedelta(days=183)
LATE = timedelta(days=8)
SIX_MONTHS = timedelta(days=180)
COUNTY, SELF = "county", "countynet"
OFFICES = (Role.ADMIN, Role.CENTER, Role.OPERATOR, Role.AUDITOR)
NOT_GATHERED = _("countynet itself was not looked at")
Decide = Callable[[Toolkit], Iterator[Point]]


def _separated(held: Toolkit) -> Iterator[Point]:
    lacking = [role for role in OFFICES if not any(account.role == role for account in held.accounts)]
    for role in lacking:
        yield failed(SELF, _("nobody has the role {role}: its work is done by somebody else"), role=role)
    if not lacking:
        yield passed(SELF, _("administrator, center, operator and auditor are different accounts"))


def _used(held: Toolkit) -> Iterator[Point]:
    for account in held.accounts:
        since = account.seen or account.created
        if held.at - since > UNUSED:
            days = (held.at - since).days
            yield failed(account.login, _("the account was not used for {days} days"), days=days)
        else:
            yield passed(account.login, _("the account is in use"))


def _aged(held: Toolkit) -> Iterator[Point]:
    for account in held.accounts:
        days = (held.at - (account.changed or account.created)).days
        make = failed if days > AGED.days else passed
        yield make(account.login, _("its password is {days} days old"), days=days)


def _at_once(plan: str, by: Mapping[str, str]) -> Point:
    """Return what is said of a plan that was applied under an emergency: right once somebody else confirmed it."""
    login, confirmed = by["plan.emergency"], by.get("plan.confirmed", "")
    if confirmed in ("", by.get("plan.made")):
        message = _("{login} applied it at once under an emergency, and nobody else confirmed it")
        return failed(plan, message, login=login)
    message = _("{login} applied it at once under an emergency, {confirmed} confirmed it")
    return passed(plan, message, login=login, confirmed=confirmed)


def _approved(held: Toolkit) -> Iterator[Point]:
    for plan, by in held.plans.items():
        if "plan.applying" not in by:
            continue
        if "plan.approved" not in by and "plan.emergency" in by:
            yield _at_once(plan, by)
        elif "plan.approved" not in by:
            yield failed(plan, _("it was applied without an approval"))
        elif by["plan.approved"] == by.get("plan.made"):
            yield failed(plan, _("{login} approved what {login} made"), login=by["plan.approved"])
        else:
            made, approved = by.get("plan.made", "?"), by["plan.approved"]
            yield passed(plan, _("made by {made}, approved by {approved}"), made=made, approved=approved)
    if not any("plan.applying" in by for by in held.plans.values()):
        yield passed(SELF, _("no plan was applied yet"))


def _backed_up(held: Toolkit) -> Iterator[Point]:
    for name, looked in held.looked.items():
        if looked is None:
            yield failed(name, _("its configuration was never kept"))
        elif held.at - looked > LATE:
            yield failed(name, _("its configuration was last looked at {days} days ago"), days=(held.at - looked).days)
        else:
            yield passed(name, _("its configuration is kept"))


def _since(held: Toolkit, tag: str, most: timedelta, never: str, old: str, good: str) -> Iterator[Point]:
    at = held.last.get(tag)
    if at is None:
        yield failed(COUNTY, never)
    else:
        days = (held.at - at).days
        yield (failed(COUNTY, old, days=days) if held.at - at > most else passed(COUNTY, good, days=days))


def _restored(held: Toolkit) -> Iterator[Point]:
    yield from _since(
        held, "backup.restored", TRIED, _("no device was ever restored from its backup"),
        _("the last restore is {days} days ago"), _("a device was restored from its backup {days} days ago"),
    )  # fmt: skip


def _drilled(held: Toolkit) -> Iterator[Point]:
    yield from _since(
        held, "emergency.ended", DRILLED, _("no emergency plan was ever played through"),
        _("the last drill is {days} days ago"), _("an emergency plan was played through {days} days ago"),
    )  # fmt: skip


def _kept(held: Toolkit) -> Iterator[Point]:
    settings = held.settings
    first = held.first_event.isoformat(timespec="seconds") if held.first_event else "-"
    yield passed(
        SELF,
        _("logs are kept {logs} days, events {events} days online (0: for ever), the first is of {first}"),
        logs=settings.log_days, events=settings.event_days, first=first,
    )  # fmt: skip


def _age(facts: Facts) -> Iterator[Point]:
    """Judge what is there, beside what is set: six months of days, each with its file, once countynet is that old."""
    held, logs = facts.toolkit, facts.measured.logs if facts.measured else None
    if held is None:
        return
    today = held.at.astimezone(clock.CHINA).date()
    old = held.first_event is not None and held.at - held.first_event > SIX_MONTHS
    if logs is None:
        yield unknown("logs", _("nobody receives logs of devices here, so nobody knows how old they are"))
    elif logs.first is None or (old and today - logs.first < SIX_MONTHS):
        oldest = logs.first.isoformat() if logs.first else "-"
        yield failed("logs", _("the oldest log of devices is of {day}, less than six months ago"), day=oldest)
    else:
        yield passed("logs", _("logs of devices are there since {day}"), day=logs.first)
    if logs is not None and logs.missing:
        days = ", ".join(day.isoformat() for day in logs.missing[:5])
        yield failed("logs", _("{count} days have no log at all: {days}"), count=len(logs.missing), days=days)


def _outside(held: Toolkit) -> Iterator[Point]:
    if held.settings.log_outside or held.settings.log_mail:
        yield passed(SELF, _("checkpoints of the event log are kept outside too"))
    else:
        yield failed(SELF, _("checkpoints of the event log stay on this machine alone"))


def _stamped(held: Toolkit) -> Iterator[Point]:
    if held.settings.log_tsa:
        yield passed(SELF, _("{tsa} stamps the checkpoints"), tsa=held.settings.log_tsa)
    else:
        yield failed(SELF, _("no time-stamp authority stamps the checkpoints"))


def _listens(held: Toolkit) -> Iterator[Point]:
    listen = held.settings.listen
    if listen in ("127.0.0.1", "::1", "localhost"):
        yield passed(SELF, _("pages are served to {listen} alone; a proxy in front has the certificate"), listen=listen)
    else:
        yield failed(SELF, _("pages are served on {listen} in clear text"), listen=listen)


def _private(held: Toolkit) -> Iterator[Point]:
    for name in held.loose:
        yield failed(SELF, _("others may read {file}"), file=name)
    if not held.loose:
        yield passed(SELF, _("the vault, its password and the state are their owner's alone"))


def _nowhere(held: Toolkit) -> Iterator[Point]:
    for found in held.spilt:
        yield failed(SELF, _("a secret stands in clear text: {found}"), found=found)
    if not held.spilt:
        yield passed(SELF, _("no secret of the vault stands in configurations, evidence, events or jobs"))


def _bounded(held: Toolkit) -> Iterator[Point]:
    for token in held.tokens:
        idle = held.at - (token.used or token.created)
        if idle > UNUSED:
            yield failed(token.name, _("the token was not used for {days} days"), days=idle.days)
        else:
            yield passed(token.name, _("the token ends on {day}"), day=token.expires.date())
    if not held.tokens:
        yield passed(SELF, _("there is no token"))


def _check(
    id_: str,
    title: str,
    why: str,
    remedy: str,
    clauses: tuple[str, ...],
    severity: Severity,
    decide: Decide,
    further: Callable[[Facts], Iterable[Point]] = lambda _facts: (),
) -> Check:
    def points(facts: Facts) -> Iterator[Point]:
        if facts.toolkit is None:
            yield unknown(SELF, NOT_GATHERED)
        else:
            yield from decide(facts.toolkit)
            yield from further(facts)

    return Check(Info(id=id_, title=title, clauses=clauses, severity=severity, rationale=why, remedy=remedy), points)


CHECKS = (
    _check(
        "people-separated", _("The three administrators are different people"),
        _("Who runs, who keeps accounts and who audits must not be one."),
        _("Give each role an account of its own: `countynet users add`."),
        ("8.1.5.1 a", "8.1.5.2 a", "8.1.5.3 a", "8.1.4.2 d"), Severity.MAJOR, _separated,
    ),
    _check(
        "accounts-used", _("No account is left over"),
        _("An account that nobody misses is nobody's to watch."),
        _("Take the account away: `countynet users remove`."),
        ("8.1.4.2 c",), Severity.MAJOR, _used,
    ),
    _check(
        "countynet-passwords-aged", _("Passwords of countynet are changed within ninety days"),
        _("A password that got away works until it is changed."),
        _("Change it on the page of the account."),
        ("8.1.4.1 a",), Severity.MINOR, _aged,
    ),
    _check(
        "changes-approved", _("Every change was approved by somebody else"),
        _("Four eyes see what two overlook."),
        _("Ask who made and approved it; the event log has both."),
        ("8.1.10.10", "8.1.4.2 d"), Severity.MAJOR, _approved,
    ),
    _check(
        "backups-fresh", _("Configurations of all devices are kept"),
        _("A device that burns is replaced by what was kept of it."),
        _("Keep them: `countynet backup`."),
        ("8.1.4.9 a", "8.1.10.11"), Severity.MAJOR, _backed_up,
    ),
    _check(
        "restore-tried", _("A restore was tried in the last half year"),
        _("A backup that was never restored is a hope."),
        _("Restore a device: `countynet restore`."),
        ("8.1.10.11",), Severity.MINOR, _restored,
    ),
    _check(
        "emergency-drilled", _("An emergency plan was played through in the last year"),
        _("In an emergency people do what they did before."),
        _("Play one through: `countynet emergency drill`."),
        ("8.1.10.13",), Severity.MINOR, _drilled,
    ),
    _check(
        "logs-kept", _("Logs are kept for six months and longer"),
        _("The law asks for it, and break-ins are found late."),
        _("See docs/settings.md."),
        ("8.1.4.3 c", "8.1.5.4 d"), Severity.MAJOR, _kept, _age,
    ),
    _check(
        "log-outside", _("The event log is vouched for outside"),
        _("Who has all rights here can rewrite everything here."),
        _("Name a folder of another machine or a mailbox: docs/log.md."),
        ("8.1.4.3 c", "8.1.5.2 a"), Severity.MAJOR, _outside,
    ),
    _check(
        "log-stamped", _("A time-stamp authority stamps the event log"),
        _("Only somebody else can say when it was."),
        _("Name an authority: docs/log.md."),
        ("8.1.4.3 c", "8.1.4.7 a"), Severity.MINOR, _stamped,
    ),
    _check(
        "pages-encrypted", _("Pages go out encrypted"),
        _("Passwords and telephone numbers cross the network."),
        _("Let it listen on 127.0.0.1 behind a proxy with a certificate."),
        ("8.1.4.1 c", "8.1.4.8 a"), Severity.CRITICAL, _listens,
    ),
    _check(
        "files-private", _("Secrets' files are their owner's alone"),
        _("Whoever may read the vault's password may read the vault."),
        _("Take the rights of group and others away (chmod go=)."),
        ("8.1.4.8 b",), Severity.CRITICAL, _private,
    ),
    _check(
        "secrets-nowhere", _("No secret lies about in clear text"),
        _("A copy is forgotten, the password in it is not."),
        _("Change the secret, then take the copy away."),
        ("8.1.4.8 b",), Severity.CRITICAL, _nowhere,
    ),
    _check(
        "tokens-bounded", _("Tokens of programs are in use and end"),
        _("A token that nobody uses is used by somebody else one day."),
        _("Take it back: `countynet api token revoke`."),
        ("8.1.4.2 c",), Severity.MINOR, _bounded,
    ),
)  # fmt: skip
