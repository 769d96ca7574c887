"""The keeper issues, revokes, answers and stamps what OpenSSL and others understand."""

import datetime as dt
import hashlib
import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

from applications.certificates import ceremony
from applications.certificates.authority import issue
from applications.certificates.authority.profiles import Kind
from applications.certificates.keeper.keyring import Keyring
from applications.certificates.keeper.serve import answered
from applications.certificates.keeper.wire import pack, unpack
from applications.certificates.keeper.work import Keeper
from applications.certificates.problems import Refused
from tests.unit.applications.certificates.world import CODE, COUNTY, PASSPHRASE, START, Time, keeper, keys


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def held(tmp_path: Path, time: Time) -> Keeper:
    return keeper(keys(tmp_path), time)


def csr(name: str = "x") -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    asked = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return asked.public_bytes(serialization.Encoding.PEM).decode()


def person(held: Keeper, **other: str) -> dict[str, Any]:
    words = {"kind": "person", "name": "张三", "organisation": "县财政局", "identifier": "zhangsan", "request": "r1"}
    words |= {"requester": "zhangsan", "approver": "lisi", "csr": csr(), "password": ""}
    return dict(held.issue(**(words | other)))


def question(held: Keeper, own: x509.Certificate) -> bytes:
    made = ocsp.OCSPRequestBuilder().add_certificate(own, held.keyring.issuing.certificate, hashes.SHA1())
    return made.build().public_bytes(serialization.Encoding.DER)


def standing(held: Keeper, own: x509.Certificate) -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(unpack(str(held.ocsp(pack(question(held, own)))["answer"])))


def test_a_certificate_names_whom_it_is_for_and_may_do_no_more(held: Keeper) -> None:
    own = x509.load_pem_x509_certificate(person(held)["certificate"].encode())
    assert own.subject.rfc4514_string() == "UID=zhangsan,CN=张三,O=县财政局,C=CN"
    assert issue.signs_in(own)
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    own.verify_directly_issued_by(held.keyring.issuing.certificate)


def test_nobody_approves_their_own_request_and_a_request_is_served_once(held: Keeper) -> None:
    with pytest.raises(Refused, match="themselves"):
        person(held, approver="zhangsan")
    person(held)
    with pytest.raises(Refused, match="already"):
        person(held)
    assert len(held.register.of()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"identifier": "张三"}, "not a login"),
        ({"kind": "seal", "identifier": CODE[:-1] + "0", "csr": ""}, "not a unified"),
        ({"kind": "server", "identifier": "*.example"}, "DNS name"),
        ({"kind": "ocsp"}, "no such kind"),
        ({"csr": "-----BEGIN"}, "PKCS #10"),
        ({"kind": "seal", "identifier": CODE}, "made and kept"),
        ({"csr": "", "password": "short"}, "8 characters"),
        ({"name": "张\n三"}, "printable"),
    ],
)
def test_what_is_not_to_be_certified_is_refused(held: Keeper, words: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        person(held, **words)


def test_a_request_for_sm2_is_refused_with_its_reason(held: Keeper, tmp_path: Path) -> None:
    key, asked = tmp_path / "sm2.key", tmp_path / "sm2.csr"
    subprocess.run(["openssl", "ecparam", "-genkey", "-name", "SM2", "-noout", "-out", key], check=True)
    subprocess.run(["openssl", "req", "-new", "-key", key, "-sm3", "-subj", "/CN=x", "-out", asked], check=True)
    with pytest.raises(Refused, match="SM2"):
        person(held, csr=asked.read_text())


def test_a_revocation_is_in_list_and_answer_at_once(held: Keeper, time: Time) -> None:
    made = person(held)
    own = x509.load_pem_x509_certificate(made["certificate"].encode())
    assert standing(held, own).certificate_status is ocsp.OCSPCertStatus.GOOD
    first = x509.load_der_x509_crl(unpack(str(held.crl()["crl"])))
    assert first.get_revoked_certificate_by_serial_number(own.serial_number) is None
    held.revoke(made["serial"], "key_compromise", "zhangsan")
    answer = standing(held, own)
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer.revocation_reason is x509.ReasonFlags.key_compromise
    second = x509.load_der_x509_crl(unpack(str(held.crl()["crl"])))
    assert second.get_revoked_certificate_by_serial_number(own.serial_number) is not None
    assert second.is_signature_valid(held.keyring.issuing.certificate.public_key())  # type: ignore[arg-type]
    time.at += dt.timedelta(hours=2)
    third = x509.load_der_x509_crl(unpack(str(held.crl()["crl"])))
    assert third.last_update_utc == time.at.replace(microsecond=0)
    with pytest.raises(Refused, match="already"):
        held.revoke(made["serial"], "key_compromise", "zhangsan")


def test_openssl_believes_the_answer_and_hears_of_an_unknown_certificate(
    held: Keeper, tmp_path: Path, time: Time
) -> None:
    time.at = dt.datetime.now(dt.UTC)
    own = x509.load_pem_x509_certificate(person(held)["certificate"].encode())
    files = {name: tmp_path / name for name in ("issuing.pem", "own.pem", "root.pem", "answer.der")}
    files["issuing.pem"].write_text(issue.pem(held.keyring.issuing.certificate))
    files["root.pem"].write_text(issue.pem(held.keyring.root))
    files["own.pem"].write_text(issue.pem(own))
    files["answer.der"].write_bytes(unpack(str(held.ocsp(pack(question(held, own)))["answer"])))
    command: list[str | Path] = [
        "openssl",
        "ocsp",
        "-respin",
        files["answer.der"],
        "-issuer",
        files["issuing.pem"],
        "-cert",
    ]
    command += [files["own.pem"], "-CAfile", files["root.pem"], "-verify_other", files["issuing.pem"], "-no_nonce"]
    said = subprocess.run(command, capture_output=True, text=True)
    assert "Response verify OK" in said.stdout + said.stderr
    assert "good" in said.stdout
    unknown = issue.service(held.keyring.issuing, Kind.STAMP, own.subject, own.public_key(), time.at)
    assert standing(held, unknown).certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    foreign = question(held, own).replace(own.serial_number.to_bytes(20, "big").lstrip(b"\0")[:4], b"abcd")
    assert ocsp.load_der_ocsp_response(unpack(str(held.ocsp(pack(foreign))["answer"]))).certificate_status
    broken = ocsp.load_der_ocsp_response(unpack(str(held.ocsp(pack(b"rubbish"))["answer"])))
    assert broken.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_a_time_stamp_is_believed_by_others_and_only_strong_digests_are_stamped(
    held: Keeper, tmp_path: Path, time: Time
) -> None:
    time.at = dt.datetime.now(dt.UTC)
    asked = TimestampRequestBuilder().data(b"a decision").build()
    answer = unpack(str(held.stamp(pack(asked.as_bytes()))["answer"]))
    verifier = VerifierBuilder.from_request(asked).add_root_certificate(held.keyring.root).build()
    assert verifier.verify_message(decode_timestamp_response(answer), b"a decision")
    (tmp_path / "data").write_bytes(b"a decision")
    (tmp_path / "root.pem").write_text(issue.pem(held.keyring.root))
    query: list[str | Path] = [
        "openssl",
        "ts",
        "-query",
        "-data",
        tmp_path / "data",
        "-cert",
        "-out",
        tmp_path / "q",
        "-sha512",
    ]
    subprocess.run(query, check=True, capture_output=True)
    (tmp_path / "r").write_bytes(unpack(str(held.stamp(pack((tmp_path / "q").read_bytes()))["answer"])))
    check: list[str | Path] = [
        "openssl",
        "ts",
        "-verify",
        "-queryfile",
        tmp_path / "q",
        "-in",
        tmp_path / "r",
        "-CAfile",
    ]
    said = subprocess.run([*check, tmp_path / "root.pem"], capture_output=True, text=True)
    assert "Verification: OK" in said.stdout + said.stderr
    subprocess.run([*query[:-1], "-sha1"], check=True, capture_output=True)
    refused = decode_timestamp_response(unpack(str(held.stamp(pack((tmp_path / "q").read_bytes()))["answer"])))
    assert refused.status == 2


def test_no_time_is_stamped_while_the_clock_is_behind_what_was_stamped(held: Keeper, time: Time) -> None:
    asked = pack(TimestampRequestBuilder().data(b"x").build().as_bytes())
    assert decode_timestamp_response(unpack(str(held.stamp(asked)["answer"]))).status == 0
    time.at -= dt.timedelta(minutes=3)
    again = Keeper(held.keyring, held.register, held.addresses, time)  # also not after a restart
    for each in (held, again):
        assert decode_timestamp_response(unpack(str(each.stamp(asked)["answer"]))).status == 2


def test_a_seals_key_stays_encrypted_and_signs_attributes_alone(held: Keeper) -> None:
    made = person(held, kind="seal", identifier=CODE, csr="")
    assert made["bundle"] == ""
    stored = held.register.key(made["serial"])
    assert stored is not None
    assert b"ENCRYPTED" in stored
    with pytest.raises(Refused, match="attributes"):
        held.seal(made["serial"], pack(b"\x31\x00"), "zhangsan", "a.pdf", "0" * 64)
    with pytest.raises(Refused, match="attributes"):
        held.seal(made["serial"], pack(hashlib.sha256(b"x").digest()), "zhangsan", "a.pdf", "0" * 64)


def test_a_changed_journal_is_found(held: Keeper, tmp_path: Path) -> None:
    person(held)
    held.revoke(str(held.register.of()[0].serial), "superseded", "lisi")
    assert held.check()["broken_at"] is None
    assert [line["action"] for line in held.journal(0, 10)["lines"]] == ["certificate.issued", "certificate.revoked"]  # type: ignore[index,union-attr,call-overload]
    held.register.close()
    with sqlite3.connect(tmp_path / "keys/register.db") as db:
        db.execute("delete from journal where id = 1")
    db.close()
    assert keeper(tmp_path / "keys", Time()).check()["broken_at"] == 2


def test_only_declared_operations_with_declared_words_are_carried_out(held: Keeper) -> None:
    for asked in (b"rubbish", b"[]", b'{"do":"__init__","with":{}}', b'{"do":"find","with":{"serial":3}}'):
        assert "refused" in answered(held, asked)
    said = answered(held, json.dumps({"do": "find", "with": {"serial": "AB"}}).encode())
    assert said["refused"] == "There is no such certificate."


def test_the_ceremony_refuses_what_does_not_fit(tmp_path: Path) -> None:
    made = keys(tmp_path)
    with pytest.raises(Refused, match="never written over"):
        ceremony.make_request(made, COUNTY, PASSPHRASE)
    other = ceremony.make_root(tmp_path / "other", COUNTY, b"another passphrase", START)
    with pytest.raises(Refused, match="not signed by this root"):
        ceremony.install(made, (made / "issuing.pem").read_bytes(), other.public_bytes(ceremony.PEM))
    with pytest.raises(Refused, match="does not open"):
        Keyring(made, b"wrong", COUNTY)
    made.chmod(0o755)
    with pytest.raises(Refused, match="open to others"):
        Keyring(made, PASSPHRASE, COUNTY)
