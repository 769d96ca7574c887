"""A NetBox that answers badly: another server, an old version, a wrong token, a redirect, no answer, many pages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from countynet.errors import BadInput, CountyError, NotAllowed
from countynet.i18n import set_language, translate_error
from countynet.settings import Settings
from inventory.netbox import service
from inventory.netbox.server import address, refusal
from tests.unit.inventory.netbox.replay import server

Say = Callable[[requests.PreparedRequest], tuple[int, str, dict[str, str]]]


class Scripted(BaseAdapter):
    """Answers by a function."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self.say, self.asked = say, list[requests.PreparedRequest]()

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Answer."""
        self.asked.append(request)
        answer = requests.Response()
        answer.status_code, text, headers = self.say(request)
        answer._content, answer.url, answer.request = text.encode(), str(request.url), request
        answer.headers.update(headers)
        return answer

    def close(self) -> None:
        """Do nothing."""


def always(status: int, text: str, **headers: str) -> Scripted:
    return Scripted(lambda _request: (status, text, headers))


def words(error: CountyError) -> str:
    set_language("en")
    return translate_error(error)


@pytest.mark.parametrize("page", ["<html>router</html>", "{}", "[]", "", '{"netbox-version": null}'])
def test_another_servers_page_is_no_netbox(page: str) -> None:
    with pytest.raises(CountyError) as caught:
        server(always(200, page)).version()
    assert words(caught.value) == "http://netbox.test answers, but not as a NetBox does"


def test_a_page_instead_of_an_answer_to_a_change_is_no_netbox_either() -> None:
    with pytest.raises(CountyError):
        server(always(200, "<html>sign in</html>")).create("dcim/sites", [{"name": "x"}])


def test_an_older_netbox_is_refused_with_its_version() -> None:
    with pytest.raises(CountyError) as caught:
        server(always(200, '{"netbox-version": "4.2.9-Docker-3.2"}')).version()
    assert "4.2.9" in words(caught.value)


@pytest.mark.parametrize("version", ["4.7.0", "4.10.1", "5.0.0-beta1"])
def test_a_later_netbox_is_taken(version: str) -> None:
    assert server(always(200, json.dumps({"netbox-version": version}))).version() == version


def test_a_token_that_is_not_taken_is_said_in_netboxs_words_and_never_shown() -> None:
    adapter = always(403, '{"detail": "Invalid v2 token"}')
    with pytest.raises(NotAllowed) as caught:
        server(adapter, token="nbt_abc.secret").version()  # noqa: S106 - not a real one
    assert "Invalid v2 token" in words(caught.value)
    assert "secret" not in words(caught.value) + repr(server(adapter))
    assert adapter.asked[0].headers["authorization"] == "Bearer nbt_abc.secret"


def test_a_redirect_is_not_followed_so_that_no_post_becomes_a_get_and_no_token_leaves() -> None:
    adapter = always(301, "", location="https://elsewhere.test/api/")
    with pytest.raises(CountyError) as caught:
        server(adapter).create("dcim/sites", [{"name": "x"}])
    assert "https://elsewhere.test/api/" in words(caught.value)
    assert len(adapter.asked) == 1


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (requests.exceptions.ConnectionError(), "does not answer"),
        (requests.exceptions.ConnectTimeout(), "does not answer"),
        (requests.exceptions.ReadTimeout(), "run this again"),
        (requests.exceptions.SSLError(), "REQUESTS_CA_BUNDLE"),
    ],
)
def test_a_netbox_that_is_not_reached_is_one_sentence(raised: Exception, said: str) -> None:
    def fail(_request: requests.PreparedRequest) -> tuple[int, str, dict[str, str]]:
        raise raised

    with pytest.raises(CountyError) as caught:
        server(Scripted(fail)).version()
    assert said in words(caught.value)


def test_every_page_is_read() -> None:
    def say(request: requests.PreparedRequest) -> tuple[int, str, dict[str, str]]:
        second = "offset=2" in str(request.url)
        more = None if second else "http://netbox.test/api/dcim/sites/?limit=2&offset=2"
        found = [{"id": 3}] if second else [{"id": 1}, {"id": 2}]
        return 200, json.dumps({"count": 3, "next": more, "previous": None, "results": found}), {}

    assert [record["id"] for record in server(Scripted(say)).read("dcim/sites", {})] == [1, 2, 3]


def test_which_objects_are_refused_is_read_from_every_manner_of_saying_it() -> None:
    bodies = [{"id": 7}, {"id": 8}]
    new = {"detail": "1 of 2", "errors": [{"index": 1, "errors": {"name": ["blank."], "__all__": ["no."]}}]}
    assert refusal(400, json.dumps(new), bodies).refused == {1: "name: blank.; no."}
    by_id = {"detail": "1 of 2", "errors": [{"id": 7, "errors": {"id": ["is gone"]}}]}
    assert refusal(400, json.dumps(by_id), bodies).refused == {0: "id: is gone"}
    assert refusal(400, json.dumps([{}, {"name": ["blank."]}]), bodies).refused == {1: "name: blank."}
    assert refusal(500, "<h1>Server Error</h1>", bodies).words == "HTTP 500 <h1>Server Error</h1>"
    denied = refusal(403, '{"detail": "You do not have permission"}', bodies)
    assert (denied.words, denied.final) == ("You do not have permission", True)


@pytest.mark.parametrize(
    "url", ["netbox", "ftp://x", "https://", "https://user:pw@x/", "https://x/?a=1", "https://x/#b"]
)
def test_an_address_that_is_none_or_holds_a_password_is_bad_input(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        address(url)
    assert "pw" not in words(caught.value)


@pytest.mark.parametrize("url", ["https://x", "https://x/", "https://x/api", "https://x/api/"])
def test_an_address_is_taken_with_and_without_api(url: str) -> None:
    assert address(url) == "https://x"


def test_the_token_comes_from_the_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(county=tmp_path, language="en")
    file = tmp_path / "token"
    file.write_text(" nbt_a.b \n")
    assert service.token(settings, file) == "nbt_a.b"
    monkeypatch.setenv("COUNTYNET_NETBOX_TOKEN_FILE", str(file))
    assert service.token(settings) == "nbt_a.b"


@pytest.mark.parametrize("content", ["", "two words", b"\xff\xfe"])
def test_a_file_without_a_token_is_bad_input_that_shows_nothing_of_it(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInput) as caught:
        service.token(Settings(county=tmp_path, language="en"), file)
    assert "two" not in words(caught.value)


def test_without_file_and_vault_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNTYNET_NETBOX_TOKEN_FILE", raising=False)
    with pytest.raises(BadInput):
        service.token(Settings(county=tmp_path, language="en"))
