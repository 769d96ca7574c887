"""A report signed as PAdES with a stamp of a real time-stamp authority, checked by pyHanko, OpenSSL and Poppler."""

import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import PdfSignatureStatus, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from audit import checks
from audit.export.printed import printed
from audit.export.signing import signed
from audit.export.source import Kept
from audit.facts import Facts
from audit.lines import CHECKS
from audit.tables import AuditRun
from countynet.errors import Conflict
from countynet.i18n import set_language
from tests.twin.tsa_server import Authority, authority, run, serving
from tests.unit.topology.small_county import small_county

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
P256 = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
COUNTY = small_county()


@pytest.fixture(scope="module")
def paper() -> bytes:
    set_language("zh_CN")
    results = [checks.run(check, Facts(county=COUNTY, at=AT, devices={})) for check in CHECKS[:4]]
    names = {result.check.id: "0" * 64 for result in results}
    about = AuditRun(id=1, started=AT, finished=AT + timedelta(seconds=9), actor="auditor", devices=0, passed=0,
                     failed=0, unknown=4, report="0" * 64, page="0" * 64)  # fmt: skip
    return printed(COUNTY, Kept(about, results, names, {"profile": "mlps-3"}))


@pytest.fixture(scope="module")
def stamps(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("stamps") / "tsa", P256)


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("center")
    new = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    usage = ("-addext", "keyUsage=digitalSignature,nonRepudiation")
    run(folder, *new, "-subj", "/CN=center", *usage, "-keyout", "key.pem", "-out", "cert.pem")
    return folder


@pytest.fixture(scope="module")
def sealed(paper: bytes, stamps: Authority, center: Path) -> bytes:
    with serving(stamps):
        return signed(paper, center / "key.pem", center / "cert.pem", stamps.url, "安全检查")


def status(pdf: bytes, center: Path, stamps: Authority) -> PdfSignatureStatus:
    load: Any = load_cert_from_pemder  # it has no types
    trusted = [load(str(center / "cert.pem"))]
    stamping = ValidationContext(trust_roots=[load(str(stamps.root))])
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    return validate_pdf_signature(found, ValidationContext(trust_roots=trusted), ts_validation_context=stamping)


def test_the_signature_is_pades_with_a_stamp_that_the_authoritys_root_vouches_for(
    sealed: bytes, center: Path, stamps: Authority
) -> None:
    found = status(sealed, center, stamps)
    assert (found.intact, found.valid, found.trusted) == (True, True, True)
    assert PdfFileReader(BytesIO(sealed)).embedded_signatures[0].sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    stamp: Any = found.timestamp_validity
    assert (stamp.intact, stamp.valid, stamp.trusted) == (True, True, True)
    assert abs(stamp.timestamp - datetime.now(UTC)) < timedelta(minutes=10)


def test_a_stamp_of_another_authority_is_not_believed(sealed: bytes, center: Path, tmp_path: Path) -> None:
    stamp: Any = status(sealed, center, authority(tmp_path / "other", P256)).timestamp_validity
    assert (stamp.intact, stamp.trusted) == (True, False)


def test_the_signature_leaves_the_paper_as_it_was_and_a_flipped_octet_is_found(
    paper: bytes, sealed: bytes, center: Path, stamps: Authority
) -> None:
    assert sealed.startswith(paper)
    place = paper.index(b"/Title") + 12
    assert not status(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], center, stamps).intact


def test_openssl_verifies_signature_and_stamp(sealed: bytes, center: Path, stamps: Authority, tmp_path: Path) -> None:
    found: Any = PdfFileReader(BytesIO(sealed)).embedded_signatures[0]
    first, length, second, rest = (int(n) for n in found.byte_range)
    (tmp_path / "content").write_bytes(sealed[first : first + length] + sealed[second : second + rest])
    (tmp_path / "signature").write_bytes(found.pkcs7_content)
    words = (
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "signature",
        "-content",
        "content",
        "-purpose",
        "any",
    )
    assert "successful" in run(tmp_path, *words, "-CAfile", str(center / "cert.pem"), "-out", "/dev/null")
    signer = found.signer_info
    kinds = {one["type"].native: one["values"][0] for one in signer["unsigned_attrs"]}
    (tmp_path / "token").write_bytes(kinds["signature_time_stamp_token"].dump())
    (tmp_path / "value").write_bytes(signer["signature"].native)
    asked = ("ts", "-verify", "-data", "value", "-in", "token", "-token_in", "-CAfile", str(stamps.root))
    assert "Verification: OK" in run(tmp_path, *asked, "-untrusted", str(stamps.folder / "tsa.pem"))


def test_poppler_reads_the_signature_as_valid(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(sealed)
    done = subprocess.run(["pdfsig", "-nocert", tmp_path / "paper.pdf"], capture_output=True, text=True, timeout=60)
    assert "Signature is Valid." in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout
    assert "Total document signed" in done.stdout


def test_without_the_stamp_that_was_asked_for_nothing_is_signed(paper: bytes, stamps: Authority, center: Path) -> None:
    with serving(stamps):
        stamps.status = 503
        try:
            with pytest.raises(Conflict, match="gave no time stamp"):
                signed(paper, center / "key.pem", center / "cert.pem", stamps.url, "check")
        finally:
            stamps.status = 200
    with pytest.raises(Conflict):
        signed(paper, center / "key.pem", center / "cert.pem", stamps.url, "check")
