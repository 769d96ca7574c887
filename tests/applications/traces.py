"""On a server host, by its own Python: prints every trace of an application that was taken away, one a line.

    python3 - NAME DNS DATA... < traces.py

Not a trace: its data, what a package brought, what names it in another application's own folders, and its account as
long as that has no login. Standard library alone.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

NAME, DNS, DATA = sys.argv[1], sys.argv[2], sys.argv[3:]
TOPS = ("/etc", "/home", "/opt", "/root", "/run", "/srv", "/tmp", "/usr/local", "/var")
NOT = {"/var/cache/countynet", "/var/lib/dpkg", "/var/lib/containers", "/var/log/journal", "/run/systemd", "/run/udev"}
SHARED = {f"{top}/countynet" for top in ("/etc", "/opt", "/var/lib", "/var/log", "/etc/nginx")}
SHARED |= {"/etc/nginx/conf.d/countynet.conf", "/etc/ssh/sshd_config.d/countynet.conf"}
ACCOUNTS = {f"/etc/{name}{old}" for name in ("passwd", "group", "shadow", "gshadow") for old in ("", "-")}
MARKS = [re.escape(word).encode() for word in (f"cn-{NAME}", f"countynet-{NAME}", f"countynet/{NAME}", DNS)]
MARKED = re.compile(rb"(%s)(?![a-z0-9])" % b"|".join(MARKS))
OWN = re.compile(rf"cn-{re.escape(NAME)}(-keys|-gate)?")
NAMED = re.compile(rf"(cn-|countynet-|50-countynet-|\.restore-)?{re.escape(NAME)}($|[-.].*)")
DAEMONS = {"sshd", "supervisord", "nginx", "rsyslogd", "cron", "chronyd", "systemd", "dbus-daemon", "agetty"}
"""what may run on a host whatever is deployed there; nginx only while it serves a site"""


def said(*argv: str) -> list[str]:
    """Return the lines that a command prints; none where there is no such command."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.splitlines()
    except FileNotFoundError:
        return []


def packaged() -> set[str]:
    """Return every path that a package brought."""
    found = set[str]()
    for name in os.listdir("/var/lib/dpkg/info"):
        if name.endswith((".list", ".conffiles")):
            with open(f"/var/lib/dpkg/info/{name}", encoding="utf-8") as file:
                found |= set(file.read().split("\n"))
    return found


def others() -> set[str]:
    """Return the ids of the applications that are here still."""
    there = os.listdir("/opt/countynet") if os.path.isdir("/opt/countynet") else []
    return {name for name in there if os.path.exists(f"/opt/countynet/{name}/deployed")}


OTHERS = re.compile("|".join(rf"countynet-{re.escape(name)}(-root)?" for name in others() - {NAME}) or "(?!)")
"""how their files in shared folders are called"""


def paths() -> Iterator[str]:
    """Yield every path that is nobody else's."""
    theirs = {f"{top}/{name}" for top in SHARED for name in others()}
    for top in TOPS:
        for folder, folders, files in os.walk(top):
            folders[:] = [f for f in folders if f"{folder}/{f}" not in {*NOT, *DATA, *theirs}]
            yield from (f"{folder}/{name}" for name in (*folders, *files))


def files() -> Iterator[str]:
    """Yield paths of its name, and small files that name it."""
    known, parents = packaged(), {os.path.dirname(folder) for folder in DATA}
    for path in paths():
        if path in SHARED or path in known or path in parents:
            continue
        if any(path.startswith(f"{folder}/") for folder in parents if folder.endswith(f"/{NAME}")):
            continue  # live data beside what is saved
        if NAMED.fullmatch(os.path.basename(path)) and not OTHERS.fullmatch(os.path.basename(path)):
            yield path
        elif path.startswith(("/etc/", "/opt/", "/root/", "/var/spool/")) and path not in ACCOUNTS and names(path):
            yield f"{path} names it"


def names(path: str) -> bool:
    """Whether a file's text has its name."""
    if os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) > 1 << 20:
        return False
    with open(path, "rb") as file:
        return MARKED.search(file.read()) is not None


def accounts() -> Iterator[str]:
    """Yield accounts of its name that could sign in, and others that belong to its group."""
    locked = {line.split(":")[0] for line in said("getent", "shadow") if line.split(":")[1][:1] in ("!", "*")}
    for line in said("getent", "passwd"):
        login, shell = line.split(":")[0], line.split(":")[-1]
        if OWN.fullmatch(login) and (shell != "/usr/sbin/nologin" or login not in locked or login.endswith("-gate")):
            yield f"account {login} with a login: {shell}"
    for line in said("getent", "group", f"cn-{NAME}"):
        if "www-data" in line.split(":")[-1].split(","):
            yield f"www-data is in the group cn-{NAME}"


def processes() -> Iterator[str]:
    """Yield processes of its accounts or of its name, and those that belong to nobody who is here."""
    for line in said("ps", "axww", "-o", "pid=,user:40=,comm:40=,args="):
        pid, user, comm, args = (line.split(maxsplit=3) + [""] * 3)[:4]
        its = OWN.fullmatch(user) or MARKED.search(args.encode())
        if pid != "1" and its and "python3 - " not in args:
            yield f"process {comm}: {args}"
    if not others():
        for line in said("ps", "axww", "-o", "pid=,ppid=,comm:40="):
            pid, parent, comm = line.split(maxsplit=2)
            if pid != "1" and parent == "1" and comm not in DAEMONS and not comm.startswith("systemd-"):
                yield f"process {comm} is left alone"
    for pid in (pid for pid in os.listdir("/proc") if pid.isdigit()):
        for number in os.listdir(f"/proc/{pid}/fd") if os.path.isdir(f"/proc/{pid}/fd") else []:
            try:
                held = os.readlink(f"/proc/{pid}/fd/{number}")
            except OSError:
                continue
            if f"/countynet/{NAME}/" in held:
                yield f"process {pid} holds {held}"


def listening() -> Iterator[str]:
    """Yield sockets that listen, where nobody else is here who could."""
    if not others():
        for line in said("ss", "-Hltunp"):
            if not any(f'"{name}"' in line for name in ("sshd", "rsyslogd", "chronyd", "systemd")):
                yield f"listens: {' '.join(line.split())}"


def opened() -> Iterator[str]:
    """Yield what the filter lets in for it, and entries of supervisor and systemd."""
    yield from (line.strip() for line in said("nft", "list", "ruleset") if f'comment "{NAME}"' in line)
    for line in said("supervisorctl", "avail"):
        if NAMED.fullmatch(line.split()[0] if line.split() else ""):
            yield f"supervisor: {line}"
    for verb in ("list-units", "list-unit-files"):
        for line in said("systemctl", verb, "--all", "--plain", "--no-legend", f"countynet-{NAME}*"):
            if "unknown" not in line:
                yield f"systemd: {line}"


for found in (files, accounts, processes, listening, opened):
    for trace in found():
        print(trace)
