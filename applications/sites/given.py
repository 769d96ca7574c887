"""What the county gives: one JSON file, written by the play and named by COUNTY_SITES. Read once, strictly.

Raises GivenError with everything that is wrong, so that a deploy ends at the first task that reads it.
"""

import json
import os
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

KINDS = ("party", "congress", "government", "judicial", "group", "institution", "township", "village", "branch")

PARTS = ("author", "review")
PLAIN = ("answer_days", "outside", "watch_token", "administrator")


class GivenError(ValueError):
    """The county's file cannot be used; its text says all that is wrong."""


@dataclass(frozen=True)
class GivenUnit:
    """A unit that gets a site."""

    code: str
    """the inventory's id, ASCII: part of the address"""
    name: str
    kind: str
    address: str = ""
    telephone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    """degrees, WGS-84"""


@dataclass(frozen=True)
class GivenPerson:
    """Somebody who writes or reviews for a unit."""

    login: str
    name: str
    unit: str
    part: str
    """`author` or `review`"""
    telephone: str = ""
    """where text messages go; empty: nobody is told"""


@dataclass(frozen=True)
class GivenSignOn:
    """The county's sign-on (OpenID Connect)."""

    issuer: str
    """https, without a slash at its end"""
    client: str
    secret: str
    authority: str
    """file with the root that its certificate is checked with; the deploy of either side brings it"""


@dataclass(frozen=True)
class GivenGateway:
    """The county's message gateway (docs/messages.md)."""

    url: str
    """https"""
    address: str
    """where it is found while names are not served; empty: by its name"""
    key: str
    authority: str = ""
    """PEM of who vouches for it; empty: whom the host trusts"""


@dataclass(frozen=True)
class Given:
    """The whole file."""

    county: str
    county_en: str
    host: str
    """DNS name of the portal"""
    data: Path
    static: Path
    """folder of styles and scripts, which the application itself cannot write"""
    secret: str
    units: tuple[GivenUnit, ...]
    headings: dict[str, str]
    """kind of units -> its heading on the portal"""
    people: tuple[GivenPerson, ...] = ()
    forbidden: tuple[str, ...] = ()
    """words that nobody can submit"""
    watched: tuple[str, ...] = ()
    """words that the watch reports"""
    answer_days: int = 15
    """working days in which a letter has to be answered; weekends and holidays are none"""
    days_off: frozenset[date] = frozenset()
    """holidays, of the county's calendar"""
    days_worked: frozenset[date] = frozenset()
    """weekend days that are worked instead"""
    names: dict[str, str] = field(default_factory=dict)
    """unit's code -> DNS name of its own"""
    gateway: GivenGateway | None = None
    """None: nobody is told by text message"""
    sign_on: GivenSignOn | None = None
    """the county's sign-on; None: passwords of our own alone"""
    administrator: str = ""
    """first password of the administrator"""
    watch_token: str = ""
    """what the county's monitoring shows to read the watch's findings; empty: nobody reads them"""
    outside: bool = False
    """whether the watch also asks for addresses outside the portal"""


def read(path: Path) -> Given:
    """Return the county's file. Raises GivenError."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GivenError(f"{path}: {error}") from error
    problems: list[str] = []
    units = tuple(_unit(row, place, problems) for place, row in enumerate(raw.get("units", ())))
    codes = [unit.code for unit in units]
    problems += [f"units: {code} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
    problems += [
        f"{name}: missing" for name in ("county", "county_en", "host", "data", "static", "secret") if not raw.get(name)
    ]
    people = tuple(_person(row, place, {*codes, "portal"}, problems) for place, row in enumerate(raw.get("people", ())))
    names = _names(raw, set(codes), problems)
    off, worked = _days(raw, "days_off", problems), _days(raw, "days_worked", problems)
    gateway = _gateway(raw.get("gateway"), problems)
    if not units:
        problems.append("units: none is given")
    sign_on = _sign_on(raw.get("sign_on"), problems)
    if len(str(raw.get("secret", ""))) < 32:
        problems.append("secret: needs 32 characters or more")
    if problems:
        raise GivenError(f"{path}: " + "; ".join(problems))
    return replace(
        _given(raw, units, people), sign_on=sign_on, names=names, gateway=gateway, days_off=off, days_worked=worked
    )


def _names(raw: dict[str, Any], codes: set[str], problems: list[str]) -> dict[str, str]:
    found = {str(code): str(name) for code, name in (raw.get("names") or {}).items()}
    problems += [f"names: {code} is no unit" for code in found if code not in codes]
    taken = [raw.get("host"), *found.values()]
    problems += [f"names: {name} stands twice" for name in sorted({n for n in found.values() if taken.count(n) > 1})]
    return found


def _days(raw: dict[str, Any], name: str, problems: list[str]) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(day) for day in raw.get(name, ()))
    except (TypeError, ValueError) as error:
        problems.append(f"{name}: {error}")
        return frozenset()


def _gateway(row: dict[str, Any] | None, problems: list[str]) -> GivenGateway | None:
    if not row:
        return None
    problems += [f"gateway.{name}: missing" for name in ("url", "key") if not row.get(name)]
    if not str(row.get("url", "")).startswith("https://"):
        problems.append(f"gateway.url: {row.get('url')!r} is no https address")
    return GivenGateway(**{name: str(row.get(name) or "") for name in GivenGateway.__dataclass_fields__})


def _given(raw: dict[str, Any], units: tuple[GivenUnit, ...], people: tuple[GivenPerson, ...]) -> Given:
    plain = {name: raw[name] for name in PLAIN if name in raw}
    return Given(
        county=raw["county"],
        county_en=raw["county_en"],
        host=raw["host"],
        data=Path(raw["data"]),
        static=Path(raw["static"]),
        secret=raw["secret"],
        units=units,
        people=people,
        headings=dict(raw.get("headings", {})),
        forbidden=tuple(raw.get("forbidden", ())),
        watched=tuple(raw.get("watched", ())),
        **plain,
    )


def _unit(row: dict[str, Any], place: int, problems: list[str]) -> GivenUnit:
    known = GivenUnit.__dataclass_fields__
    problems += [f"units[{place}].{name}: unknown" for name in row if name not in known]
    code = str(row.get("code", ""))
    if not code.isascii() or not code.replace("-", "").isalnum():
        problems.append(f"units[{place}].code: {code!r} is no word of letters, digits and hyphens")
    if not row.get("name"):
        problems.append(f"units[{place}].name: missing")
    if row.get("kind") not in KINDS:
        problems.append(f"units[{place}].kind: {row.get('kind')!r} is none of {', '.join(KINDS)}")
    return GivenUnit(**{"code": "", "name": "", "kind": "", **{k: v for k, v in row.items() if k in known}})


def _person(row: dict[str, Any], place: int, codes: set[str], problems: list[str]) -> GivenPerson:
    names = tuple(GivenPerson.__dataclass_fields__)
    problems += [f"people[{place}].{name}: missing" for name in names if name != "telephone" and not row.get(name)]
    if row.get("unit") not in codes:
        problems.append(f"people[{place}].unit: {row.get('unit')!r} is no unit")
    if row.get("part") not in PARTS:
        problems.append(f"people[{place}].part: {row.get('part')!r} is none of {', '.join(PARTS)}")
    return GivenPerson(**{name: str(row.get(name, "")) for name in names})


def _sign_on(row: dict[str, Any] | None, problems: list[str]) -> GivenSignOn | None:
    if not row:
        return None
    names = tuple(GivenSignOn.__dataclass_fields__)
    problems += [f"sign_on.{name}: missing" for name in names if not row.get(name)]
    if not str(row.get("issuer", "")).startswith("https://"):
        problems.append(f"sign_on.issuer: {row.get('issuer')!r} is no https address")
    return GivenSignOn(**{name: str(row.get(name, "")) for name in names})


def given() -> Given:
    """Return the file that COUNTY_SITES names. Raises GivenError, also when the variable is not set."""
    name = os.environ.get("COUNTY_SITES", "")
    if not name:
        raise GivenError("COUNTY_SITES names no file")
    return read(Path(name))
