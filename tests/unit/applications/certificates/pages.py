"""The pages with a keeper that is asked without a socket, and how people use them: for tests."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from applications.certificates.keeper.client import Client
from applications.certificates.keeper.serve import answered
from applications.certificates.keeper.wire import line
from applications.certificates.keeper.work import Keeper
from applications.certificates.settings import WebSettings
from applications.certificates.web.app import create_app
from tests.unit.applications.certificates.test_seals import FONT
from tests.unit.applications.certificates.world import COUNTY, Time, keeper, keys
from tests.unit.compiled import Compiled

UNITS = ("清岚县财政局", "清岚县人民政府办公室")
PASSWORD, FIRST = "a password of one's own", "first password"
HOME = "https://auth.test"


COMPILED = Compiled()


class Spoken(Client):
    """A keeper asked without a socket; `away` plays one that does not run."""

    def __init__(self, held: Keeper) -> None:
        super().__init__(Path("nowhere"))
        self.held, self.away = held, False

    def _once(self, text: bytes) -> bytes:
        if self.away:
            raise ConnectionRefusedError
        return line(answered(self.held, text))


@dataclass
class World:
    """The pages with their keeper and clock."""

    app: Any
    keeper: Spoken
    time: Time

    def people(self) -> Any:
        return self.app.extensions["desk"].people

    def enter(self, login: str) -> FlaskClient:
        """Sign in for the first time, with a new password."""
        client: FlaskClient = self.app.test_client()
        post(client, "/sign-in", {"login": login, "password": FIRST})
        post(client, "/password", {"old": FIRST, "new": PASSWORD, "again": PASSWORD})
        return client


def post(client: FlaskClient, path: str, given: Mapping[str, Any]) -> TestResponse:
    page = client.get("/verify", base_url=HOME).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = {**given, "csrf_token": token[1]}
    return client.post(path, base_url=HOME, data=data, headers={"Referer": HOME + "/"})


def get(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    return client.get(path, base_url=HOME, **more)


def made(folder: Path) -> World:
    """Return the pages with five people who never signed in; what they keep lies in a folder."""
    time = Time(dt.datetime.now(dt.UTC))
    spoken = Spoken(keeper(keys(folder, time.at), time))
    (folder / "secret").write_bytes(b"x" * 32)
    units = [{"name": name, "name_en": name} for name in UNITS]
    files = (str(folder), "unused", "unused", str(folder / "secret"), FONT)
    app = create_app(
        WebSettings(COUNTY, "Qinglan", "auth.test", *files, units, str(folder / "clients.json")), spoken, time
    )
    app.jinja_env.bytecode_cache = COMPILED
    found = World(app, spoken, time)
    for login, name, role in (
        ("zhang", "张三", "person"),
        ("li", "李四", "officer"),
        ("wang", "王五", "officer"),
        ("zhao", "赵六", "admin"),
        ("qian", "钱七", "auditor"),
    ):
        found.people().add(login, name, UNITS[0], role, FIRST)
    return found


def request_of(world: World) -> str:
    rows = world.app.extensions["desk"].store.all("select id from request where state in ('waiting', 'approved')")
    return str(rows[-1]["id"])


def certified(world: World, person: FlaskClient) -> x509.Certificate:
    """Ask, approve, collect; return the certificate out of the file."""
    assert post(person, "/certificates", {"kind": "person", "why": "to sign in"}).status_code == 302
    number = request_of(world)
    assert post(world.enter("li"), f"/requests/{number}/approve", {}).status_code == 302
    got = post(person, f"/requests/{number}/collect", {"password": "for the file", "again": "for the file"})
    key, own, chain = pkcs12.load_key_and_certificates(got.data, b"for the file")
    assert own is not None
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert own.public_key() == key.public_key()
    assert len(chain) == 2
    return own


def door(client: FlaskClient, own: x509.Certificate, verified: str = "SUCCESS") -> TestResponse:
    text = quote(own.public_bytes(serialization.Encoding.PEM).decode())
    headers = {"X-Client-Verify": verified, "X-Client-Cert": text}
    return get(client, "/sign-in/certificate?next=/seal", headers=headers)
