"""Records what a real NetBox answers, trimmed, and answers it again: the seam is requests' adapter, below pynetbox.

Everything above (pynetbox, our server, push, stock) runs as it does against a NetBox. A request that was not recorded,
or with another body, fails the test by name. Tokens are in headers, which are never recorded.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from inventory.netbox.mapping import Things
from inventory.netbox.server import PynetboxServer, make_session
from inventory.netbox.thing import Ref, Thing

HERE = Path(__file__).parent / "recorded"
URL = "http://netbox.test"
NOISE = (
    *("url", "display_url", "created", "last_updated", "children", "owner", "comments", "config_context"),
    *(
        "link_peers",
        "link_peers_type",
        "connected_endpoints",
        "connected_endpoints_type",
        "mac_addresses",
        "primary_ip",
    ),
    *(
        "connected_endpoints_reachable",
        "cable_end",
        "primary_mac_address",
        "termination_a",
        "termination_z",
        "assignments",
    ),
)


def trimmed(value: Any) -> Any:
    """Return an answer without what nobody reads: addresses, times, counters, what is empty."""
    if isinstance(value, list):
        return [trimmed(part) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {k: trimmed(v) for k, v in value.items() if k not in NOISE and not k.startswith("_")}
    kept |= {"tags": [{"slug": tag["slug"]} for tag in value["tags"]]} if value.get("tags") else {}
    if "id" in kept:
        kept = {k: v for k, v in kept.items() if v not in (None, "", [], {}) and not k.endswith("_count")}
    return kept


def key_of(request: requests.PreparedRequest) -> str:
    """Return what is asked, whoever is asked: method, path, sorted query and body."""
    parts = urlsplit(str(request.url))
    body = request.body.decode() if isinstance(request.body, bytes) else request.body or "null"
    asked = [request.method, parts.path, sorted(parse_qsl(parts.query)), json.loads(str(body))]
    return json.dumps(asked, ensure_ascii=False, sort_keys=True)


class Recorder(HTTPAdapter):
    """Sends on, and keeps what is asked and answered."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[dict[str, Any]] = []
        self.lock = Lock()

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request and record it."""
        answer = super().send(request, *args, **kwargs)
        said = trimmed(answer.json()) if answer.content else None
        with self.lock:
            self.exchanges.append({"asked": json.loads(key_of(request)), "status": answer.status_code, "said": said})
        return answer

    def save(self, name: str) -> None:
        """Write what was recorded, one exchange a line."""
        lines = ",\n".join(json.dumps(e, ensure_ascii=False, sort_keys=True) for e in self.exchanges)
        (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n", "utf-8")


class Replay(BaseAdapter):
    """Answers as recorded; each exchange once, those of the same question in their order."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.lock = Lock()
        self.left: dict[str, list[tuple[int, Any]]] = {}
        for exchange in json.loads((HERE / f"{name}.json").read_text("utf-8")):
            asked = json.dumps(exchange["asked"], ensure_ascii=False, sort_keys=True)
            self.left.setdefault(asked, []).append((exchange["status"], exchange["said"]))

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Answer a request as recorded."""
        with self.lock:
            answers = self.left.get(key_of(request))
            assert answers, f"not recorded: {key_of(request)[:600]}"
            status, said = answers.pop(0)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = status, str(request.url), request
        answer._content = b"" if said is None else json.dumps(said).encode()
        answer.headers["Content-Type"] = "application/json"
        return answer

    def close(self) -> None:
        """Say nothing more."""

    @property
    def unasked(self) -> list[str]:
        """What was recorded and not asked again."""
        return [asked for asked, answers in self.left.items() if answers]


def server(adapter: BaseAdapter, url: str = URL, token: str = "nbt_test.test") -> PynetboxServer:  # noqa: S107
    """Return a NetBox over an adapter."""
    session = make_session()
    session.mount("http://", adapter)
    return PynetboxServer(url, token, session)


def closure(things: Things, seeds: set[Ref]) -> dict[str, tuple[Thing, ...]]:
    """Return some things with all that they name."""
    from inventory.netbox.thing import refs

    index = {thing.ref: thing for part in things.values() for thing in part}
    found: set[Ref] = set()
    left = set(seeds)
    while left:
        ref = left.pop()
        found.add(ref)
        left |= {r for value in index[ref].fields.values() for r in refs(value)} - found
    return {kind: tuple(t for t in part if t.ref in found) for kind, part in things.items()}


def frozen(things: Things) -> str:
    """Return things as JSON, one a line."""

    def plain(value: Any) -> Any:
        if isinstance(value, Ref):
            return {"ref": [value.kind, value.key]}
        if isinstance(value, tuple):
            return [plain(part) for part in value]
        return {k: plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value

    rows = [[t.kind, t.key, {f: plain(v) for f, v in t.fields.items()}] for part in things.values() for t in part]
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def thawed(name: str = "things") -> dict[str, tuple[Thing, ...]]:
    """Return the things that the recordings are of."""
    from inventory.netbox.kinds import KINDS

    def back(value: Any) -> Any:
        if isinstance(value, list):
            return tuple(back(part) for part in value)
        if isinstance(value, dict):
            return Ref(*value["ref"]) if list(value) == ["ref"] else {k: back(v) for k, v in value.items()}
        return value

    found: dict[str, list[Thing]] = {kind: [] for kind in KINDS}
    for kind, key, fields in json.loads((HERE / f"{name}.json").read_text("utf-8")):
        found[kind].append(Thing(kind, key, {f: back(v) for f, v in fields.items()}))
    return {kind: tuple(part) for kind, part in found.items()}
