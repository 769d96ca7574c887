"""The factory image: the `/etc` that every device has when it comes out of its box, built once per twin.

It holds the accounts (`netadmin` with the county's key; `factory` with the password everybody knows, which the county's
configuration has to lock), an SSH host key, the loader's cache and the empty folders that the daemons' packages make.
What the host has configured for itself is not copied: a device knows nothing of the machine it runs on.
"""

import ctypes
import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).parent / "image"
DAEMON_ACCOUNTS = (
    "daemon", "bin", "sys", "www-data", "nobody", "sshd", "frr", "Debian-snmp", "_lldpd", "_chrony",
    "dnsmasq",
)  # fmt: skip
DAEMON_GROUPS = (
    "daemon", "bin", "sys", "adm", "tty", "disk", "shadow", "utmp", "www-data", "nogroup", "frr", "frrvty",
    "Debian-snmp", "_lldpd", "_chrony", "ssl-cert",
)  # fmt: skip
COPIED = (
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "protocols", "services", "ethertypes", "login.defs",
    "iproute2", "ssl/openssl.cnf", "python3", "python3.11", "localtime", "mime.types",
)  # fmt: skip
"""files of the machine that programs under /usr need and that say nothing about the machine"""
EMPTY = (
    "countynet/authorized_keys", "ssh/sshd_config.d", "frr", "snmp/snmpd.conf.d", "lldpd.d", "keepalived",
    "chrony/conf.d", "chrony/sources.d", "rsyslog.d", "sysctl.d", "openvswitch", "strongswan.d/charon", "default",
    "dnsmasq.d", "security", "swanctl/conf.d", "swanctl/x509", "swanctl/x509ca", "swanctl/x509aa", "swanctl/x509ac",
    "swanctl/x509crl", "swanctl/x509ocsp", "swanctl/pubkey", "swanctl/private", "swanctl/rsa", "swanctl/ecdsa",
    "swanctl/pkcs8", "swanctl/pkcs12", "swanctl/bliss",
)  # fmt: skip
OWNERS = {"frr": ("frr", "frr"), "frr/vtysh.conf": ("frr", "frr")}
NETADMIN_HOME = "/root"


def crypt(password: str, salt: str) -> str:
    """Return a password's SHA-512 crypt(3) hash. Raises OSError if libcrypt has no such method."""
    library = ctypes.CDLL("libcrypt.so.1", use_errno=True)
    library.crypt.restype = ctypes.c_char_p
    hashed: bytes | None = library.crypt(password.encode(), f"$6${salt}$".encode())
    if hashed is None or not hashed.startswith(b"$6$"):
        raise OSError(ctypes.get_errno(), "crypt(3) has no SHA-512")
    return hashed.decode()


def owners() -> dict[str, tuple[int, int]]:
    """Return (uid, gid) of the daemons' accounts that exist on this machine."""
    return {a.pw_name: (a.pw_uid, a.pw_gid) for a in pwd.getpwall() if a.pw_name in DAEMON_ACCOUNTS}


def accounts() -> Mapping[str, str]:
    """Return the text of passwd, shadow, group, gshadow and shells as at the factory."""
    daemons = [a for a in pwd.getpwall() if a.pw_name in DAEMON_ACCOUNTS]
    groups = [g for g in grp.getgrall() if g.gr_name in DAEMON_GROUPS]
    people = ("root", "netadmin", "factory")
    passwd = [f"{name}:x:0:0:{name}:{NETADMIN_HOME}:/bin/bash" for name in people[:2]]
    passwd += ["factory:x:1000:1000:factory:/tmp:/bin/bash"]
    passwd += [f"{a.pw_name}:x:{a.pw_uid}:{a.pw_gid}::{a.pw_dir}:/usr/sbin/nologin" for a in daemons]
    shadow = [
        "root:*:1:0:99999:7:::",
        "netadmin:*:1:0:99999:7:::",
        f"factory:{crypt('factory', 'countynet')}:1:0:99999:7:::",
    ]
    shadow += [f"{a.pw_name}:!:1::::::" for a in daemons]
    names = ["root:x:0:", "factory:x:1000:", *(f"{g.gr_name}:x:{g.gr_gid}:{','.join(g.gr_mem)}" for g in groups)]
    return {
        "passwd": "\n".join(passwd) + "\n",
        "shadow": "\n".join(shadow) + "\n",
        "group": "\n".join(names) + "\n",
        "gshadow": "\n".join(f"{line.split(':')[0]}:*::" for line in names) + "\n",
        "shells": "/bin/sh\n/bin/bash\n/usr/bin/vtysh\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
        "resolv.conf": "",
        "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    }


def _copy_machine_files(etc: Path) -> None:
    for name in COPIED:
        source, target = Path("/etc") / name, etc / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        elif source.exists():
            shutil.copy2(source, target)


def _host_key(etc: Path) -> None:
    key = etc / "ssh/ssh_host_ed25519_key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], check=True, stdin=subprocess.DEVNULL
    )


def _switch_database(etc: Path) -> None:
    schema = "/usr/share/openvswitch/vswitch.ovsschema"
    subprocess.run(["ovsdb-tool", "create", etc / "openvswitch/conf.db", schema], check=True, stdin=subprocess.DEVNULL)


def _programs(image: Path) -> None:
    folder = image / "sbin"
    folder.mkdir()
    for name in ("systemctl", "power-on"):
        shutil.copyfile(SOURCE / name, folder / name)
        (folder / name).chmod(0o755)


def build(image: Path, authorized_key: str) -> None:
    """Build the factory image in an empty place; `authorized_key` opens the account netadmin."""
    etc = image / "etc"
    image.mkdir(parents=True)
    shutil.copytree(SOURCE / "etc", etc)
    _copy_machine_files(etc)
    for folder in EMPTY:
        (etc / folder).mkdir(parents=True, exist_ok=True)
    for name, text in accounts().items():
        (etc / name).write_text(text)
    for name in ("shadow", "gshadow"):
        (etc / name).chmod(0o600)
    (etc / "countynet/authorized_keys/netadmin").write_text(authorized_key.strip() + "\n")
    ids = owners()
    for name, (account, _group) in OWNERS.items():
        if account in ids:
            os.chown(etc / name, *ids[account])
    _host_key(etc)
    _switch_database(etc)
    _programs(image)
