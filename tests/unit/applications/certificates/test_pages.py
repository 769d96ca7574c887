"""The pages: who may do what, from the first sign-in to a sealed file, in both languages."""

import ast
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

import applications.certificates
from applications.certificates.keeper.client import Client, KeeperAway
from applications.certificates.keeper.serve import answered
from applications.certificates.keeper.wire import line
from applications.certificates.keeper.work import Keeper
from applications.certificates.settings import WebSettings
from applications.certificates.web import shown
from applications.certificates.web.app import create_app
from applications.certificates.web.throttle import MOST, WITHIN, Failures
from applications.certificates.web.words import chinese
from tests.unit.applications.certificates.test_seals import FONT, letter
from tests.unit.applications.certificates.world import CODE, COUNTY, Time, keeper, keys

UNITS = ("清岚县财政局", "清岚县人民政府办公室")
PASSWORD, FIRST = "a password of one's own", "first password"
HOME = "https://auth.test"


class Compiled(BytecodeCache):
    """Templates compiled once for all tests."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


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


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    from argon2 import PasswordHasher

    from applications.certificates.web import people

    monkeypatch.setattr(people, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    time = Time(dt.datetime.now(dt.UTC))
    spoken = Spoken(keeper(keys(tmp_path, time.at), time))
    (tmp_path / "secret").write_bytes(b"x" * 32)
    units = [{"name": name, "name_en": name} for name in UNITS]
    files = (str(tmp_path), "unused", "unused", str(tmp_path / "secret"), FONT)
    app = create_app(
        WebSettings(COUNTY, "Qinglan", "auth.test", *files, units, str(tmp_path / "clients.json")), spoken, time
    )
    app.jinja_env.bytecode_cache = COMPILED
    made = World(app, spoken, time)
    for login, name, role in (
        ("zhang", "张三", "person"),
        ("li", "李四", "officer"),
        ("wang", "王五", "officer"),
        ("zhao", "赵六", "admin"),
        ("qian", "钱七", "auditor"),
    ):
        made.people().add(login, name, UNITS[0], role, FIRST)
    return made


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


def test_a_first_password_is_changed_before_anything_else(world: World) -> None:
    client = world.app.test_client()
    assert post(client, "/sign-in", {"login": "zhang", "password": "wrong"}).status_code == 401
    assert post(client, "/sign-in", {"login": "zhang", "password": FIRST}).location == "/password"
    assert get(client, "/certificates").location == "/password?next=/certificates?"
    assert 'value="/certificates?"' in get(client, "/password?next=/certificates?").text
    assert 'value="/"' in get(client, "/password?next=https://elsewhere.example/").text
    assert post(client, "/password", {"old": FIRST, "new": "short", "again": "short"}).status_code == 400
    chosen = {"old": FIRST, "new": PASSWORD, "again": PASSWORD, "next": "/seal?a=1"}
    assert post(client, "/password", chosen).location == "/seal?a=1"
    assert get(client, "/certificates").status_code == 200


def test_a_certificate_is_asked_for_approved_collected_and_signed_in_with_until_it_is_revoked(world: World) -> None:
    person = world.enter("zhang")
    own = certified(world, person)
    stranger = world.app.test_client()
    assert door(stranger, own).location == f"{HOME}/seal"
    assert "您已用证书登录" in get(stranger, "/").text
    assert post(person, f"/certificates/{own.serial_number:X}/revoke", {"reason": "key_compromise"}).status_code == 302
    late = door(world.app.test_client(), own)
    assert late.status_code == 401
    assert "吊销" in late.text


def test_the_door_of_certificates_opens_for_good_ones_alone(world: World) -> None:
    own = certified(world, world.enter("zhang"))
    assert door(world.app.test_client(), own, "FAILED:certificate has expired").status_code == 401
    assert get(world.app.test_client(), "/sign-in/certificate").status_code == 401
    world.people().set_active("zhang", False)
    assert "没有与此证书对应的账号" in door(world.app.test_client(), own).text


def test_nobody_decides_on_what_they_asked_for(world: World) -> None:
    officer = world.enter("li")
    post(officer, "/certificates", {"kind": "person"})
    number = request_of(world)
    assert post(officer, f"/requests/{number}/approve", {}).status_code == 400
    assert post(world.enter("wang"), f"/requests/{number}/refuse", {"reason": "没有理由"}).status_code == 302
    assert "没有理由" in get(officer, "/certificates").text
    assert post(world.enter("zhang"), f"/requests/{number}/approve", {}).status_code == 403


def test_a_seal_is_put_on_a_file_by_whom_it_was_given_to_and_the_check_says_what_was_changed(world: World) -> None:
    person, officer = world.enter("zhang"), world.enter("li")
    assert (
        post(person, "/certificates", {"kind": "seal", "name": UNITS[0], "identifier": CODE[:-1] + "9"}).status_code
        == 400
    )
    assert post(person, "/certificates", {"kind": "seal", "name": UNITS[0], "identifier": CODE}).status_code == 302
    post(officer, f"/requests/{request_of(world)}/approve", {})
    (seal,) = world.keeper.held.register.of()
    given = {"seal": seal.serial, "place": "bottom-right", "page": "", "reason": "公文用印"}
    done = post(person, "/seal", {**given, "file": (io.BytesIO(letter()), "notice.pdf")})
    assert done.mimetype == "application/pdf", done.text
    checked = post(world.app.test_client(), "/verify", {"file": (io.BytesIO(done.data), "n.pdf")})
    assert "文件与盖章时一致" in checked.text
    changed = done.data.replace(b"endstream", b"endStream", 1)
    assert "请勿信任此文件" in post(person, "/verify", {"file": (io.BytesIO(changed), "n.pdf")}).text
    assert post(officer, "/seal", {**given, "file": (io.BytesIO(letter()), "n.pdf")}).status_code == 400
    assert post(officer, f"/seals/{CODE}/add", {"login": "li"}).status_code == 400
    assert post(officer, f"/seals/{CODE}/add", {"login": "wang"}).status_code == 302
    given["file"] = (io.BytesIO(letter()), "n.pdf")  # type: ignore[assignment]
    assert post(world.enter("wang"), "/seal", given).mimetype == "application/pdf"


def test_a_certificate_is_renewed_near_its_end_alone(world: World) -> None:
    own = certified(world, world.enter("zhang"))
    serial = f"{own.serial_number:X}"
    person = world.app.test_client()
    assert door(person, own).status_code == 302
    assert post(person, f"/certificates/{serial}/renew", {}).status_code == 400
    world.time.at += dt.timedelta(days=680)
    door(person, own)
    assert post(person, f"/certificates/{serial}/renew", {}).status_code == 302
    assert world.app.extensions["desk"].asking.find(request_of(world)).renews == serial


def test_a_request_of_a_card_is_issued_at_its_approval(world: World) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    file = io.BytesIO(asked.public_bytes(serialization.Encoding.PEM))
    person = world.enter("zhang")
    post(person, "/certificates", {"kind": "person", "file": (file, "card.csr")})
    officer, number = world.enter("li"), request_of(world)
    world.keeper.away = True
    with pytest.raises(KeeperAway):
        world.app.extensions["desk"].asking.approve(world.people().find("li"), number)
    assert get(officer, "/health").status_code == 503
    world.keeper.away = False
    assert "尚未签发" in get(officer, "/requests").text
    post(officer, f"/requests/{number}/again", {})
    (entry,) = world.keeper.held.register.of()
    assert entry.certificate.public_key() == key.public_key()
    assert get(person, f"/certificates/{entry.serial}.pem").text.count("BEGIN CERTIFICATE") == 2


def test_each_role_sees_its_own_pages(world: World) -> None:
    pages = {
        "/requests": {"li"},
        "/register": {"li", "qian"},
        "/journal": {"qian"},
        "/people": {"zhao"},
        "/seals": {"li"},
    }
    for login in ("zhang", "li", "zhao", "qian"):
        client = world.enter(login)
        for path, allowed in pages.items():
            assert get(client, path).status_code == (200 if login in allowed else 403), (login, path)
        assert get(client, "/certificates").status_code == 200
    for path in (*pages, "/certificates", "/seal"):
        assert get(world.app.test_client(), path).status_code == 302


def test_accounts_are_kept_by_another_than_oneself(world: World) -> None:
    admin = world.enter("zhao")
    given = {"login": "sun", "name": "孙八", "unit": UNITS[1], "role": "person"}
    made = post(admin, "/people", given)
    assert re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", made.text)
    assert post(admin, "/people", given).status_code == 400
    assert post(admin, "/people", {**given, "login": "Bad Login", "unit": "nowhere"}).status_code == 400
    assert post(admin, "/people/zhao/close", {}).status_code == 400
    person = world.enter("zhang")
    assert post(admin, "/people/zhang/close", {}).status_code == 302
    assert get(person, "/certificates").status_code == 302


def test_guessing_is_slowed_down(world: World) -> None:
    client = world.app.test_client()
    for _time in range(MOST):
        assert post(client, "/sign-in", {"login": "zhang", "password": "guess"}).status_code == 401
    assert post(client, "/sign-in", {"login": "zhang", "password": FIRST}).status_code == 429
    at = [0.0]
    failures = Failures(lambda: at[0])
    for _time in range(MOST):
        failures.count(["a"])
    assert failures.too_many(["a", "b"])
    at[0] = WITHIN + 1
    assert not failures.too_many(["a"])


def test_a_form_without_its_token_and_a_foreign_target_are_refused(world: World) -> None:
    client = world.app.test_client()
    sent = client.post("/sign-in", base_url=HOME, data={"login": "zhang", "password": FIRST})
    assert sent.status_code == 400
    for target in ("https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"):
        assert "evil" not in get(world.app.test_client(), f"/sign-in?next={quote(target)}").text


def test_the_journal_goes_to_whoever_has_the_token(world: World, tmp_path: Path) -> None:
    client = world.app.test_client()
    assert get(client, "/journal.json").status_code == 401
    (tmp_path / "journal.token").write_text("the token\n")
    world.enter("zhang")
    assert get(client, "/journal.json", headers={"Authorization": "Bearer the tokem"}).status_code == 401
    lines = get(client, "/journal.json?after=0", headers={"Authorization": "Bearer the token"}).get_json()["lines"]
    assert [one["action"] for one in lines][:2] == ["sign-in", "password.changed"]


def test_every_page_is_there_in_both_languages(world: World) -> None:
    client = world.enter("li")
    for path in ("/", "/certificates", "/requests", "/register", "/seals", "/seal", "/verify", "/password"):
        client.set_cookie("language", "en", domain="auth.test")
        english = get(client, path)
        client.set_cookie("language", "zh", domain="auth.test")
        body = re.sub("|".join([*UNITS, COUNTY, "李四", "中文"]), "", english.text)
        assert not re.search("[\u4e00-\u9fff]", body), (path, re.findall("[\u4e00-\u9fff]+", body))
        assert re.search("[\u4e00-\u9fff]", get(client, path).text)


def _texts() -> set[str]:
    """Return every text that programs and pages show."""
    room = Path(applications.certificates.__file__).parent
    found = {
        words
        for table in (shown.KINDS, shown.STATES, shown.ROLES, shown.REASONS, shown.PLACES, shown.VERDICTS)
        for words in table.values()
    }
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = {"Refused": 0, "t": 0, "_found": 1}.get(name, 9)
                if len(node.args) > place and isinstance(words := node.args[place], ast.Constant):
                    found.add(str(words.value))
    for path in room.rglob("*.html"):
        found |= {words for _all, words in re.findall(r"""\bt\((["'])(.*?)\1""", path.read_text())}
    return found


def test_every_text_has_its_chinese_with_the_same_values_and_none_is_left_over() -> None:
    known = chinese()
    in_tables = {"The keeper does not understand this."} | {words for words in known if words in _reasons()}
    assert _texts() - set(known) == set()
    assert set(known) - _texts() - in_tables == set()
    for english, words in known.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", words)), english


def _reasons() -> str:
    from applications.certificates.web import app

    return Path(app.__file__).read_text()
