"""What every application promises, as steps that tests share: a second deploy, and its data's way back."""

from tests.applications.bench import Bench


def changed_again(bench: Bench) -> tuple[str, list[str]]:
    """Deploy once more; return why it failed and what it changed."""
    before = len(bench.said)
    result = bench.deploy()
    return bench.why(result), [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]


def fingerprint(bench: Bench, *folders: str) -> str:
    """Return a digest over names, owners, modes and contents in folders, but for what a backup itself adds."""
    script = (
        f"find {' '.join(folders)} ! -name .saved ! -path '*/dump*' ! -name '*-wal' ! -name '*-shm' "
        "-printf '%p %u %m %y\\n' | sort | sha256sum; "
        f"find {' '.join(folders)} -type f ! -name .saved ! -path '*/dump*' ! -name '*-wal' ! -name '*-shm' "
        "-print0 | sort -z | xargs -0 sha256sum | sha256sum"
    )
    return bench.exec(script)


def destroy_and_restore(bench: Bench, *folders: str) -> None:
    """Back up, try the backup, destroy the data, restore; the data has to be equal."""
    saved = bench.backup()
    assert bench.why(saved) == ""
    before = fingerprint(bench, *folders)
    assert bench.why(bench.drill()) == ""
    bench.exec(f"rm -rf {' '.join(folders)}")
    assert fingerprint(bench, *folders) != before
    restored = bench.restore()
    assert bench.why(restored) == ""
    assert fingerprint(bench, *folders) == before
    assert restored.seconds < 300, "the issue wants a restore in five minutes"
