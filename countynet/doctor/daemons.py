"""The daemons and tools that the twin runs, with the version of the Debian package each comes from."""

import os
import shutil
import subprocess
from pathlib import Path

from countynet.doctor.check import Check
from countynet.i18n import _

PATHS = (
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/frr:/usr/lib/ipsec:/usr/libexec/strongswan"
)

PROGRAMS: tuple[tuple[str, str, bool], ...] = (
    ("git", "git", True),
    ("ip", "iproute2", True),
    ("tc", "iproute2", True),
    ("sysctl", "procps", True),
    ("tini", "tini", True),
    ("sshd", "openssh-server", True),
    ("ssh-keygen", "openssh-client", True),
    ("zebra", "frr", True),
    ("staticd", "frr", True),
    ("ospfd", "frr", True),
    ("vtysh", "frr", True),
    ("frr-reload.py", "frr-pythontools", True),
    ("nft", "nftables", True),
    ("ovs-vswitchd", "openvswitch-switch", True),
    ("ovsdb-server", "openvswitch-switch", True),
    ("charon-systemd", "charon-systemd", True),
    ("swanctl", "strongswan-swanctl", True),
    ("keepalived", "keepalived", True),
    ("snmpd", "snmpd", True),
    ("lldpd", "lldpd", True),
    ("rsyslogd", "rsyslog", True),
    ("chronyd", "chrony", True),
    ("debootstrap", "debootstrap", True),
    ("chromium", "chromium", False),
)
"""program, Debian package, whether the twin needs it"""

INSTALL = _("{name} is missing; make install brings it")
FOR_TESTS = _("{name} is missing; only the browser tests need it, and make test brings it")


def check_daemons() -> list[Check]:
    """Return every program: where it is missing, and the package version where it is there."""
    versions = _versions()
    return [_look(program, package, required, versions) for program, package, required in PROGRAMS]


def _look(program: str, package: str, required: bool, versions: dict[str, str]) -> Check:
    return Check(
        group="daemon",
        name=program,
        ok=shutil.which(program, path=PATHS) is not None,
        required=required,
        found=f"{package} {versions.get(package, '')}".strip(),
        fix=INSTALL if required else FOR_TESTS,
    )


def _versions() -> dict[str, str]:
    """Return package -> version of what is installed; nothing on a system without dpkg."""
    if shutil.which("dpkg-query") is None:
        return {}
    packages = sorted({package for _program, package, _required in PROGRAMS})
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    rows = (line.split(" ") for line in done.stdout.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == "installed"}


def check_libipsec(folder: Path = Path("/usr/lib/ipsec/plugins")) -> Check:
    """Return whether strongSwan can encrypt in user space, as the twin does."""
    there = (folder / "libstrongswan-kernel-libipsec.so").exists()
    return Check(group="daemon", name="kernel-libipsec", ok=there, found="libcharon-extra-plugins", fix=INSTALL)
