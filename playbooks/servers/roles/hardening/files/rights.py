"""Mends rights and accounts as the baseline asks for, and says each as a line; with `--look` it only says them.

What anybody may write in a folder of configuration, of programs, of sites or of people is theirs alone again; what is
a program's own data (/var/lib, /var/spool) is let be, as only the program knows why. An account without a password is
locked for passwords; its keys go on. A password's age is bounded for people who have no key: for the others, and for
root, an expired password would refuse the key as well.
"""

import glob
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

Mends = Iterator[tuple[str, Callable[[], object]]]
"""what is to be done as a line, and what does it"""
SHARED = ("/etc", "/usr/local", "/opt", "/srv", "/home", "/var/www")
NO_SETUID = ("/home", "/root", "/srv", "/var/www", "/etc")
JOBS = ("/etc/crontab", *(f"/etc/cron.{each}{end}" for each in ("d", "hourly", "daily", "weekly", "monthly")
                          for end in ("", "/*")))  # fmt: skip
AGE = 90


def at_most(path: str, about: os.stat_result) -> int:
    """Return the mode that a file should have at most."""
    if path in ("/etc/shadow", "/etc/gshadow"):
        return about.st_mode & 0o640
    if path in ("/etc/passwd", "/etc/group"):
        return about.st_mode & 0o644
    return about.st_mode & ~0o022


def closed(paths: list[str], owned: bool = False) -> Mends:
    """Yield what mends files that others may write, or that are not root's."""
    for path in paths:
        if not os.path.isfile(path) and not os.path.isdir(path):
            continue
        about = os.stat(path)
        wanted = stat.S_IMODE(at_most(path, about))
        if stat.S_IMODE(about.st_mode) != wanted:
            yield f"chmod {wanted:04o} {path}", partial(os.chmod, path, wanted)
        if owned and about.st_uid != 0:
            yield f"chown root {path}", partial(os.chown, path, 0, -1)


def walked(top: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what lies below a folder on its own file system, the folder too."""
    if not os.path.isdir(top):
        return
    device = os.lstat(top).st_dev
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if os.lstat(os.path.join(folder, name)).st_dev == device]
        yield folder, os.lstat(folder)
        for name in files:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            if stat.S_ISREG(about.st_mode):
                yield path, about


def shared() -> Mends:
    """Yield what mends what anybody may write."""
    for top in SHARED:
        for path, about in walked(top):
            sticky = stat.S_ISDIR(about.st_mode) and about.st_mode & stat.S_ISVTX
            if about.st_mode & 0o002 and not sticky:
                wanted = stat.S_IMODE(about.st_mode) & ~0o002
                yield f"chmod {wanted:04o} {path}", partial(os.chmod, path, wanted)


def powerful() -> Mends:
    """Yield what mends programs that take somebody's rights where none is meant to."""
    for top in NO_SETUID:
        for path, about in walked(top):
            if stat.S_ISREG(about.st_mode) and about.st_mode & 0o6000:
                wanted = stat.S_IMODE(about.st_mode) & ~0o6000
                yield f"chmod {wanted:04o} {path}", partial(os.chmod, path, wanted)


def keys() -> Mends:
    """Yield what mends keys of web servers that others may read."""
    files = [f for end in ("*.conf", "*/*", "*/*/*") for f in glob.glob(f"/etc/nginx/{end}") if os.path.isfile(f)]
    text = "\n".join(Path(f).read_text(errors="replace") for f in files)
    for path in dict.fromkeys(re.findall(r"(?m)^\s*ssl_certificate_key\s+(/[^;\s]+);", text)):
        if os.path.isfile(path) and stat.S_IMODE(os.stat(path).st_mode) & 0o027:
            wanted = stat.S_IMODE(os.stat(path).st_mode) & ~0o027
            yield f"chmod {wanted:04o} {path}", partial(os.chmod, path, wanted)


def run(*words: str) -> None:
    """Run a program of the system."""
    subprocess.run(words, check=True, env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


def fields(path: str) -> list[list[str]]:
    """Return the lines of a file of accounts, each as its fields."""
    return [line.split(":") for line in Path(path).read_text(errors="replace").splitlines() if line.count(":") > 1]


def accounts() -> Mends:
    """Yield what mends accounts without a password, and for passwords that never get old."""
    people = {each[0]: each for each in fields("/etc/passwd") if len(each) == 7}
    for name, held, _changed, _least, most, *_rest in (each for each in fields("/etc/shadow") if each[0] in people):
        home, shell = people[name][5:]
        if held == "":
            yield f"usermod -p * {name}", partial(run, "usermod", "-p", "*", name)
        elif name != "root" and held[0] not in "*!x" and not shell.endswith(("nologin", "false")):
            has_key = any(os.path.isfile(f"{home}/.ssh/authorized_keys{end}") for end in ("", "2"))
            if not has_key and not (most.isdigit() and int(most) <= AGE):
                yield f"chage -M {AGE} {name}", partial(run, "chage", "-M", str(AGE), name)


def trusts() -> Mends:
    """Yield what mends files that believe a computer by its name; what stood there is kept beside."""
    for path in ("/etc/hosts.equiv", "/etc/shosts.equiv", "/root/.rhosts"):
        if os.path.exists(path):
            yield f"mv {path} {path}.countynet-before", partial(os.rename, path, f"{path}.countynet-before")


def everything() -> Mends:
    """Yield all that is to be mended."""
    sudo = ["/etc/sudoers", *glob.glob("/etc/sudoers.d/*")]
    yield from closed(sudo, owned=True)
    yield from closed(["/etc/shadow", "/etc/gshadow", "/etc/passwd", "/etc/group"])
    yield from closed(sorted({path for pattern in JOBS for path in glob.glob(pattern)}), owned=True)
    yield from shared()
    yield from powerful()
    yield from keys()
    yield from accounts()
    yield from trusts()


if __name__ == "__main__":
    for words, action in list(everything()):
        print(words)
        if "--look" not in sys.argv:
            action()
