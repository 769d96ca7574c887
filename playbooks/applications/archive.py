"""Our own programs of an application as one archive, the same bytes for the same files, wherever and whenever made."""

import io
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

SKIPPED = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", "tests"})


def make(folders: Sequence[Path], target: Path) -> Path:
    """Write the archive of some folders of `applications/` (with its own `__init__.py`); return it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in sorted(_files(folders)):
            _add(archive, file, str(file.relative_to(_root(folders).parent)))
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_file() or target.read_bytes() != content.getvalue():
        target.write_bytes(content.getvalue())
    return target


def _root(folders: Sequence[Path]) -> Path:
    return folders[0].parent


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    yield _root(folders) / "__init__.py"
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file() and SKIPPED.isdisjoint(file.relative_to(folder.parent).parts):
                yield file


def _add(archive: tarfile.TarFile, file: Path, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = file.stat().st_size, 0o644, 0
    with file.open("rb") as content:
        archive.addfile(entry, content)
