"""Whose files and jobs of a server are: what others may write is as good as theirs."""

import re
from collections.abc import Iterator

from audit.lines.rules import Flaw
from audit.servers.checks.base import SYSTEM, check, lines_of, of_files, on, says, state
from audit.servers.machine import Machine
from countynet.i18n import _
from countynet.vocabulary import Severity

MORE = _("{count} more files are for everybody to write")
_FEW = 10
"""so many are told one by one"""
_EVERYBODYS = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - what is looked for
_UNLIKELY = ("/home/", "/root/", "/srv/", "/var/www/", "/opt/", "/etc/", *_EVERYBODYS)
_SUDO = ("/etc/sudoers", "/etc/sudoers.d/*")


def _sudo_rights(machine: Machine) -> Iterator[Flaw]:
    for file in machine.like(*_SUDO):
        if file.mode & 0o022 or not file.owner.startswith("root:"):
            yield state(file.rights(), file.path, f"{file.mode:04o} {file.owner}", "0440 root:root",
                        f"chown root:root {file.path}; chmod 0440 {file.path}")  # fmt: skip


def _shadow(machine: Machine) -> Iterator[Flaw]:
    for file in machine.like("/etc/shadow", "/etc/gshadow", "/etc/passwd", "/etc/group"):
        most = 0o640 if file.path.endswith("shadow") else 0o644
        if file.mode & ~most:
            yield state(file.rights(), file.path, f"{file.mode:04o}", f"{most:04o}", f"chmod {most:04o} {file.path}")


def _jobs(machine: Machine) -> Iterator[Flaw]:
    for line in machine.said("jobs"):
        mode, owner, path = [*line.text.split(" ", 2), "", ""][:3]
        if mode.isdigit() and (int(mode, 8) & 0o022 or not owner.startswith("root:")):
            yield state(line, path, f"{mode} {owner}", "0644 root:root", f"chown root:root {path}; chmod go-w {path}")


def _run_writable(machine: Machine) -> Iterator[Flaw]:
    """Yield jobs of root that run what stands where anybody may write; what they only write to is let be."""
    writable = {line.text for line in machine.said("writable")}
    crontabs = ("/etc/crontab", "/etc/cron.d/*", "/var/spool/cron/crontabs/root", "/var/spool/cron/root")
    for line in lines_of(machine, *crontabs):
        written = set(re.findall(r">>?\s*(/[\w./+-]+)", line.text))
        named = set(re.findall(r"(?<![\w<>=.-])(/[\w./+-]+)", line.text)) - written
        if any(word in writable or word.startswith(_EVERYBODYS) for word in named):
            yield says(line)


def _writable(machine: Machine) -> Iterator[Flaw]:
    found = list(machine.said("writable"))
    for line in found[:_FEW]:
        yield state(line, line.text, "o+w", "o-w", f"chmod o-w {line.text}")
    if len(found) > _FEW:
        yield Flaw(MORE, {"count": len(found) - _FEW}, (), tuple(found[_FEW:]))


def _setuid(machine: Machine) -> Iterator[Flaw]:
    for line in machine.said("setuid"):
        if line.text.startswith(_UNLIKELY):
            yield state(line, line.text, "u+s", "u-s", f"chmod u-s,g-s {line.text}")


CHECKS = (
    check("server-sudo-rights", _("Only root says who becomes root"), _("Who may write the rule may do all."),
          ("8.1.4.2 d",), Severity.CRITICAL, SYSTEM, of_files(_SUDO, _sudo_rights)),
    check("server-account-files", _("Files of accounts are as closed as they should be"),
          _("Hashes that anybody may read are tried at home."), ("8.1.4.8 b", "8.1.4.2 d"), Severity.CRITICAL, SYSTEM,
          of_files(("/etc/passwd",), _shadow)),
    check("server-job-rights", _("Only root says what servers do at night"),
          _("Who may write a job of root is root by morning."),
          ("8.1.4.2 d",), Severity.CRITICAL, SYSTEM, on("jobs", _jobs)),
    check("server-job-places", _("Jobs of root run nothing that others may write"),
          _("Who may write a job of root is root by morning."), ("8.1.4.2 d",), Severity.CRITICAL, SYSTEM,
          of_files(("/etc/crontab", "/etc/cron.d/*", "/var/spool/cron/*root"), _run_writable)),
    check("server-not-writable", _("Nothing on servers is for everybody to write"),
          _("What anybody may write, nobody answers for."), ("8.1.4.2 d",), Severity.MAJOR, SYSTEM,
          on("writable", _writable)),
    check("server-setuid", _("No program takes root's rights where none is meant to"),
          _("An intruder leaves one behind to come back."), ("8.1.4.2 d", "8.1.4.4 b"), Severity.MAJOR, SYSTEM,
          on("setuid", _setuid)),
)  # fmt: skip
