"""The InfluxDB server: one write call, one query call, and what its answers mean.

Written through influxdb-client in SYNCHRONOUS mode: its batching mode, used after a fork, loses every row silently. The
client is made in the process that uses it. The token goes into a header, never into a URL, a log or an argument.
Proxies of the environment are not used.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from pydantic import SecretStr

from countynet.errors import CountyError
from countynet.i18n import _

if TYPE_CHECKING:
    from influxdb_client.client.influxdb_client import InfluxDBClient
    from urllib3 import PoolManager

WRITE_SECONDS = 5.0
QUERY_SECONDS = 60.0
_GONE = frozenset((404, 429))
_WORD = 300


class StoreUnreachable(CountyError, OSError):
    """The server of the samples does not answer, or not as it should."""


class Address(NamedTuple):
    """Where samples are kept. A bucket `db/rp` is a database and retention policy of InfluxDB 1."""

    url: str
    org: str
    bucket: str
    averages: str
    """the bucket of averages; may be the same"""


class Refused(Exception):
    """The server will never take these lines (400, 413, 422): trying again is of no use."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(f"{status}: {words}")


class Away(Exception):
    """The server cannot take lines now: it is down, busy, or refuses our token or bucket. Trying again may help."""

    def __init__(self, words: str, wait: float = 0.0, status: int = 0) -> None:
        self.words, self.wait, self.status = words, wait, status
        """`wait`: for how long it asked to be left alone, in seconds; `status`: what it answered, 0 when it did not"""
        super().__init__(words)


class Series(NamedTuple):
    """One series of an answer."""

    tags: Mapping[str, str]
    columns: tuple[str, ...]
    rows: list[list[Any]]


class Server:
    """A connection, made anew in every process."""

    def __init__(self, address: Address, token: SecretStr) -> None:
        self.address, self._token = address, token
        self._process = 0
        self._client: InfluxDBClient | None = None
        self._pool: PoolManager | None = None

    def write(self, bucket: str, lines: str) -> None:
        """Have lines with stamps in seconds kept. Raises Refused or Away."""
        from influxdb_client.client.write_api import SYNCHRONOUS
        from influxdb_client.domain.write_precision import WritePrecision
        from influxdb_client.rest import ApiException
        from urllib3.exceptions import HTTPError

        client, _pool = self._connected()
        try:
            api = client.write_api(write_options=SYNCHRONOUS)
            precision: Any = WritePrecision.S  # a str, whatever its annotation says
            api.write(bucket, self.address.org, lines.encode(), precision)
        except ApiException as error:
            raise _meaning(error.status or 0, error.body or error.reason, error.headers) from error
        except (HTTPError, OSError) as error:
            raise Away(type(error).__name__) from error

    def query(self, statement: str, bucket: str, unit: str = "s") -> Iterator[Series]:
        """Yield the series of an InfluxQL answer as they come, stamps in seconds (or "u"). Raises StoreUnreachable."""
        from urllib3.exceptions import HTTPError

        _client, pool = self._connected()
        database, _slash, policy = bucket.partition("/")
        asked = {"db": database, "epoch": unit, "chunked": "true", "chunk_size": "10000", "q": statement}
        headers = {
            "Authorization": f"Token {self._token.get_secret_value()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({**asked, "rp": policy} if policy else asked)
        try:
            answer = pool.request(
                "POST", f"{self.address.url}/query", body=body, headers=headers, preload_content=False, retries=False
            )
            try:
                yield from _series(answer.status, answer)
            finally:
                answer.release_conn()
        except (HTTPError, OSError, ValueError) as error:
            raise _unreachable(self.address.url, type(error).__name__) from error

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None and self._process == os.getpid():
            self._client.close()  # type: ignore[no-untyped-call]
        if self._pool is not None:
            self._pool.clear()
        self._client = self._pool = None

    def _connected(self) -> "tuple[InfluxDBClient, PoolManager]":
        if self._client is None or self._pool is None or self._process != os.getpid():
            from influxdb_client.client.influxdb_client import InfluxDBClient
            from urllib3 import PoolManager, Timeout

            self._process = os.getpid()
            milliseconds = int(WRITE_SECONDS * 1000)
            self._client = InfluxDBClient(
                self.address.url,
                self._token.get_secret_value(),
                org=self.address.org,
                timeout=milliseconds,
                enable_gzip=True,
            )
            self._pool = PoolManager(timeout=Timeout(connect=WRITE_SECONDS, read=QUERY_SECONDS))
        return self._client, self._pool


def _meaning(status: int, body: object, headers: Any) -> Refused | Away:
    words = f"{status}: {_words(body)}"
    if 400 <= status < 500 and status not in (401, 403, *_GONE):
        return Refused(status, _words(body))
    wait = str((headers or {}).get("Retry-After", ""))
    return Away(words, float(wait) if wait.isdigit() else 0.0, status)


def _words(body: object) -> str:
    """Return what a server said, in one line and not too long."""
    shown = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    try:
        said = json.loads(shown)
        shown = str(said.get("message") or said.get("error") or shown) if isinstance(said, dict) else shown
    except ValueError:
        pass
    return " ".join(shown.split())[:_WORD]


def _series(status: int, answer: Any) -> Iterator[Series]:
    """Read an answer: one JSON document a line, each with a chunk of series."""
    if status != 200:
        raise _refusal(status, _words(answer.read(4096)))
    for line in _lines(answer):
        document = json.loads(line)
        for result in document.get("results", ()):
            if result.get("error"):
                raise _refusal(status, result["error"])
            for one in result.get("series", ()):
                yield Series(one.get("tags", {}), tuple(one["columns"]), one.get("values", []))


def _lines(answer: Any) -> Iterator[bytes]:
    rest = b""
    for chunk in answer.stream(1 << 16):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest


def _refusal(status: int, words: str) -> CountyError:
    return StoreUnreachable(
        _("the server of the samples refused a query: {status} {words}"), status=status, words=words
    )


def _unreachable(url: str, words: str) -> CountyError:
    return StoreUnreachable(_("the server of the samples at {url} does not answer: {words}"), url=url, words=words)
