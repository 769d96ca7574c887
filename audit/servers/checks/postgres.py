"""PostgreSQL: who may connect from where, by which proof, and what is written down of it."""

from collections.abc import Callable, Iterator

from audit.lines.rules import NOTHING, Flaw, Judged
from audit.model import Line
from audit.servers.checks.base import POSTGRES, UndecidedError, check, judged, lacks, says, state
from audit.servers.machine import Machine
from audit.servers.read.postgres import Cluster, Rule, clusters
from countynet.i18n import _
from countynet.vocabulary import Severity

_YES = ("on", "true", "yes", "1", "t", "tr", "tru", "y", "ye")
_STRONG = ("scram-sha-256", "cert", "gss", "sspi", "reject", "peer", "ldap", "radius", "pam", "oauth")
OWNER = "postgres"


def _each(flaws: Callable[[Cluster], Iterator[Flaw]]) -> Callable[[Machine], Judged]:
    def of(machine: Machine) -> Judged:
        held = clusters(machine)
        seen = [s.line for c in held for s in c.settings.values()][:4] + [r.line for c in held for r in c.rules]
        return judged([f for cluster in held for f in flaws(cluster)], seen) if held else NOTHING

    return of


def _rules(bad: Callable[[Rule], bool], fix: str = "") -> Callable[[Machine], Judged]:
    return _each(lambda held: (says(r.line, *([fix] if fix else [])) for r in held.rules if bad(r)))


def _said(held: Cluster, name: str, default: str, good: Callable[[str], bool], wanted: str) -> Iterator[Flaw]:
    if not good(held.value(name, default)):
        where = held.settings.get(name)
        yield says(where.line, wanted) if where else lacks(_head(held), wanted)


def _head(held: Cluster) -> Line:
    return Line(section=held.file.path, line=0, text=held.file.path)


def _serves(held: Cluster) -> bool:
    """Return whether it takes connections from other computers."""
    return any(word not in ("localhost", "127.0.0.1", "::1", "") for word in _addresses(held))


def _addresses(held: Cluster) -> list[str]:
    return [word.strip() for word in held.value("listen_addresses", "localhost").split(",")]


def _tls(held: Cluster) -> Iterator[Flaw]:
    if _serves(held):
        yield from _said(held, "ssl", "off", lambda v: v in _YES, "ssl = on")


def _hashes(held: Cluster) -> Iterator[Flaw]:
    default = "scram-sha-256" if held.version >= 14 else "md5" if held.version else "scram-sha-256"
    yield from _said(held, "password_encryption", default, lambda v: v == "scram-sha-256",
                     "password_encryption = scram-sha-256")  # fmt: skip


def _logs(held: Cluster) -> Iterator[Flaw]:
    for name in ("log_connections", "log_disconnections"):
        yield from _said(held, name, "off", lambda v: v in _YES or "auth" in v or v == "all", f"{name} = on")


def _prefix(held: Cluster) -> Iterator[Flaw]:
    def names(value: str) -> bool:
        return "%u" in value and ("%h" in value or "%r" in value) and any(t in value for t in ("%m", "%t", "%n"))

    yield from _said(held, "log_line_prefix", "%m [%p] ", names, "log_line_prefix = '%m [%p] %q%u@%d %h '")


def _changes(held: Cluster) -> Iterator[Flaw]:
    yield from _said(held, "log_statement", "none", lambda v: v in ("ddl", "mod", "all"), "log_statement = ddl")


def _listens(held: Cluster) -> Iterator[Flaw]:
    if {"*", "0.0.0.0", "::"} & set(_addresses(held)):  # noqa: S104 - what is looked for
        yield from _said(
            held, "listen_addresses", "localhost", lambda v: False, "listen_addresses = 'localhost,10.1.0.20'"
        )


def _old_tls(held: Cluster) -> Iterator[Flaw]:
    yield from _said(held, "ssl_min_protocol_version", "tlsv1.2", lambda v: v in ("tlsv1.2", "tlsv1.3"),
                     "ssl_min_protocol_version = 'TLSv1.2'")  # fmt: skip


def _superusers(machine: Machine) -> Judged:
    if not clusters(machine):
        return NOTHING
    names = list(machine.said("superusers"))
    if not names:
        raise UndecidedError("psql")
    surplus = [line for line in names if line.text != OWNER]
    return judged(
        [state(line, _SUPER, line.text, OWNER, f'ALTER ROLE "{line.text}" NOSUPERUSER;') for line in surplus], names
    )


_SUPER = "rolsuper"


def _weak_proof(rule: Rule) -> bool:
    return rule.method not in (*_STRONG, "trust") and not (rule.kind == "local" and rule.method == "ident")


def _open(rule: Rule) -> bool:
    return rule.method != "reject" and rule.is_anywhere and rule.databases == ("all",) and rule.users == ("all",)


def _bare(rule: Rule) -> bool:
    return rule.kind in ("host", "hostnossl", "hostnogssenc") and rule.method != "reject" and not rule.is_loopback


def _far_owner(rule: Rule) -> bool:
    return rule.kind != "local" and not rule.is_loopback and rule.method != "reject" and OWNER in rule.users


CHECKS = (
    check("postgres-no-trust", _("Nobody enters a database without proof"), _("Trust asks for no password at all."),
          ("8.1.4.1 a", "8.1.4.2 b"), Severity.CRITICAL, POSTGRES,
          _rules(lambda r: r.method == "trust", "scram-sha-256")),
    check("postgres-scram", _("Databases take no weak proof of passwords"),
          _("MD5 can be replayed, password is sent as it is, ident believes the other computer."),
          ("8.1.4.1 c", "8.1.4.7 a"), Severity.MAJOR, POSTGRES,
          _rules(_weak_proof, "scram-sha-256")),
    check("postgres-encrypted", _("Connections to databases are encrypted"),
          _("What a database answers is what the county knows."), ("8.1.2.2 b", "8.1.4.1 c"), Severity.MAJOR, POSTGRES,
          _rules(_bare, "hostssl ...")),
    check("postgres-narrow", _("Nobody enters every database from anywhere"),
          _("A line for all, all and all is no line at all."), ("8.1.4.4 c", "8.1.4.2 d"), Severity.MAJOR, POSTGRES,
          _rules(_open)),
    check("postgres-owner-local", _("The owner of databases enters on the server only"),
          _("Whoever is the owner from afar is so without a trace on the server."), ("8.1.4.2 d", "8.1.5.1 a"),
          Severity.MAJOR, POSTGRES, _rules(_far_owner)),
    check("postgres-tls", _("Databases speak TLS"), _("Passwords and answers pass through switches of others."),
          ("8.1.2.2 b",), Severity.MAJOR, POSTGRES, _each(_tls)),
    check("postgres-tls-versions", _("Databases speak TLS 1.2 and newer"), _("Older versions are broken."),
          ("8.1.2.2 b", "8.1.4.7 a"), Severity.MINOR, POSTGRES, _each(_old_tls)),
    check("postgres-password-hash", _("Databases keep passwords as SCRAM"),
          _("An MD5 of a password is as good as the password."), ("8.1.4.7 a", "8.1.4.8 b"), Severity.MAJOR, POSTGRES,
          _each(_hashes)),
    check("postgres-log-connections", _("Databases log who comes and goes"), _("Who took the data came in first."),
          ("8.1.4.3 a",), Severity.MINOR, POSTGRES, _each(_logs)),
    check("postgres-log-fields", _("Databases log time, person and address"),
          _("A line without a name accuses nobody."),
          ("8.1.4.3 b",), Severity.MINOR, POSTGRES, _each(_prefix)),
    check("postgres-log-changes", _("Databases log changes of tables and roles"),
          _("A table that is dropped should say by whom."), ("8.1.4.3 a",), Severity.MINOR, POSTGRES, _each(_changes)),
    check("postgres-listen", _("Databases listen on named addresses"),
          _("A new net on the server should not be one to the database."), ("8.1.4.4 c",), Severity.MINOR, POSTGRES,
          _each(_listens)),
    check("postgres-superusers", _("Only the owner of databases may do everything"),
          _("A program that may do everything does what its intruder wants."), ("8.1.4.2 d", "8.1.4.2 c"),
          Severity.MAJOR, POSTGRES, _superusers),
)  # fmt: skip
