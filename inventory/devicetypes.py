"""Reads device types in the YAML format of NetBox's community library. Pure.

Promises: every problem of a file at once, each with its line; text stays the text that was written (`model: 5700` and
`slug: 1e3` are no numbers); a key that the library does not know is a problem (a slip of the pen would else be lost); a
key that it knows and we have no place for is listed as ignored. The height must be given: NetBox takes 1 for a missing
one, and what is not racked has 0.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.interface_types import TYPES
from inventory.model import DeviceType, Interface
from inventory.source import Place, Source, read_texts, where

LIMIT = 1_000_000
"""characters; the library's largest file has a tenth"""
NAME, PART, HEIGHT = 100, 50, 60
PORT = 64
_SLUG = re.compile(r"^[a-z0-9][a-z0-9_-]{0,99}$")
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
_USED = ("manufacturer", "model", "slug", "part_number", "u_height", "interfaces")
_KNOWN = (
    *_USED,
    "is_full_depth",
    "airflow",
    "weight",
    "weight_unit",
    "front_image",
    "rear_image",
    "subdevice_role",
    "is_powered",
    "cooling_method",
    "console-ports",
    "console-server-ports",
    "power-ports",
    "power-outlets",
    "front-ports",
    "rear-ports",
    "module-bays",
    "device-bays",
    "inventory-items",
    "description",
    "comments",
)
_PORT_USED = ("name", "type", "mgmt_only")
_PORT_KNOWN = (*_PORT_USED, "label", "enabled", "description", "bridge", "poe_mode", "poe_type", "rf_role")


@dataclass(frozen=True)
class Found:
    """A device type, and which keys of its file we have no place for."""

    type: DeviceType
    ignored: tuple[str, ...]


def read(text: str, file: str) -> DeviceType:
    """Return the device type that a file of the library describes. Raises BadInput with every problem at once."""
    return parse(text, file).type


def parse(text: str, file: str) -> Found:
    """Return a device type and what is ignored. Raises BadInput with every problem at once."""
    if len(text) > LIMIT:
        raise BadInput([Problem(_("this is too long for a device type"), file=file, wanted=f"<= {LIMIT}")])
    return _File(text, file).found()


@dataclass
class _File:
    """One file while it is read."""

    text: str
    file: str
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    source: Source = field(default_factory=Source)

    def found(self) -> Found:
        self.source = read_texts({self.file: _one_document(self.text).encode()})
        self.problems += self.source.problems
        given = self.source.sections
        self._keys(given, _KNOWN, _USED, ())
        made = DeviceType.model_construct(
            slug=self._slug(given),
            make=self._text(given, "manufacturer", NAME),
            model=self._text(given, "model", NAME),
            part_number=self._text(given, "part_number", PART, needed=False),
            height=self._height(given),
            interfaces=tuple(self._ports(given.get("interfaces"))),
        )
        if self.problems:
            raise BadInput(sorted(self.problems, key=lambda problem: problem.line))
        return Found(DeviceType.model_validate(made.model_dump()), tuple(dict.fromkeys(self.ignored)))

    def _wrong(self, place: Place, message: str, wanted: str = "", found: object = "", **values: object) -> None:
        line = self.source.spot(place).line
        shown = str(found) if found is not None else ""
        self.problems.append(Problem(message, values, self.file, line, where(place), shown, wanted))

    def _keys(self, given: Mapping[str, object], known: tuple[str, ...], used: tuple[str, ...], place: Place) -> None:
        for key, value in given.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                wanted = near[0] if near else ""
                self._wrong((*place, key), _("the library has no key {key}"), wanted=wanted, key=key)
            elif key not in used and value not in (None, "", []):
                self.ignored.append(f"interfaces.{key}" if place else key)

    def _text(self, given: Mapping[str, object], key: str, limit: int, needed: bool = True, place: Place = ()) -> str:
        value = given.get(key)
        if value in (None, ""):
            if needed:
                self._wrong((*place, key), _("{field} is missing"), field=key)
            return ""
        if not isinstance(value, str):
            self._wrong((*place, key), _("{field} is wrong"), wanted=_("a text"), field=key)
            return ""
        if len(value) > limit:
            message = _("{field} must have at most {limit} characters")
            self._wrong((*place, key), message, found=value[:limit], field=key, limit=limit)
        return value.strip()

    def _slug(self, given: Mapping[str, object]) -> str:
        slug = self._text(given, "slug", NAME)
        if slug and not _SLUG.match(slug):
            right = re.sub(r"[^a-z0-9_]+", "-", slug.lower()).strip("-_")
            self._wrong(("slug",), _("{field} is wrong"), wanted=right, found=slug, field="slug")
        return slug

    def _height(self, given: Mapping[str, object]) -> float:
        text = self._text(given, "u_height", NAME)
        wanted = _("a number of rack units, such as 1 or 0.5; 0 for what stands in no rack")
        if not text:
            return 0
        if not re.match(r"^[0-9]{1,3}(\.[0-9]{1,3})?$", text) or float(text) * 2 % 1 or float(text) > HEIGHT:
            self._wrong(("u_height",), _("{field} is wrong"), wanted=wanted, found=text, field="u_height")
            return 0
        return float(text)

    def _ports(self, given: object) -> Iterator[Interface]:
        if given in (None, ""):
            return
        if not isinstance(given, list):
            self._wrong(("interfaces",), _("{field} must be a list"), field="interfaces")
            return
        first: dict[str, int] = {}
        for index, port in enumerate(given):
            place: Place = ("interfaces", index)
            if not isinstance(port, dict):
                self._wrong(place, _("{field} is wrong"), wanted=_("name: and type:"), found=port, field="interfaces")
                continue
            self._keys(port, _PORT_KNOWN, _PORT_USED, place)
            yield self._port(port, place, first)

    def _port(self, port: Mapping[str, object], place: Place, first: dict[str, int]) -> Interface:
        name, type_ = self._text(port, "name", PORT, place=place), self._text(port, "type", PORT, place=place)
        line = self.source.spot((*place, "name")).line
        if name in first:
            message = _("{key} is given twice, first in line {first}")
            self._wrong((*place, "name"), message, key=name, first=first[name])
        elif name:
            first[name] = line
        if type_ and type_ not in TYPES:
            near = get_close_matches(type_, sorted(TYPES), n=1)
            wanted = near[0] if near else ""
            self._wrong((*place, "type"), _("NetBox knows no interface type {type}"), wanted=wanted, type=type_)
        return Interface.model_construct(name=name, type=type_, management=self._flag(port, "mgmt_only", place))

    def _flag(self, port: Mapping[str, object], key: str, place: Place) -> bool:
        text = str(port.get(key) or "false").lower()
        if text not in (*_TRUE, *_FALSE):
            self._wrong((*place, key), _("{field} is wrong"), wanted=_("true or false"), found=text, field=key)
        return text in _TRUE


def _one_document(text: str) -> str:
    """Return a file without the marks `---` that stand before its text; lines stay where they are."""
    lines = text.removeprefix("\ufeff").split("\n")
    for place, line in enumerate(lines):
        if line.strip() == "---":
            lines[place] = ""
        elif line.strip() and not line.startswith("#"):
            break
    return "\n".join(lines)
