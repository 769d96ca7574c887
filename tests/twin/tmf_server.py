"""A platform of trouble tickets on the loopback, written from TM Forum's published TMF621 (v4.0.0 and v5.0.1).

It holds what it is sent against the schema and answers as the specification says: 201, 200, 400, 401, 404; it numbers
tickets and notes itself, keeps their times by its own clock, filters, sorts and pages as TMF630 says, or does not when
told so. What goes wrong in life is told to it beforehand, one thing for each request that comes.
"""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

STATUSES = {"acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"}
TEXTS = {"name", "description", "severity", "ticketType", "priority", "statusChangeReason", "externalId", "status"}
NEEDED = ("description", "severity", "ticketType")
NEEDED_V4 = {"relatedParty": {"id", "@referredType"}, "relatedEntity": {"id", "role", "@referredType"}}
INNER_V5 = {"relatedParty": "partyOrPartyRole", "relatedEntity": "entity"}


@dataclass
class Platform:
    """The platform: its tickets in the order of their creation, what came in, and what shall go wrong."""

    version: str = "v4"
    port: int = 0
    scheme: str = "http"
    token: str = "tmf-geheim"
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """for each request that comes: ok, 500, 429, html, drop (done, then hung up), twice, before (hung up, undone)"""
    filters: bool = True
    sorts: bool = True
    strict: bool = False
    """filters and orders that it does not know are an error"""
    closed_for_good: bool = False
    """a closed ticket takes no other status"""
    renumbers: bool = True
    hold: threading.Event | None = None
    """set: answers to changes wait for it, after they were done"""
    entered: threading.Event = field(default_factory=threading.Event)
    now: datetime = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/tmf-api/troubleTicket/{self.version}"

    def tick(self) -> str:
        self.now += timedelta(seconds=1)
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add a ticket; somebody at the platform does it, or a POST."""
        at, number = self.tick(), f"TT-{len(self.tickets) + 1}"
        found = {
            "status": "acknowledged",
            "note": [],
            **body,
            "id": number,
            "href": f"{self.url}/troubleTicket/{number}",
        }
        found |= {"creationDate": at, "lastUpdate": at, "statusChangeDate": at}
        found["note"] = [self._note(note, index) for index, note in enumerate(found["note"])]
        self.tickets[number] = found
        return found

    def change(self, number: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a ticket as a merge patch does: a list is replaced as a whole."""
        found, at = self.tickets[number], self.tick()
        if "status" in body and body["status"] != found["status"]:
            found.setdefault("statusChange", []).append({"status": body["status"], "changeDate": at})
        found |= body
        found["note"] = [self._note(note, index) for index, note in enumerate(found["note"])]
        found["lastUpdate"] = at
        return found

    def say(self, number: str, text: str, author: str = "省平台") -> None:
        """Somebody at the platform writes a note."""
        self.change(number, {"note": [*self.tickets[number]["note"], {"text": text, "author": author}]})

    def notes(self, number: str) -> list[str]:
        return [note["text"] for note in self.tickets[number]["note"]]

    def externals(self) -> list[str]:
        """The external identifiers of all tickets that have one."""
        return [name for ticket in self.tickets.values() for name in externals(ticket)]

    def _note(self, note: dict[str, Any], index: int) -> dict[str, Any]:
        if str(note.get("id", "")).startswith("N-") or not (self.renumbers or "id" not in note):
            return note
        return {**note, "id": f"N-{index}-{abs(hash(note['text'])) % 10**8}"}


def externals(ticket: dict[str, Any]) -> list[str]:
    found = [ticket["externalId"]] if "externalId" in ticket else []
    return found + [one["id"] for one in ticket.get("externalIdentifier", [])]


def judge(version: str, body: Any, new: bool) -> Iterator[str]:
    """Yield what is wrong with a body, by the published schema."""
    if not isinstance(body, dict):
        yield "no object"
        return
    yield from (f"{name} is required" for name in NEEDED if new and name not in body)
    if version == "v5" and body.get("@type") != "TroubleTicket":
        yield "@type is required"
    yield from (f"{name} is no text" for name in TEXTS & set(body) if not isinstance(body[name], str))
    if "status" in body and body["status"] not in STATUSES:
        yield f"status {body['status']}"
    for name in {"id", "href", "creationDate", "lastUpdate", "statusChangeDate"} & set(body):
        yield f"{name} is set by the server"
    for name in ("note", "relatedParty", "relatedEntity", "externalIdentifier", "attachment"):
        if not isinstance(body.get(name, []), list) or not all(isinstance(one, dict) for one in body.get(name, [])):
            yield f"{name} is no list of objects"
            return
    for one in body.get("attachment", []):
        texts = ("@type", "name", "mimeType", "attachmentType", "url")
        yield from (f"an attachment without {name}" for name in texts if not isinstance(one.get(name), str))
    yield from ("a note without text" for note in body.get("note", []) if not isinstance(note.get("text"), str))
    yield from _related(version, body)


def _related(version: str, body: dict[str, Any]) -> Iterator[str]:
    other = "externalIdentifier" if version == "v4" else "externalId"
    if other in body:
        yield f"{other} is not of {version}"
    for name, needed in NEEDED_V4.items():
        for one in body.get(name, []):
            if version == "v4":
                yield from (f"{name} without {field}" for field in sorted(needed - set(one)))
            elif not {"@type", "role"} <= set(one) or not {"id", "@type"} <= set(one.get(INNER_V5[name], {})):
                yield f"{name} is none of v5"


class _Handler(BaseHTTPRequestHandler):
    platform: Platform

    def log_message(self, *_args: object) -> None:
        return

    def do_GET(self) -> None:
        self.handle_one("GET")

    def do_POST(self) -> None:
        self.handle_one("POST")

    def do_PATCH(self) -> None:
        self.handle_one("PATCH")

    def handle_one(self, method: str) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        platform = self.platform
        with platform.lock:
            platform.asked.append((method, self.path))
            wrong = platform.wrong.pop(0) if platform.wrong else "ok"
            if wrong in ("500", "429"):
                return self.answer(int(wrong), {"code": wrong, "reason": "not now"})
            if wrong == "html":
                return self.answer(200, "<html>login</html>")
            if wrong == "before":
                return self.hang_up()
            answer = self.act(method, sent)
            if wrong == "twice":
                answer = self.act(method, sent)
        if method != "GET" and platform.hold is not None:
            platform.entered.set()
            platform.hold.wait(60)
        if wrong == "drop":
            return self.hang_up()
        return self.answer(*answer)

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def act(self, method: str, sent: bytes) -> tuple[int, Any]:
        platform, parts = self.platform, urlsplit(self.path)
        if self.headers.get("Authorization") != f"Bearer {platform.token}":
            said = self.headers.get("Authorization", "")
            return 401, {"code": "41", "reason": f"unauthorised: {said}"}
        rest = parts.path.removeprefix(f"/tmf-api/troubleTicket/{platform.version}/troubleTicket")
        if rest == parts.path:
            return 404, {"code": "60", "reason": "no such resource"}
        number = unquote(rest.strip("/"))
        if method == "GET" and not number:
            return self.list_(dict(parse_qsl(parts.query)))
        if number and number not in platform.tickets:
            return 404, {"code": "60", "reason": "no such ticket"}
        if method == "GET":
            return 200, platform.tickets[number]
        return self.write(method, number, json.loads(sent))

    def write(self, method: str, number: str, body: Any) -> tuple[int, Any]:
        platform, kind = self.platform, self.headers.get("Content-Type", "")
        wanted = "application/merge-patch+json" if method == "PATCH" else "application/json"
        problems = [*judge(platform.version, body, method == "POST"), *([f"content {kind}"] if kind != wanted else [])]
        platform.problems += problems
        if problems:
            return 400, {"code": "20", "reason": "; ".join(problems)}
        if method == "POST":
            return 201, platform.create(body)
        if platform.closed_for_good and platform.tickets[number]["status"] == "closed" and "status" in body:
            return 409, {"code": "90", "reason": "the ticket is closed"}
        return 200, platform.change(number, body)

    def list_(self, asked: dict[str, str]) -> tuple[int, Any]:
        platform, found = self.platform, list(self.platform.tickets.values())
        limit, offset = int(asked.pop("limit", 20)), int(asked.pop("offset", 0))
        if platform.strict and asked:
            return 400, {"code": "20", "reason": f"what is {sorted(asked)}?"}
        if platform.filters:
            since = asked.get("lastUpdate.gte", "")
            name = asked.get("externalId") or asked.get("externalIdentifier.id")
            found = [t for t in found if t["lastUpdate"] >= since and (name is None or name in externals(t))]
        found.sort(key=lambda t: t["lastUpdate"], reverse=not (platform.sorts and asked.get("sort") == "lastUpdate"))
        return 200, found[offset : offset + limit]

    def answer(self, status: int, body: Any) -> None:
        text = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_args: Any) -> None:
        """A client that is killed hangs up."""


@contextmanager
def running(version: str = "v4", tls: tuple[Path, Path] | None = None) -> Iterator[Platform]:
    """Run a platform."""
    platform = Platform(version=version, scheme="https" if tls else "http")
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"platform": platform}))
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    platform.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        if platform.hold is not None:
            platform.hold.set()
        server.shutdown()
        server.server_close()
        thread.join(60)
