"""Asks for pages as a reader does: of our own web process over loopback, of other hosts when the county wants it."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 20.0
LARGEST = 4 * 2**20
"""bytes of a page that are read"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    seconds: float
    body: str


class Fetcher:
    """One per round: remembers what it asked, so that a link on a hundred pages is asked for once."""

    def __init__(self, host: str, port: int, outside: bool, names: Collection[str] = ()) -> None:
        self.host, self.port, self.outside = host, port, outside
        self.ours = {"", host, *names}
        self.known: dict[str, int] = {}

    def page(self, url: str) -> Answer:
        """Return a page of ours, by its path or under a name of its own; once more when there was no answer."""
        first = self._ask(url)
        return first if first.status else self._ask(url)

    def _ask(self, url: str) -> Answer:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        began = time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            link.request("GET", path, headers={"Host": parts.netloc or self.host, "X-Forwarded-Proto": "https"})
            answer = link.getresponse()
            body = answer.read(LARGEST).decode("utf-8", "replace")
            return Answer(answer.status, time.monotonic() - began, body)
        except (OSError, http.client.HTTPException):
            return Answer(0, time.monotonic() - began, "")
        finally:
            link.close()

    def link(self, url: str) -> int | None:
        """Return the status behind a link, 0 for none; None for what is not asked."""
        parts = urlsplit(url)
        if url not in self.known:
            if parts.netloc in self.ours:
                self.known[url] = self._ask(url).status
            elif self.outside and parts.scheme in {"http", "https"}:
                self.known[url] = _outside(url)
        return self.known.get(url)


def _outside(url: str) -> int:
    asked = urllib.request.Request(url, headers={"User-Agent": "countynet-sitewatch"})  # noqa: S310 - http(s) only
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - http(s) only
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException, ValueError):
        return 0
