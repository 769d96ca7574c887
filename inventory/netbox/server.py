"""A NetBox to talk to: the seam (`Server`), and the real one over pynetbox's requests.

pynetbox brings the address, both kinds of token and the paging; its records are left alone, because each fetches what
it lacks one by one, and its session is ours: it never waits for ever, repeats only reading, and follows no redirect (a
redirected POST arrives as a GET, and the token would go to whoever is named). NetBox makes all objects of a list or
none, and names the bad ones; `Answer` holds that.
"""

import json
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from countynet.errors import BadInput, CountyError, NotAllowed, Problem
from countynet.i18n import _
from inventory.netbox.thing import Record

OLDEST = (4, 7)
"""the first NetBox whose objects we know; services have been given as port mappings since then"""
SECONDS = 300
"""how long one request may take: a list of 100 cables takes NetBox several seconds"""
REACH = 10
"""how many seconds reaching it may take"""
PAGE = 500


@dataclass(frozen=True)
class Answer:
    """What came of a list of objects: all of them, or which were refused and why; then none was done."""

    records: tuple[Record, ...] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    """place in the list -> NetBox's words"""
    words: str = ""
    """NetBox's words when it did not say which; then nothing was done"""
    final: bool = False
    """the words hold for each of the objects, so that trying them one by one is useless"""

    @property
    def good(self) -> bool:
        """Whether all was done."""
        return not self.refused and not self.words


class Server(Protocol):
    """Reads and writes lists of objects; every method raises CountyError when NetBox is not reached or refuses us."""

    def version(self) -> str:
        """Return NetBox's version, e.g. 4.7.3."""
        ...

    def read(self, path: str, params: Mapping[str, Any]) -> list[Record]:
        """Return every object of a path that fits the filters."""
        ...

    def create(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Make objects; the answer's records are in the same order."""
        ...

    def change(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Change objects; each body has its `id`."""
        ...

    def remove(self, path: str, ids: Sequence[int]) -> Answer:
        """Remove objects."""
        ...


def address(url: str) -> str:
    """Return a NetBox's address without `/api`. Raises BadInput for what is none, or holds a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        wanted = _("an address such as https://netbox.example.org")
        raise BadInput([Problem(_("this is no address of a NetBox"), found=url, wanted=wanted)])
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadInput([Problem(_("the address of a NetBox holds no password, `?` or `#`"), wanted=parts.hostname)])
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/api")


class PynetboxServer:
    """A running NetBox."""

    def __init__(self, url: str, token: str, session: Any = None) -> None:
        """`session` is a requests.Session; tests give one that replays."""
        import pynetbox  # type: ignore[import-untyped]

        self.url = address(url)
        self.api = pynetbox.api(self.url, token=token)
        self.api.http_session = session or make_session()

    def __repr__(self) -> str:
        return f"PynetboxServer({self.url})"

    def version(self) -> str:
        """Return NetBox's version. Raises CountyError for one that is too old."""
        status = self._call(lambda: self.api.status())
        version = str(status.get("netbox-version", "")) if isinstance(status, dict) else ""
        if not re.match(r"\d+\.\d+", version):
            raise CountyError(_("{url} answers, but not as a NetBox does"), url=self.url)
        if tuple(int(part) for part in version.split("-")[0].split(".")[:2]) < OLDEST:
            message = _("the NetBox at {url} is version {version}; we exchange with {oldest} and later")
            raise CountyError(message, url=self.url, version=version, oldest=".".join(map(str, OLDEST)))
        return version

    def read(self, path: str, params: Mapping[str, Any]) -> list[Record]:
        """Return every object of a path that fits the filters."""
        request = self._request(path, filters=dict(params), limit=PAGE)
        return list(self._call(lambda: list(request.get())))

    def create(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Make objects."""
        return self._write(bodies, lambda: self._request(path).post(list(bodies)))

    def change(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
        """Change objects."""
        return self._write(bodies, lambda: self._request(path).patch(list(bodies)))

    def remove(self, path: str, ids: Sequence[int]) -> Answer:
        """Remove objects."""
        bodies = [{"id": number} for number in ids]
        return self._write(bodies, lambda: self._request(path).delete(bodies))

    def _request(self, path: str, **more: Any) -> Any:
        from pynetbox.core.query import Request  # type: ignore[import-untyped]

        api = self.api
        return Request(base=f"{api.base_url}/{path}", token=api.token, http_session=api.http_session, **more)

    def _write(self, bodies: Sequence[Mapping[str, Any]], send: Any) -> Answer:
        from pynetbox.core.query import AllocationError, RequestError

        try:
            made = self._reached(send)
        except (RequestError, AllocationError) as error:
            return refusal(error.req.status_code, error.req.text, bodies)
        return Answer(tuple(made) if isinstance(made, list) else ())

    def _call(self, send: Any) -> Any:
        """Return what NetBox answers to reading. Raises CountyError."""
        from pynetbox.core.query import RequestError

        try:
            return self._reached(send)
        except RequestError as error:
            words = refusal(error.req.status_code, error.req.text, ()).words
            if error.req.status_code in (401, 403):
                raise NotAllowed(_("NetBox does not take the token: {words}"), words=words) from error
            raise CountyError(_("NetBox refuses: {words}"), words=words) from error

    def _reached(self, send: Any) -> Any:
        import requests
        from pynetbox.core.query import ContentError

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return send()
        except (ContentError, requests.exceptions.JSONDecodeError) as error:
            raise CountyError(_("{url} answers, but not as a NetBox does"), url=self.url) from error
        except (requests.exceptions.ConnectTimeout, requests.exceptions.RetryError) as error:
            raise CountyError(_("NetBox at {url} does not answer"), url=self.url) from error
        except requests.exceptions.Timeout as error:
            message = _("NetBox at {url} took longer than {seconds} s; run this again, what is done already is found")
            raise CountyError(message, url=self.url, seconds=SECONDS) from error
        except requests.exceptions.SSLError as error:
            message = _("the certificate of {url} is not trusted; name the authority's file in REQUESTS_CA_BUNDLE")
            raise CountyError(message, url=self.url) from error
        except requests.exceptions.ConnectionError as error:
            raise CountyError(_("NetBox at {url} does not answer"), url=self.url) from error


def make_session() -> Any:
    """Return a session that waits `SECONDS` at most, repeats only reading, and follows no redirect."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    class Session(requests.Session):
        def request(self, *args: Any, **kwargs: Any) -> Any:
            kwargs.setdefault("timeout", (REACH, SECONDS))
            kwargs["allow_redirects"] = False
            answer = super().request(*args, **kwargs)
            if answer.is_redirect:
                message = _("the NetBox is not there; use the address that it names: {url}")
                raise CountyError(message, url=answer.headers.get("location", ""))
            return answer

    session = Session()
    retry = Retry(
        total=3, connect=1, read=0, backoff_factor=0.5, status_forcelist=(502, 503, 504), allowed_methods=("GET",)
    )
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def refusal(status: int, text: str, bodies: Sequence[Mapping[str, Any]]) -> Answer:
    """Return what NetBox's refusal of a list says: which objects, or words for all."""
    try:
        said = json.loads(text)
    except ValueError:
        return Answer(words=f"HTTP {status} {text[:200]}".strip())
    if isinstance(said, list) and len(said) == len(bodies):  # as NetBox before 4.7 says it
        return Answer(refused={i: words(part) for i, part in enumerate(said) if part})
    refused = dict(_refused(said.get("errors") if isinstance(said, Mapping) else None, bodies))
    if refused:
        return Answer(refused=refused)
    return Answer(words=words(said), final=status in (401, 403))


def _refused(errors: Any, bodies: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, str]]:
    places = {body.get("id"): place for place, body in enumerate(bodies)}
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, Mapping):
            place = error.get("index", places.get(error.get("id")))
            if isinstance(place, int):
                yield place, words(error.get("errors"))


def words(said: Any) -> str:
    """Return NetBox's words as one line, each with the field that it is about."""
    if isinstance(said, Mapping):
        own = ("__all__", "non_field_errors", "detail")
        return "; ".join(words(part) if key in own else f"{key}: {words(part)}" for key, part in said.items())
    if isinstance(said, list):
        return " ".join(words(part) for part in said)
    return str(said)
