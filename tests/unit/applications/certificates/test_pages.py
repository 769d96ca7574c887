"""What people do on the pages, each in their role: ask, approve, collect, renew, seal, keep accounts."""

import datetime as dt
import io
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from applications.certificates.keeper.client import KeeperAway
from tests.unit.applications.certificates.pages import HOME, UNITS, World, certified, door, get, post, request_of
from tests.unit.applications.certificates.test_seals import letter
from tests.unit.applications.certificates.world import CODE


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
