"""Who may be on a server: passwords and their rules, accounts, and who becomes root."""

import re
from collections.abc import Iterator

from audit.lines.rules import Flaw
from audit.model import Line
from audit.servers.checks.base import SYSTEM, check, lacks, lines_of, of_files, on, says, state
from audit.servers.machine import Machine
from countynet.i18n import _
from countynet.vocabulary import Severity

LOGIN = "/etc/login.defs"
QUALITY = ("/etc/security/pwquality.conf.d/*.conf", "/etc/security/pwquality.conf")
PAM = ("/etc/pam.d/common-password", "/etc/pam.d/system-auth", "/etc/pam.d/password-auth")
PAM_AUTH = ("/etc/pam.d/common-auth", "/etc/pam.d/system-auth", "/etc/pam.d/password-auth", "/etc/pam.d/sshd")
_SUDO = ("/etc/sudoers", "/etc/sudoers.d/*")
_GRANT = re.compile(r"(?P<who>[^\s=]+)\s+\S+\s*=\s*(?:\([^)]*\)\s*)?(?P<tags>(?:[A-Z]+:\s*)*)(?P<what>.*)")


def _number(machine: Machine, pattern: str, *files: str) -> tuple[Line, int] | None:
    """Return the last line that says a number, and the number: of repeated lines the last one counts."""
    found = [(line, int(match[1])) for line in lines_of(machine, *files) if (match := re.fullmatch(pattern, line.text))]
    return found[-1] if found else None


def _ages(machine: Machine) -> Iterator[Flaw]:
    head = Line(section=LOGIN, line=0, text=LOGIN)
    found = _number(machine, r"PASS_MAX_DAYS\s+(\d+).*", LOGIN)
    if found is None:
        yield lacks(head, "PASS_MAX_DAYS 90")
    elif found[1] > 90:
        yield says(found[0], "PASS_MAX_DAYS 90")


def _hashes(machine: Machine) -> Iterator[Flaw]:
    for line in lines_of(machine, LOGIN):
        if re.fullmatch(r"ENCRYPT_METHOD\s+(?:MD5|DES|BCRYPT-OLD)\b.*|MD5_CRYPT_ENAB\s+yes.*", line.text):
            yield says(line, "ENCRYPT_METHOD YESCRYPT")
    for line in lines_of(machine, *PAM):
        if re.fullmatch(r"-?password\s.*pam_unix\.so\b.*\b(?:md5|des|bigcrypt)\b.*", line.text):
            yield says(line, "password [success=1 default=ignore] pam_unix.so obscure yescrypt")


def _complex(machine: Machine) -> Iterator[Flaw]:
    used = [
        line for line in lines_of(machine, *PAM) if re.search(r"pam_(?:pwquality|cracklib|passwdqc)\.so", line.text)
    ]
    if not used:
        yield lacks(Line(section=PAM[0], line=0, text=PAM[0]), "password requisite pam_pwquality.so retry=3")
        return
    for name, least, default in (("minlen", 8, 8), ("minclass", 3, 0)):
        said = _number(machine, rf"{name}\s*=\s*(\d+).*", *QUALITY)
        inline = [int(m[1]) for line in used if (m := re.search(rf"\b{name}=(\d+)", line.text))]
        credits = sum(1 for line in used for one in re.findall(r"\b[duol]credit=-[1-9]", line.text) if one)
        credits += sum(1 for line in lines_of(machine, *QUALITY) if re.match(r"[duol]credit\s*=\s*-[1-9]", line.text))
        value = inline[-1] if inline else said[1] if said else default
        if name == "minclass" and credits >= least:
            continue
        if value < least:
            yield state(said[0] if said else used[0], name, str(value), str(least), f"{name} = {least}")


def _lockout(machine: Machine) -> Iterator[Flaw]:
    used = [line for line in lines_of(machine, *PAM_AUTH) if re.search(r"pam_(?:faillock|tally2?)\.so", line.text)]
    if not used:
        yield lacks(Line(section=PAM_AUTH[0], line=0, text=PAM_AUTH[0]), "auth required pam_faillock.so preauth deny=5")
        return
    inline = [int(m[1]) for line in used if (m := re.search(r"\bdeny=(\d+)", line.text))]
    said = _number(machine, r"deny\s*=\s*(\d+).*", "/etc/security/faillock.conf")
    value = inline[-1] if inline else said[1] if said else 3
    if not 0 < value <= 5:
        yield state(said[0] if said and not inline else used[0], "deny", str(value), "5", "deny = 5")


def _idle(machine: Machine) -> Iterator[Flaw]:
    files = ("/etc/profile", "/etc/profile.d/*.sh", "/etc/bash.bashrc", "/etc/bashrc")
    found = _number(machine, r"(?:export |readonly |declare -xr |typeset -xr )*TMOUT=(\d+).*", *files)
    if found is None:
        yield lacks(Line(section="/etc/profile", line=0, text="/etc/profile"), "readonly TMOUT=600; export TMOUT")
    elif not 0 < found[1] <= 900:
        yield says(found[0], "readonly TMOUT=600; export TMOUT")


def _accounts(machine: Machine) -> Iterator[tuple[Line, list[str]]]:
    """Yield each account: name, number, shell, kind of its password's hash, days it may be old."""
    for line in machine.said("accounts"):
        parts = line.text.split(":")
        if len(parts) == 5:
            yield line, parts


def _second_roots(machine: Machine) -> Iterator[Flaw]:
    for line, (name, number, *_rest) in _accounts(machine):
        if number == "0" and name != "root":
            yield state(line, name, "0", ">= 1000", f"userdel {name}")


def _open_accounts(machine: Machine) -> Iterator[Flaw]:
    for line, (name, _uid, _shell, kind, _days) in _accounts(machine):
        if kind == "none":
            yield state(line, name, kind, "!", f"passwd -l {name}")


def _weak_hashes(machine: Machine) -> Iterator[Flaw]:
    for line, (name, _uid, _shell, kind, _days) in _accounts(machine):
        if kind in ("1", "des", "2a", "3"):
            yield state(line, name, kind, "y", f"passwd {name}")


def _never_old(machine: Machine) -> Iterator[Flaw]:
    for line, (name, _uid, shell, kind, days) in _accounts(machine):
        if (
            kind not in ("locked", "none")
            and not shell.endswith(("nologin", "false"))
            and (not days.isdigit() or int(days) > 90)
        ):
            yield state(line, name, days or "-", "90", f"chage -M 90 {name}")


def _sudo(machine: Machine) -> Iterator[Flaw]:
    for line in lines_of(machine, *_SUDO):
        if re.match(r"Defaults\b.*!authenticate", line.text):
            yield says(line)
        elif not line.text.startswith(("Defaults", "@", "User_Alias", "Cmnd_Alias", "Host_Alias", "Runas_Alias")):
            match = _GRANT.fullmatch(line.text)
            if (match and "NOPASSWD:" in match["tags"] and re.search(r"\bALL\b", match["what"])) or (
                match and match["who"] == "ALL" and re.search(r"\bALL\b", match["what"])
            ):
                yield says(line)


def _trusting(machine: Machine) -> Iterator[Flaw]:
    yield from (says(line) for line in lines_of(machine, "/etc/hosts.equiv", "/etc/shosts.equiv", "/root/.rhosts"))


CHECKS = (
    check("server-password-age", _("Passwords of servers are changed within 90 days"),
          _("A password that leaked stays one."), ("8.1.4.1 a",), Severity.MINOR, SYSTEM, of_files((LOGIN,), _ages)),
    check("server-password-hash", _("Servers keep passwords strongly hashed"),
          _("A stolen file of MD5 is a file of passwords."),
          ("8.1.4.1 a", "8.1.4.7 a"), Severity.MAJOR, SYSTEM, of_files((LOGIN,), _hashes)),
    check("server-password-complex", _("Passwords of servers are long and mixed"),
          _("Short ones are guessed in hours."),
          ("8.1.4.1 a",), Severity.MAJOR, SYSTEM, of_files(PAM, _complex)),
    check("server-lockout", _("Servers lock an account after few wrong passwords"),
          _("Each further try is one more guess."),
          ("8.1.4.1 b",), Severity.MAJOR, SYSTEM, of_files(PAM_AUTH[:3], _lockout)),
    check("server-idle", _("Idle shells on servers end"), _("A session left open at a desk is everybody's."),
          ("8.1.4.1 b",), Severity.MINOR, SYSTEM, of_files(("/etc/profile",), _idle)),
    check("server-one-root", _("Only root is root on servers"),
          _("A second account with its number hides behind its name."),
          ("8.1.4.2 b", "8.1.4.2 d"), Severity.CRITICAL, SYSTEM, on("accounts", _second_roots)),
    check("server-no-open-account", _("Every account of a server has a password or is locked"),
          _("It needs no guessing."),
          ("8.1.4.1 a", "8.1.4.2 b"), Severity.CRITICAL, SYSTEM, on("accounts", _open_accounts)),
    check("server-account-hash", _("No account of a server has an old kind of hash"),
          _("It was set before the rules changed, and never since."), ("8.1.4.1 a", "8.1.4.7 a"),
          Severity.MAJOR, SYSTEM,
          on("accounts", _weak_hashes)),
    check("server-account-age", _("No password of a server lasts for ever"),
          _("The rule in the file is for new accounts only."),
          ("8.1.4.1 a",), Severity.MINOR, SYSTEM, on("accounts", _never_old)),
    check("server-sudo", _("Nobody becomes root on servers without a password"),
          _("Whoever finds the desk open finds the server open."), ("8.1.4.2 d", "8.1.5.1 a"), Severity.MAJOR, SYSTEM,
          of_files(_SUDO, _sudo)),
    check("server-trusts-no-name", _("Servers believe no computer by its name"), _("A name is no proof."),
          ("8.1.4.1 a",), Severity.CRITICAL, SYSTEM, of_files(("/etc/passwd",), _trusting)),
)  # fmt: skip
