"""A seal on a PDF is seen by others; what was done to the file afterwards is found and said."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from applications.certificates.authority import issue
from applications.certificates.keeper.wire import pack, unpack
from applications.certificates.keeper.work import Keeper
from applications.certificates.problems import Refused
from applications.certificates.seals import drawing
from applications.certificates.seals.placing import Place, SealKey, digest, sealed
from applications.certificates.seals.verify import Report, checked
from tests.unit.applications.certificates.world import CODE, Time, keeper, keys

FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
NAME = "清岚县人民政府办公室"


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return drawing.drawn(NAME, FONT)


@pytest.fixture
def time() -> Time:
    return Time(dt.datetime.now(dt.UTC))


@pytest.fixture
def held(tmp_path: Path, time: Time) -> Keeper:
    return keeper(keys(tmp_path, time.at), time)


def letter(pages: int = 2) -> bytes:
    pdf = FPDF()
    for number in range(1, pages + 1):
        pdf.add_page()
        pdf.set_font("helvetica", size=14)
        pdf.cell(0, 10, f"Notice, page {number}: pay 1000 yuan")
    return bytes(pdf.output())


def new_seal(held: Keeper, request: str = "r1", name: str = NAME) -> SealKey:
    made: Any = held.issue("seal", name, name, CODE, request, "zhangsan", "lisi", "", "")
    chain = (issue.pem(held.keyring.issuing.certificate), issue.pem(held.keyring.root))

    def sign(content: bytes) -> bytes:
        return unpack(str(held.seal(made["serial"], pack(content), "zhangsan", "a.pdf", digest(b"x"))["signature"]))

    return SealKey(made["certificate"], chain, sign, lambda asked: unpack(str(held.stamp(pack(asked))["answer"])))


def check(held: Keeper, document: bytes) -> Report:
    def standing(serial: str) -> Any:
        try:
            return held.find(serial)
        except Refused:
            return None

    return checked(document, issue.pem(held.keyring.root), issue.pem(held.keyring.issuing.certificate), standing)


def texts(report: Report) -> str:
    return " | ".join(f"{one.weight}: {one.text}" for seal in report.seals for one in seal.findings)


def test_two_seals_on_one_file_are_both_good_and_stand_in_the_journal(held: Keeper, drawn: bytes) -> None:
    once = sealed(letter(), drawn, new_seal(held), None, Place.RIGHT, "公文用印")
    twice = sealed(once, drawn, new_seal(held, "r2", "清岚县财政局"), 1, Place.LEFT, "")
    report = check(held, twice)
    assert report.verdict == "good", texts(report)
    assert [(seal.name, seal.code) for seal in report.seals] == [(NAME, CODE), ("清岚县财政局", CODE)]
    assert all(seal.at is not None for seal in report.seals)
    actions = [line.action for line in held.register.lines()]
    assert actions == ["certificate.issued", "seal.placed", "certificate.issued", "seal.placed"]


def test_a_changed_byte_is_found(held: Keeper, drawn: bytes) -> None:
    once = sealed(letter(), drawn, new_seal(held), None, Place.RIGHT, "")
    place = once.index(b"endstream") - 12
    changed = once[:place] + bytes([once[place] ^ 1]) + once[place + 1 :]
    report = check(held, changed)
    assert report.verdict == "bad"
    assert "bytes that the seal covers" in texts(report)


def test_what_was_put_over_a_sealed_page_is_found_with_its_page(held: Keeper, drawn: bytes) -> None:
    once = sealed(letter(), drawn, new_seal(held), None, Place.RIGHT, "")
    writer = IncrementalPdfFileWriter(io.BytesIO(once))
    more = generic.StreamObject(stream_data=b"1 1 1 rg 0 700 600 100 re f")
    writer.add_stream_to_page(0, writer.add_object(more))  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    report = check(held, out.getvalue())
    assert report.verdict == "bad"
    (finding,) = [one for seal in report.seals for one in seal.findings if "changed after the seal" in one.text]
    assert finding.values == {"pages": "1"}


def test_a_revocation_counts_from_its_time_and_a_stolen_key_casts_doubt(held: Keeper, drawn: bytes, time: Time) -> None:
    before = sealed(letter(1), drawn, new_seal(held), None, Place.RIGHT, "")
    other = sealed(letter(1), drawn, new_seal(held, "r2"), None, Place.RIGHT, "")
    first, second = (held.register.of_request(request) for request in ("r1", "r2"))
    assert first is not None
    assert second is not None
    time.at += dt.timedelta(seconds=5)
    held.revoke(first.serial, "cessation_of_operation", "lisi")
    held.revoke(second.serial, "key_compromise", "lisi")
    assert check(held, before).verdict == "good"
    assert check(held, other).verdict == "doubt"
    with pytest.raises(Refused, match="revoked"):
        sealed(letter(1), drawn, _again(held, first.serial), None, Place.RIGHT, "")


def _again(held: Keeper, serial: str) -> SealKey:
    chain = (issue.pem(held.keyring.issuing.certificate),)

    def sign(content: bytes) -> bytes:
        return unpack(str(held.seal(serial, pack(content), "zhangsan", "a.pdf", digest(b"x"))["signature"]))

    own = str(held.find(serial)["certificate"])
    return SealKey(own, chain, sign, lambda asked: unpack(str(held.stamp(pack(asked))["answer"])))


def test_a_seal_of_another_authority_is_none_of_ours(held: Keeper, drawn: bytes, tmp_path: Path, time: Time) -> None:
    (tmp_path / "other").mkdir()
    strange = keeper(keys(tmp_path / "other", time.at), time)
    report = check(held, sealed(letter(1), drawn, new_seal(strange), None, Place.RIGHT, ""))
    assert report.verdict == "bad"
    assert "not issued by the county" in texts(report)


def test_what_is_no_sealed_pdf_is_said_to_be_none(held: Keeper) -> None:
    assert check(held, letter(1)).problem is not None
    for rubbish in (b"", b"%PDF-1.7\n", b"PK\x03\x04", letter(1)[:300]):
        problem = check(held, rubbish).problem
        assert problem is not None
        assert problem.weight == "bad"


@pytest.mark.parametrize(("page", "said"), [(3, "2 pages"), (0, "2 pages")])
def test_a_page_that_is_not_there_is_refused(held: Keeper, drawn: bytes, page: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        sealed(letter(2), drawn, new_seal(held), page, Place.RIGHT, "")


def test_a_protected_or_broken_file_is_refused_with_a_reason(held: Keeper, drawn: bytes) -> None:
    pdf = FPDF()
    pdf.set_encryption(owner_password="secret", user_password="secret")
    pdf.add_page()
    with pytest.raises(Refused, match="password"):
        sealed(bytes(pdf.output()), drawn, new_seal(held), None, Place.RIGHT, "")
    with pytest.raises(Refused, match="cannot be sealed"):
        sealed(b"hello", drawn, _again(held, held.register.of()[0].serial), None, Place.RIGHT, "")


def test_names_of_any_length_fit_round_the_star() -> None:
    for letters in range(1, 40):
        room = (drawing.SIZE / 2 - 6.5) * drawing.span(letters) / 57.3 / max(letters - 1, 1)
        assert drawing.span(letters) <= 280
        assert drawing.height(letters) <= max(room * 1.03, 2.2)
