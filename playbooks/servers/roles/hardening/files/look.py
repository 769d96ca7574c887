"""Says as JSON what a server is, as far as its hardening depends on it. It only reads."""

import glob
import json
import os
import re
import sys
from pathlib import Path

OURS = "/etc/ssh/sshd_config.d/00-countynet.conf"
BACKUPS = "cs-"
WANTED = {
    "rsyslog": "/usr/sbin/rsyslogd",
    "libpam-pwquality": "/usr/share/pam-configs/pwquality",
    "cracklib-runtime": "/usr/sbin/update-cracklib",
}
"""packages that the baseline needs, each with a file of it"""
FORWARDS = re.compile(r"(?:docker|cni|podman|virbr|lxc|lxdbr|br-|wg|tun|ipsec)\S*")


def lines(path: str) -> list[str]:
    """Return a file's lines that say something, none where there is no file."""
    try:
        text = Path(path).read_text(errors="replace")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def include() -> bool:
    """Whether sshd reads its folder before anything else."""
    first = next(iter(lines("/etc/ssh/sshd_config")), "")
    return bool(re.fullmatch(r"(?i)include\s+\"?/etc/ssh/sshd_config\.d/\*\.conf\"?", first))


def named() -> bool:
    """Whether somebody else has said who may sign in."""
    files = ["/etc/ssh/sshd_config", *(f for f in glob.glob("/etc/ssh/sshd_config.d/*.conf") if f != OURS)]
    return any(re.match(r"(?i)allow(?:users|groups)\b", line) for file in files for line in lines(file))


def people() -> tuple[list[str], list[str]]:
    """Return the accounts beside root that sign in by a key, and those that do by a password alone."""
    hashes = {line.split(":")[0]: line.split(":")[1] for line in lines("/etc/shadow")}
    with_keys, by_password = list[str](), list[str]()
    for name, _x, _uid, _gid, _about, home, shell in (line.split(":") for line in lines("/etc/passwd")):
        if name == "root" or name.startswith(BACKUPS) or shell.endswith(("nologin", "false", "sync")):
            continue
        if any(lines(f"{home}/.ssh/authorized_keys{end}") for end in ("", "2")):
            with_keys.append(name)
        elif hashes.get(name, "*")[:1] not in ("*", "!", "x", ""):
            by_password.append(name)
    return with_keys, by_password


def main() -> None:
    """Print it."""
    with_keys, by_password = people()
    json.dump(
        {
            "include": include(),
            "named": named(),
            "with_keys": with_keys,
            "by_password": by_password,
            "locks": any("pam_faillock.so" in line for line in lines("/etc/pam.d/common-auth")),
            "forwards": sorted(name for name in os.listdir("/sys/class/net") if FORWARDS.fullmatch(name)),
            "missing": [name for name, file in WANTED.items() if not os.path.exists(file)],
            "nginx": os.path.isdir("/etc/nginx/conf.d"),
            "tokens": any(re.match(r"server_tokens\b", line) for line in lines("/etc/nginx/nginx.conf")),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
