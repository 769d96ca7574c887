"""Which applications know people by the county's sign-on, and what each of the two sides is told of the other. Pure.

A client's entry at the sign-on follows from the application's kind and description alone, so both sides come out right
whichever is deployed first. What a county writes by hand (`settings.clients`) goes before what would be made.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from countynet.canonical import JSON
from inventory.model import County, Host
from playbooks.applications.deployed import ISSUER, Deployed
from playbooks.applications.gate import HEADER, PLACE

ETC = "/etc/countynet"
ROOT_FILE = "root.pem"
"""the same file that comes with a certificate of the county's authority"""
DASHBOARD = "dashboard"
PREFIX = "client-"
"""of a client's secret in the vault, after `applications/<id of the sign-on>/`"""


def issuer(every: Iterable[Deployed]) -> Deployed | None:
    """Return the application that signs people on."""
    return next((one for one in every if one.deployment.kind == ISSUER), None)


def knowing(every: Iterable[Deployed]) -> tuple[Deployed, ...]:
    """Return the applications that know people by the sign-on."""
    return tuple(one for one in every if one.client)


def written(authority: Deployed) -> tuple[Mapping[str, Any], ...]:
    """Return the clients that the county writes by hand."""
    found = authority.deployment.settings.get("clients", [])
    return tuple(cast(list[Mapping[str, Any]], found)) if isinstance(found, list) else ()


def names(every: Iterable[Deployed], back: str) -> tuple[str, ...]:
    """Return every client's name, each once. `back`: where our own pages take people back, if they are set up so."""
    found = list(every)
    authority = issuer(found)
    if authority is None:
        return ()
    own = [str(row["id"]) for row in written(authority)]
    more = [one.client for one in knowing(found)] + ([DASHBOARD] if back else [])
    return tuple(dict.fromkeys([*own, *more]))


def clients(every: Iterable[Deployed], secrets: Mapping[str, str], back: str) -> list[JSON]:
    """Return what the sign-on is told of its clients; of a secret its digest. Those without a secret are left out."""
    found = list(every)
    authority = issuer(found)
    rows = [dict(row) for row in written(authority)] if authority else []
    rows += [_client(one) for one in knowing(found)]
    if back:
        start = "/".join(back.split("/")[:3]) + "/"
        title = {"title": "网络运行管理平台", "title_en": "Network operation platform"}
        rows.append({"id": DASHBOARD, **title, "start": start, "redirects": [back]})
    by_name = {str(row["id"]): row for row in reversed(rows)}
    return [_told(row, secrets[name]) for name, row in sorted(by_name.items()) if name in secrets]


def _client(one: Deployed) -> dict[str, Any]:
    kind = one.found.kind.people
    assert kind
    base = f"https://{one.deployment.dns}"
    return {
        "id": one.client,
        "title": one.application.name,
        "title_en": one.application.name_en,
        "start": f"{base}/",
        "redirects": [base + kind.back],
        "ended": base + kind.ended if kind.ended else "",
        "strong": bool(one.deployment.people and one.deployment.people.strong),
    }


def _told(row: Mapping[str, Any], secret: str) -> JSON:
    plain = {name: row[name] for name in ("id", "title", "title_en", "start", "redirects")}
    digest = hashlib.sha256(secret.encode()).hexdigest()
    strong = str(row.get("strong", False)).lower() in ("true", "1", "yes")
    return {**plain, "ended": row.get("ended", ""), "strong": strong, "secret_sha256": digest}


def of_application(one: Deployed, authority: Deployed | None, secrets: Mapping[str, str]) -> dict[str, JSON]:
    """Return what an application is told of the sign-on; empty where it does not know people by it."""
    if authority is None or not one.client or authority.id == one.id:
        return {}
    return {
        "issuer": f"https://{authority.deployment.dns}",
        "client": one.client,
        "secret": secrets.get(one.client, ""),
        "authority": f"{ETC}/{one.id}/{ROOT_FILE}",
        "back": f"https://{one.deployment.dns}{one.found.kind.people.back if one.found.kind.people else ''}",
    }


def of_gate(county: County, one: Deployed) -> dict[str, JSON]:
    """Return what a gate is told of whom it lets through; empty where there is none."""
    people, kind = one.deployment.people, one.found.kind
    if people is None:
        return {}
    health = kind.health.model_dump() if kind.health else {"path": "/", "status": 200, "contains": ""}
    return {
        "place": PLACE,
        "header": HEADER,
        "user": f"cn-{one.id}-gate",
        "units": [county.unit_by_id[unit].name for unit in people.units],
        "roles": list[JSON](people.roles),
        "logins": list[JSON](people.logins),
        "strangers": bool(kind.people and kind.people.strangers),
        "health": cast(JSON, health),
    }


def of_authority(authority: Deployed, every: Iterable[Deployed], told: list[JSON]) -> dict[str, JSON]:
    """Return what the sign-on's host is told. `names`: whom it tells that somebody signed out, and where they are."""
    ended = (one for one in knowing(every) if one.found.kind.people and one.found.kind.people.ended)
    return {
        "names": [f"{one.hosts[0].address.ip} {one.deployment.dns}" for one in ended],
        "id": authority.id,
        "etc": f"{ETC}/{authority.id}",
        "keys_folder": f"{authority.data[0]}/keys",
        "user": f"cn-{authority.id}",
        "name": authority.deployment.dns,
        "address": str(authority.hosts[0].address.ip),
        "clients": told,
    }


def place(authority: Deployed) -> dict[str, JSON]:
    """Return where the sign-on is: known without asking its host."""
    return {"name": authority.deployment.dns, "address": str(authority.hosts[0].address.ip)}


def affected(one: Deployed, every: Iterable[Deployed]) -> Iterator[Deployed]:
    """Yield whom a deploy has to tell of the sign-on's root: the application itself, or all when it is the sign-on."""
    for other in knowing(every):
        if one.deployment.kind == ISSUER or other.id == one.id:
            yield other


def by_host(
    authority: Deployed | None,
    on: Sequence[Host],
    signing: Sequence[Deployed],
    left: Sequence[Deployed],
    told: list[JSON],
) -> dict[str, dict[str, JSON]]:
    """Return what hosts are told of the sign-on: its own (`on`) its clients, those of `signing` which of them is there.

    `left`: every application without one that is taken away; `sign_on_stays`: whether a host has anybody left for it.
    """
    found = {host.name: dict[str, JSON]() for each in signing for host in each.hosts}
    for each in signing:
        for host in each.hosts:
            apps = found[host.name].setdefault("sign_on_apps", [])
            assert isinstance(apps, list)
            apps.append(each.id)
            found[host.name]["sign_on_at"] = place(authority) if authority else {}
            found[host.name]["sign_on_stays"] = authority in left and any(host in o.hosts for o in knowing(left))
    for host in on:
        assert authority
        found.setdefault(host.name, {})["sign_on"] = of_authority(authority, left, told)
    return found
