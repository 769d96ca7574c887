"""What is run on a server to read it, and how its answer is understood. The script writes nothing anywhere.

The script takes shell patterns of files on its standard input, one a line, and answers each file as a line with its
rights and one with its content in base64: no file's content can be taken for the frame. Patterns are expanded by the
shell and never run (no splitting, no substitution). Private keys are left out on the server; of /etc/shadow only the
kind of each hash is told. Commands are asked for by the line `@tell`; each has seconds to end in.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from importlib.resources import files

from audit.servers.machine import CUT, TOO_LARGE, File, Machine
from audit.servers.struck import struck

FIRST = (
    "/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf", "/opt/nginx/conf/nginx.conf",
    "/etc/postgresql/*/*/postgresql.conf", "/etc/postgresql/*/*/pg_hba.conf",
    "/var/lib/postgresql/*/*/postgresql.auto.conf", "/var/lib/pgsql/data/postgresql.conf",
    "/var/lib/pgsql/data/postgresql.auto.conf", "/var/lib/pgsql/data/pg_hba.conf",
    "/var/lib/pgsql/*/data/postgresql.conf", "/var/lib/pgsql/*/data/postgresql.auto.conf",
    "/var/lib/pgsql/*/data/pg_hba.conf",
    "/etc/swanctl/swanctl.conf", "/etc/strongswan/swanctl/swanctl.conf", "/etc/strongswan.conf",
    "/etc/ipsec.conf", "/etc/strongswan/ipsec.conf", "/etc/ipsec.secrets",
    "/etc/swanctl/x509/*", "/etc/swanctl/x509ca/*", "/etc/ipsec.d/certs/*", "/etc/ipsec.d/cacerts/*",
    "/etc/swanctl/private/*", "/etc/ipsec.d/private/*", "/etc/ssh/sshd_config", "/etc/ssh/ssh_host_*_key",
    "/etc/login.defs", "/etc/security/pwquality.conf", "/etc/security/pwquality.conf.d/*.conf",
    "/etc/security/faillock.conf", "/etc/pam.d/common-auth", "/etc/pam.d/common-password", "/etc/pam.d/system-auth",
    "/etc/pam.d/password-auth", "/etc/pam.d/sshd", "/etc/pam.d/login", "/etc/pam.d/su", "/etc/sudoers",
    "/etc/sudoers.d/*", "/etc/crontab", "/etc/cron.d/*", "/var/spool/cron/crontabs/*", "/var/spool/cron/*",
    "/etc/profile", "/etc/profile.d/*.sh", "/etc/bash.bashrc", "/etc/bashrc", "/etc/apt/sources.list",
    "/etc/apt/sources.list.d/*", "/etc/apt/apt.conf.d/*", "/etc/yum.repos.d/*.repo", "/etc/rsyslog.conf",
    "/etc/rsyslog.d/*.conf", "/etc/hosts.equiv", "/root/.rhosts", "/etc/shosts.equiv", "/etc/passwd", "/etc/shadow",
    "/etc/group", "/etc/gshadow", "/etc/os-release",
)  # fmt: skip
"""what is read of every server; what these include is read after them"""


def script() -> str:
    """Return the script that is run on a server."""
    return (files(__package__) / "reading.sh").read_text(encoding="utf-8")


_FRAME = re.compile(r"@(?P<kind>file|rights) (?P<mode>[0-7]{1,4}) (?P<owner>\S+:\S+) (?P<path>/.*)")


class UnfinishedError(ValueError):
    """An answer that breaks off: what it holds decides nothing."""


def understood(name: str, answer: str, before: Machine | None = None) -> Machine:
    """Return a server from the script's answer, added to what an earlier answer told. Raises UnfinishedError."""
    lines = answer.splitlines()
    if not lines or lines[-1] != "@end":
        raise UnfinishedError(name)
    held, told = (dict(before.files), dict(before.told)) if before else ({}, {})
    reason, values = (before.reason, dict(before.values)) if before else ("", {})
    rest = iter(lines)
    for line in rest:
        word, _blank, value = line.partition(" ")
        if word == "@told":
            told[value] = struck(_decoded(next(rest, "")))
        elif word == "@cut":
            reason, values = CUT, {"command": value}
        elif word == "@large":
            reason, values = TOO_LARGE, {"file": value}
        elif found := _FRAME.fullmatch(line):
            content = _decoded(next(rest, "")) if found["kind"] == "file" else ""
            shown = tuple(struck(content).splitlines())
            held[found["path"]] = File(found["path"], int(found["mode"], 8), found["owner"], shown)
    return Machine(name, held, told, reason, values)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError) as error:
        raise UnfinishedError(text[:40]) from error


def asked(patterns: Iterable[str], tell: bool) -> str:
    """Return what to write to the script: patterns of files, and whether the commands are to be run too."""
    kept = [p for p in patterns if p.startswith("/") and "\n" not in p and "\0" not in p]
    return "".join(f"{line}\n" for line in ([*kept, "@tell"] if tell else kept))
