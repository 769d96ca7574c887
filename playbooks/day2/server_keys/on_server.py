"""Runs on a server, by its own Python: adds a key beside another one in root's files of keys, or takes one away.

`add HAS NEW`: beside every line with the key HAS stands the same line with NEW, options and all; where no line has it
(keys come from elsewhere), NEW is a line of the first file. `drop GONE STAYS`: every line with GONE goes, if STAYS is
there; else it refuses (exit 3), as nobody would get in. Keys are `type base64`. Says `changed` or nothing. A file is
replaced whole or not at all, with its owner and rights. Raises OSError (a full disk, a file made unchangeable).
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator

HOME = "/root"
USUAL = ".ssh/authorized_keys .ssh/authorized_keys2"
ASK = ["sshd", "-T", "-C", "user=root,host=localhost,addr=127.0.0.1"]


def files() -> list[str]:
    """Return the files that sshd takes root's keys from, as it says itself."""
    path = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    told = subprocess.run(ASK, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=path).stdout.decode()
    said = re.search(r"(?m)^authorizedkeysfile (.*)$", told)
    found = []
    for word in (said.group(1) if said else USUAL).split():
        name = word.replace("%h", HOME).replace("%u", "root").replace("%U", "0").replace("%%", "%")
        if name != "none":
            found.append(os.path.realpath(os.path.join(HOME, name)))
    return list(dict.fromkeys(found))


def lines(file: str) -> list[str]:
    """Return a file's lines, none where there is no file."""
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as held:
            return held.read().splitlines()
    except FileNotFoundError:
        return []


def has(line: str, key: str) -> bool:
    """Whether a line lets a key in."""
    return not line.lstrip().startswith("#") and key.split()[1] in line.split()


def write(file: str, text: str) -> None:
    """Replace a file, keeping its owner and rights; a new one is root's alone."""
    folder = os.path.dirname(file)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    number, fresh = tempfile.mkstemp(dir=folder, prefix=".countynet-")
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="surrogateescape") as new:
            if os.path.exists(file):
                about = os.stat(file)
                os.fchown(new.fileno(), about.st_uid, about.st_gid)
                os.fchmod(new.fileno(), about.st_mode & 0o7777)
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        os.replace(fresh, file)
    except BaseException:
        os.unlink(fresh)
        raise


def both(held: list[str], old: str, new: str) -> Iterator[str]:
    """Yield a file's lines, behind each with a key the same one with another."""
    pattern = re.compile(r"\S+\s+" + re.escape(old.split()[1]) + r"(?!\S)")
    for line in held:
        yield line
        if has(line, old):
            yield pattern.sub(new, line)


def add(old: str, new: str) -> bool:
    """Let a key in beside another; return whether anything changed."""
    known = {file: lines(file) for file in files()}
    if any(has(line, new) for held in known.values() for line in held):
        return False
    beside = [file for file, held in known.items() if any(has(line, old) for line in held)]
    for file in beside:
        write(file, "".join(f"{line}\n" for line in both(known[file], old, new)))
    if not beside:
        first = next(iter(known), f"{HOME}/{USUAL.split()[0]}")
        write(first, "".join(f"{line}\n" for line in (*known.get(first, []), new)))
    return True


def drop(gone: str, stays: str) -> bool:
    """Take a key away; return whether anything changed. SystemExit where the other one would not be there."""
    known = {file: lines(file) for file in files()}
    if not any(has(line, stays) for held in known.values() for line in held):
        sys.exit(3)
    touched = [file for file, held in known.items() if any(has(line, gone) for line in held)]
    for file in touched:
        write(file, "".join(f"{line}\n" for line in known[file] if not has(line, gone)))
    return bool(touched)


if __name__ == "__main__":
    if {"add": add, "drop": drop}[sys.argv[1]](*sys.argv[2:]):
        print("changed")
