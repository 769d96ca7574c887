"""Asks a platform: lists, finds, creates and changes tickets over HTTP, and says which of three things happened.

Answered; away (not reached, too slow, or its own error: try again later); or refused (it understood and will not). A
certificate is checked, no redirect is followed, an answer is read to a length and in a time (notices.post).
The token goes in a header only, and is struck out of whatever a server says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from monitoring.bridge.model import Platform
from monitoring.bridge.ticket import Ticket, read
from monitoring.notices.formats import Request
from monitoring.notices.post import Answer, DoubtfulError, NotSentError, post

BYTES = 8 << 20
"""of an answer"""
PAGE, PAGES = 100, 50
"""tickets of a page, and pages that are read for one question"""
_NEVER = datetime.max.replace(tzinfo=UTC)
_LATER = frozenset({408, 425, 429})


class AwayError(Exception):
    """The platform cannot do it now; `reached` tells whether it answered at all."""

    def __init__(self, said: str, reached: bool = True) -> None:
        self.said, self.reached = said[:300], reached
        super().__init__(self.said)


class RefusedError(Exception):
    """The platform will not do it."""

    def __init__(self, status: int, said: str) -> None:
        self.status, self.said = status, said[:300]
        super().__init__(self.said)


@dataclass(frozen=True)
class Client:
    """One platform."""

    platform: Platform
    token: str = field(default="", repr=False)
    authorities: Path | None = None

    def one(self, ticket: str) -> Ticket | None:
        """Return a ticket, None when it is there no more. Raises AwayError, RefusedError."""
        try:
            return self._ticket(self._ask("GET", f"/{quote(ticket, safe='')}"))
        except RefusedError as error:
            if error.status in (404, 410):
                return None
            raise

    def page(self, asked: Mapping[str, str]) -> Sequence[Ticket]:
        """Return a page of tickets. Raises AwayError, RefusedError."""
        answer = self._ask("GET", f"?{urlencode(asked)}")
        found = self._json(answer)
        if not isinstance(found, list):
            raise AwayError("the answer is no list")
        return [ticket for raw in found if (ticket := read(raw)) is not None]

    def named(self, external: str) -> Sequence[Ticket]:
        """Return the tickets of an external identifier, the oldest first; a server that does not filter is read on."""
        name = "externalId" if self.platform.version == "v4" else "externalIdentifier.id"
        found = list[Ticket]()
        for number in range(PAGES):
            page = self.page({name: external, "limit": str(PAGE), "offset": str(number * PAGE)})
            found += [ticket for ticket in page if external in ticket.external]
            if len(page) < PAGE or found:
                break
        return sorted(found, key=lambda t: (t.updated or _NEVER, t.id))

    def create(self, body: Mapping[str, Any]) -> Ticket:
        """Create a ticket and return it. Raises AwayError (it may be there nevertheless), RefusedError."""
        return self._ticket(self._ask("POST", "", body))

    def change(self, ticket: str, body: Mapping[str, Any]) -> Ticket:
        """Change a ticket by a merge patch and return it. Raises AwayError, RefusedError."""
        return self._ticket(self._ask("PATCH", f"/{quote(ticket, safe='')}", body))

    def _ask(self, method: str, rest: str, body: Mapping[str, Any] | None = None) -> Answer:
        headers = [("Accept", "application/json")]
        if self.token:
            headers.append(("Authorization", f"Bearer {self.token}"))
        request = Request(
            self.platform.url.rstrip("/") + "/troubleTicket" + rest,
            b"" if body is None else json.dumps(body, ensure_ascii=False).encode(),
            "application/merge-patch+json" if method == "PATCH" else "application/json" if body is not None else "",
            method,
            tuple(headers),
        )
        try:
            answer = post(request, self.platform.seconds, BYTES, self.authorities)
        except NotSentError as error:
            raise AwayError(self._clean(str(error)), reached=False) from None
        except DoubtfulError as error:
            raise AwayError(self._clean(str(error))) from None
        if 200 <= answer.status < 300:
            return answer
        said = self._clean(f"HTTP {answer.status} {self._reason(answer)}")
        if answer.status >= 500 or answer.status in _LATER or answer.status < 400:
            raise AwayError(said)
        raise RefusedError(answer.status, said)

    def _reason(self, answer: Answer) -> str:
        """Return what an error of TMF says (schema Error: code, reason, message), else the beginning of the text."""
        try:
            found = json.loads(answer.text)
        except ValueError:
            found = None
        if isinstance(found, dict):
            return " ".join(str(found[name]) for name in ("code", "reason", "message") if found.get(name))
        return " ".join(answer.text.split())[:200]

    def _ticket(self, answer: Answer) -> Ticket:
        found = read(self._json(answer))
        if found is None:
            raise AwayError(f"HTTP {answer.status} without a ticket")
        return found

    def _json(self, answer: Answer) -> object:
        try:
            found: object = json.loads(answer.text)
        except ValueError:
            raise AwayError(f"HTTP {answer.status} without JSON") from None
        return found

    def _clean(self, said: str) -> str:
        return said.replace(self.token, "***") if self.token else said
