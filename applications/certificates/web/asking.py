"""Requests for certificates: asked by one, approved by another, issued once.

    waiting -> approved -> issued     a key that is made here is collected by whoever asked, with a password of theirs
    waiting -> refused                with a reason

A person asks for themselves; a seal or a server's certificate is asked for one's own unit. Renewal is a request that
names what it renews; it begins at most 60 days before the end. A seal's renewed certificate takes the seal over.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from applications.certificates.authority.names import Subject
from applications.certificates.authority.profiles import Kind
from applications.certificates.keeper.client import Client
from applications.certificates.keeper.wire import unpack
from applications.certificates.keeper.work import new_request
from applications.certificates.problems import Refused
from applications.certificates.web.people import Person, Role
from applications.certificates.web.store import Row, Store

RENEWABLE = dt.timedelta(days=60)
WAITING, APPROVED, REFUSED, ISSUED = "waiting", "approved", "refused", "issued"


@dataclass(frozen=True)
class Request:
    """One request."""

    id: str
    subject: Subject
    csr: str
    requester: str
    asked: str
    why: str
    state: str
    decided_by: str
    decided: str
    reason: str
    serial: str
    renews: str


class Asking:
    """The requests."""

    def __init__(self, store: Store, keeper: Client, now: Callable[[], dt.datetime]) -> None:
        self._store, self._keeper, self._now = store, keeper, now

    def ask(self, who: Person, kind: str, identifier: str, name: str, csr: str, why: str) -> str:
        """Make a request; return its number. `name` is a seal's; a person's is their own. Raises Refused."""
        subject = _subject(who, kind, identifier, name)
        subject.check()
        with self._store.together():
            if self._open(subject) is not None:
                raise Refused("A request for the same waits already.")
            return self._insert(subject, csr.strip(), who, why.strip()[:300], "")

    def renew(self, who: Person, serial: str, csr: str) -> str:
        """Ask for a new certificate in the place of one that ends soon; return the request's number."""
        old = self._keeper.ask("find", serial=serial)
        subject = Subject(Kind(old["kind"]), old["name"], old["organisation"], old["identifier"])
        if not self.is_own(who, old):
            raise Refused("This certificate is not yours.")
        if old["revoked"] is not None:
            raise Refused("A revoked certificate is not renewed; ask for a new one.")
        if dt.datetime.fromisoformat(old["until"]) - self._now() > RENEWABLE:
            raise Refused("A certificate is renewed at most {days} days before it ends.", days=RENEWABLE.days)
        with self._store.together():
            if self._open(subject) is not None:
                raise Refused("A request for the same waits already.")
            return self._insert(subject, csr.strip(), who, "", serial)

    def is_own(self, who: Person, entry: Mapping[str, Any]) -> bool:
        """Tell whether a certificate is somebody's own: their person's, or one of their unit that they asked for."""
        if entry["kind"] == Kind.PERSON.value:
            return bool(entry["identifier"] == who.login)
        request = self.find(entry["request"])
        return entry["organisation"] == who.unit and request is not None and request.requester == who.login

    def approve(self, who: Person, number: str) -> Request:
        """Agree to a request; issue it, unless its key is to be made when it is collected. Raises Refused."""
        request = self._decidable(who, number)
        self._decide(request, who, APPROVED, "")
        if request.csr or request.subject.kind is Kind.SEAL:
            self._issue(self._known(number), "")
        return self._known(number)

    def refuse(self, who: Person, number: str, reason: str) -> None:
        """Refuse a request with a reason."""
        request = self._decidable(who, number)
        if not reason.strip():
            raise Refused("Say why.")
        self._decide(request, who, REFUSED, reason.strip()[:300])
        self._keeper.ask("note", actor=who.login, action="request.refused", subject=number, details="{}")

    def collect(self, who: Person, number: str, password: str) -> bytes:
        """Return the key and certificate of one's approved request as PKCS #12; once, and no copy is kept."""
        request = self._known(number)
        if request.requester != who.login or request.state != APPROVED or request.csr:
            raise Refused("There is nothing to collect for you.")
        return self._issue(request, password)

    def again(self, who: Person, number: str) -> None:
        """Issue what was approved while the keeper did not answer."""
        request = self._known(number)
        if (
            who.role is not Role.OFFICER
            or request.state != APPROVED
            or not (request.csr or request.subject.kind is Kind.SEAL)
        ):
            raise Refused("There is nothing to issue.")
        words = request.subject
        made = self._keeper.ask("certificates", kind=words.kind.value, identifier=words.identifier)["certificates"]
        serial = next((row["serial"] for row in made if row["request"] == number), None)
        if serial is None:
            self._issue(request, "")
        else:
            self._issued(request, serial)

    def _issue(self, request: Request, password: str) -> bytes:
        words = request.subject
        made = self._keeper.ask(
            "issue",
            kind=words.kind.value,
            name=words.name,
            organisation=words.organisation,
            identifier=words.identifier,
            request=request.id,
            requester=request.requester,
            approver=request.decided_by,
            csr=request.csr,
            password=password,
        )
        self._issued(request, made["serial"])
        return unpack(made["bundle"])

    def _issued(self, request: Request, serial: str) -> None:
        with self._store.together():
            self._store.do("update request set state = ?, serial = ? where id = ?", ISSUED, serial, request.id)
            if request.subject.kind is Kind.SEAL:
                insert = "insert or ignore into seal_user values (?, ?)"
                self._store.do(insert, request.subject.identifier, request.requester)

    def find(self, number: str) -> Request | None:
        """Return a request."""
        row = self._store.one("select * from request where id = ?", number)
        return None if row is None else _request(row)

    def of(self, login: str) -> Sequence[Request]:
        """Return somebody's requests, the newest first."""
        return [
            _request(row)
            for row in self._store.all("select * from request where requester = ? order by asked desc", login)
        ]

    def in_state(self, state: str) -> Sequence[Request]:
        """Return the requests in a state, the oldest first."""
        return [_request(row) for row in self._store.all("select * from request where state = ? order by asked", state)]

    def seals_of(self, login: str) -> Sequence[Mapping[str, Any]]:
        """Return the good seals that somebody may use: of each the newest certificate."""
        codes = [
            row["code"] for row in self._store.all("select code from seal_user where login = ? order by code", login)
        ]
        found = [
            self._keeper.ask("certificates", kind=Kind.SEAL.value, identifier=code)["certificates"] for code in codes
        ]
        return [good[0] for rows in found if (good := [row for row in rows if self._is_good(row)])]

    def _is_good(self, row: Mapping[str, Any]) -> bool:
        return row["revoked"] is None and dt.datetime.fromisoformat(row["until"]) > self._now()

    def users_of(self, code: str) -> Sequence[str]:
        """Return the logins that may use a seal."""
        return [
            row["login"] for row in self._store.all("select login from seal_user where code = ? order by login", code)
        ]

    def let_use(self, who: Person, code: str, login: str, may: bool) -> None:
        """Let somebody use a seal, or no longer; an officer's decision, never for oneself."""
        if who.role is not Role.OFFICER or who.login == login:
            raise Refused("Nobody approves what they asked for themselves.")
        if may and self._store.one("select 1 from person where login = ?", login) is None:
            raise Refused("There is no account {words}.", words=login[:40])
        insert, delete = (
            "insert or ignore into seal_user values (?, ?)",
            "delete from seal_user where code = ? and login = ?",
        )
        self._store.do(insert if may else delete, code, login)
        action = "seal.user-added" if may else "seal.user-removed"
        self._keeper.ask("note", actor=who.login, action=action, subject=code, details=f'{{"login":"{login}"}}')

    def _open(self, subject: Subject) -> Row | None:
        query = "select 1 from request where kind = ? and identifier = ? and state in (?, ?)"
        return self._store.one(query, subject.kind.value, subject.identifier, WAITING, APPROVED)

    def _insert(self, subject: Subject, csr: str, who: Person, why: str, renews: str) -> str:
        if csr and subject.kind is Kind.SEAL:
            raise Refused("The key of a seal is made and kept by the keeper.")
        number, at = new_request(), self._now().isoformat()
        words = (subject.kind.value, subject.name, subject.organisation, subject.identifier, csr)
        insert = "insert into request values (?,?,?,?,?,?,?,?,?,?,null,null,null,null,?)"
        self._store.do(insert, number, *words, who.login, at, why, WAITING, renews)
        return number

    def _decidable(self, who: Person, number: str) -> Request:
        request = self._known(number)
        if who.role is not Role.OFFICER:
            raise Refused("Only an officer decides on requests.")
        if who.login in (request.requester, request.subject.identifier):
            raise Refused("Nobody approves what they asked for themselves.")
        if request.state != WAITING:
            raise Refused("This request is decided already.")
        return request

    def _decide(self, request: Request, who: Person, state: str, reason: str) -> None:
        update = "update request set state = ?, decided_by = ?, decided = ?, reason = ? where id = ? and state = ?"
        if not self._store.do(update, state, who.login, self._now().isoformat(), reason, request.id, WAITING):
            raise Refused("This request is decided already.")

    def _known(self, number: str) -> Request:
        found = self.find(number)
        if found is None:
            raise Refused("There is no such request.")
        return found


def _subject(who: Person, kind: str, identifier: str, name: str) -> Subject:
    if kind == Kind.PERSON.value:
        return Subject(Kind.PERSON, who.name, who.unit, who.login)
    if kind == Kind.SEAL.value:
        return Subject(Kind.SEAL, name.strip() or who.unit, who.unit, identifier.strip().upper())
    if kind == Kind.SERVER.value:
        return Subject(Kind.SERVER, identifier.strip().lower(), who.unit, identifier.strip().lower())
    raise Refused("There is no such kind of certificate: {words}", words=kind[:40])


def _request(row: Row) -> Request:
    subject = Subject(Kind(row["kind"]), row["name"], row["organisation"], row["identifier"])
    words = (row["csr"], row["requester"], row["asked"], row["why"], row["state"])
    decided = (
        row["decided_by"] or "",
        row["decided"] or "",
        row["reason"] or "",
        row["serial"] or "",
        row["renews"] or "",
    )
    return Request(row["id"], subject, *words, *decided)
