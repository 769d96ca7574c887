"""Checks on accounts: factory ones are locked and refused, and nobody has one who should not."""

from collections.abc import Iterable, Iterator

from audit.checks.each import Known, Wrong, each, wrong
from audit.cite import Pattern
from audit.facts import Facts
from audit.model import Check, Info, Point, failed, passed, unknown
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory import names

DEFAULTS = frozenset(
    {names.FACTORY, "admin", "administrator", "root", "huawei", "h3c", "cisco", "ruijie", "guest", "test"}
)
"""accounts that devices come with, or that everybody tries first"""
_ACCOUNTS = Pattern("/etc/countynet/*", r".")


def _defaults(facts: Facts) -> Iterable[Point]:
    return each(facts, _locked, _("its factory accounts are locked or gone"), [_ACCOUNTS])


def _locked(known: Known) -> Iterator[Wrong]:
    for user in known.config.users:
        if user.name in DEFAULTS and not user.locked:
            yield wrong(_("the default account {user} is not locked"), user=user.name)


def _login(facts: Facts) -> Iterator[Point]:
    for name in facts.devices:
        answer = facts.live.ssh.get(name) if facts.live else None
        if answer is None or answer.factory_login is None:
            error = answer.error if answer else _("it was not asked")
            yield unknown(name, _("the factory sign-in could not be tried: {error}"), error=error)
        elif answer.factory_login:
            yield failed(name, _("live, the factory account signs in with the factory password"))
        else:
            yield passed(name, _("live, the factory account is refused"))


def _surplus(facts: Facts) -> Iterable[Point]:
    return each(facts, _declared, _("it has only the accounts of the inventory"), [_ACCOUNTS])


def _declared(known: Known) -> Iterator[Wrong]:
    for user in known.config.users:
        if user.locked:
            continue
        if user.name not in known.facts.accounts:
            yield wrong(_("the account {user} is not in the inventory"), user=user.name)
        elif set(user.ssh_keys) != set(known.facts.accounts[user.name]):
            yield wrong(_("the account {user} has other keys than the inventory says"), user=user.name)


CHECKS = (
    Check(
        Info(
            id="default-accounts",
            title=_("Default accounts are locked"),
            clauses=("8.1.4.2 b",),
            severity=Severity.CRITICAL,
            rationale=_("Factory accounts and their passwords are printed in every manual."),
            remedy=_("Lock the account: `countynet config apply`."),
        ),
        _defaults,
    ),
    Check(
        Info(
            id="default-login-live",
            title=_("The factory password is refused"),
            clauses=("8.1.4.1 a", "8.1.4.2 b"),
            severity=Severity.CRITICAL,
            rationale=_("Only a refused sign-in shows that the lock holds."),
            remedy=_("Lock the account and look who signed in meanwhile."),
        ),
        _login,
    ),
    Check(
        Info(
            id="surplus-accounts",
            title=_("No account exists that the inventory does not declare"),
            clauses=("8.1.4.2 c",),
            severity=Severity.MAJOR,
            rationale=_("A forgotten or shared account is a door without a name on it."),
            remedy=_("Remove the account or its key, or declare it: `countynet config apply`."),
        ),
        _surplus,
    ),
)
