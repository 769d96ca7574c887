"""What every application promises, as steps that tests share: a second deploy, and its data's way back."""

from tests.applications.bench import Bench


def changed_again(bench: Bench) -> tuple[str, list[str]]:
    """Deploy once more; return why it failed and what it changed."""
    before = len(bench.said)
    result = bench.deploy()
    return bench.why(result), [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]


FINGERPRINT = r"""
import hashlib, os, pwd, sqlite3, sys
found = []
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top):
        if "/dump" in folder:
            continue
        for path in [folder, *(os.path.join(folder, name) for name in files)]:
            if path.endswith(("/.saved", "-wal", "-shm")):
                continue
            about, content = os.lstat(path), b""
            if os.path.isfile(path):
                content = open(path, "rb").read()
                if content.startswith(b"SQLite format 3"):
                    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                        content = "\n".join(database.iterdump()).encode()
            who = pwd.getpwuid(about.st_uid).pw_name
            found.append(f"{path} {who} {about.st_mode:o} {hashlib.sha256(content).hexdigest()}")
print("\n".join(sorted(found)))
"""


def fingerprint(bench: Bench, *folders: str) -> str:
    """Return names, owners, modes and digests in folders, without what a backup itself adds; of databases, rows."""
    return bench.exec(f"python3 - {' '.join(folders)} <<'END'\n{FINGERPRINT}\nEND")


def destroy_and_restore(bench: Bench, *folders: str) -> None:
    """Back up, try the backup, destroy the data, restore; the data has to be equal."""
    saved = bench.backup()
    assert bench.why(saved) == ""
    before = fingerprint(bench, *folders)
    assert bench.why(bench.drill()) == ""
    bench.exec(f"rm -rf {' '.join(folders)}")
    assert fingerprint(bench, *folders) != before
    restore(bench)
    differs = set(fingerprint(bench, *folders).splitlines()) ^ set(before.splitlines())
    assert not differs, sorted(differs)


def restore(bench: Bench) -> None:
    """Restore the last backup, within the five minutes that the issue gives; `why` tells what went wrong."""
    restored = bench.restore()
    assert bench.why(restored) == ""
    print(f"restore of {bench.name}: {restored.seconds:.1f} s")
    assert restored.seconds < 300, "the issue wants a restore in five minutes"
