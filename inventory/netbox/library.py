"""Files of NetBox's community device type library as edits of the county: every problem of every file at once."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.devicetypes import LIMIT, Found, parse
from inventory.netbox.newcomers import port
from inventory.record.edit import Plain, Put


def read_files(files: Sequence[Path]) -> dict[str, Found]:
    """Return the device types of files by file name. Raises BadInput with every problem of all of them."""
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    slugs: dict[str, str] = {}
    for path in files:
        try:
            found[str(path)] = item = parse(_content(path), str(path))
        except BadInput as error:
            problems += error.problems
            continue
        if (other := slugs.setdefault(item.type.slug, str(path))) != str(path):
            message = _("the slug {slug} is in {other} too")
            problems.append(Problem(message, {"slug": item.type.slug, "other": other}, file=str(path)))
    if problems:
        raise BadInput(problems)
    return found


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LIMIT * 4 + 1).decode("utf-8")
    except OSError as error:
        values = {"reason": error.strerror or ""}
        raise BadInput([Problem(_("the file cannot be read: {reason}"), values, file=str(path))]) from error
    except UnicodeDecodeError as error:
        raise BadInput([Problem(_("this is not UTF-8 text"), file=str(path))]) from error


def ignored(found: Mapping[str, Found]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each file of which keys are ignored, with the keys."""
    for name, item in found.items():
        if item.ignored:
            yield name, item.ignored


def puts(found: Mapping[str, Found]) -> list[Put]:
    """Return device types as edits."""
    return [Put("device_types", _item(item)) for item in found.values()]


def _item(found: Found) -> dict[str, Plain]:
    type_ = found.type
    given: dict[str, Plain] = {
        "slug": type_.slug,
        "make": type_.make,
        "model": type_.model,
        "part_number": type_.part_number or None,
        "height": int(type_.height) if type_.height == int(type_.height) else type_.height,
    }
    ports: list[Plain] = [port(p.name, p.type, p.management) for p in type_.interfaces]
    return {**{k: v for k, v in given.items() if v is not None}, **({"interfaces": ports} if ports else {})}
