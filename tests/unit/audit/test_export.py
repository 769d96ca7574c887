"""A kept run as paper, workbook and OSCAL: by clause with its assessment unit, the same bytes again, signed."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import PdfSignatureStatus, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from sqlalchemy import Engine

from audit import checks, evidence, report, store
from audit.clauses import CLAUSES
from audit.export.book import workbook
from audit.export.oscal import document
from audit.export.printed import printed
from audit.export.signing import signed
from audit.export.source import Kept, kept
from audit.lines import CHECKS as LINES
from audit.model import judged
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from tests.unit.audit.facts_of import AT, COUNTY, good

ASKED = [check for check in (*checks.ALL[2:9], *LINES) if check.info.id != "proof-rechecked"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)


@pytest.fixture
def run(settings: Settings, engine: Engine) -> Kept:
    results = [checks.run(check, good()) for check in ASKED]
    files = {r.check.id: evidence.save(settings, report.evidence(r, AT)) for r in results}
    files["report"] = evidence.save(settings, report.document(COUNTY, results, files, AT, "auditor", "mlps-3"))
    files["page"] = files["report"]
    with transaction(engine) as session:
        store.add(session, results, files, started=AT, finished=AT + timedelta(seconds=9), actor="auditor", devices=12)
    with reading(engine) as session:
        return kept(settings, session, 1)


def test_assessment_units_are_those_of_the_standard() -> None:
    units = {clause.id: clause.unit for clause in CLAUSES.values()}
    assert units["8.1.2.1 c"] == "L3-CNS1-03"
    assert units["8.1.3.2 c"] == "L3-ABS1-07"
    assert units["8.1.4.3 c"] == "L3-CES1-14"
    assert units["8.1.4.4 b"] == "L3-CES1-18"  # L3-CES1-16 does not exist
    assert units["8.1.5.4 d"] == "L3-SMC1-10"
    assert units["8.1.10.8"] == ""


def test_a_clause_is_partly_met_when_some_of_its_checks_fail() -> None:
    assert judged([Verdict.FAIL, Verdict.PASS]) is Verdict.PARTIAL
    assert judged([Verdict.FAIL, Verdict.UNKNOWN]) is Verdict.FAIL
    assert judged([Verdict.PASS, Verdict.NOT_APPLICABLE]) is Verdict.PASS
    assert judged([Verdict.PASS, Verdict.MANUAL]) is Verdict.MANUAL
    assert judged([]) is Verdict.NOT_APPLICABLE


def test_paper_and_workbook_are_the_same_bytes_again(run: Kept) -> None:
    set_language("zh_CN")
    pdf, xlsx = printed(COUNTY, run), workbook(run)
    assert (printed(COUNTY, run), workbook(run)) == (pdf, xlsx)
    book = load_workbook(BytesIO(xlsx))
    assert book.sheetnames == ["条款", "检查项", "发现"]
    assert book.worksheets[1].max_row == len(ASKED) + 1
    units = [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert "L3-CES1-03" in units


def test_oscal_names_every_clause_with_the_checks_that_it_rests_on(run: Kept) -> None:
    found = json.loads(document(COUNTY, run))["assessment-results"]
    assert document(COUNTY, run) == document(COUNTY, run)
    result = found["results"][0]
    known = {one["uuid"] for one in result["observations"]}
    assert len(known) == len(ASKED)
    controls = {one["control-id"] for one in result["reviewed-controls"]["control-selections"][0]["include-controls"]}
    assert {one["target"]["target-id"] for one in result["findings"]} == controls
    for one in result["findings"]:
        assert {each["observation-uuid"] for each in one["related-observations"]} <= known
        assert one["target"]["status"]["state"] in ("satisfied", "not-satisfied")


TOKEN = re.compile(r"(?:[^\W\d_]|_)(?:[^\W\d_]|\d|[.\-_])*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
TOKENS, MOMENTS = {"control-id", "target-id", "state", "name"}, {"start", "end", "collected", "last-modified"}


def pairs(held: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, at any depth."""
    for key, value in held.items() if isinstance(held, dict) else []:
        yield key, value
        yield from pairs(value)
    for value in held if isinstance(held, list) else []:
        yield from pairs(value)


def test_oscal_keeps_what_the_schema_of_nist_asks(run: Kept) -> None:
    whole = json.loads(document(COUNTY, run))
    found = list(pairs(whole))
    assert all(value not in ([], {}, "") for _key, value in found)
    assert all(TOKEN.fullmatch(value) for key, value in found if key in TOKENS)
    assert all(MOMENT.fullmatch(value) for key, value in found if key in MOMENTS)
    assert all(str(UUID(v)) == v and UUID(v).version in (4, 5) for k, v in found if k.endswith("uuid"))
    assert all(value == value.strip() for key, value in found if key in ("title", "version", "value", "href"))
    assert {method for key, value in found if key == "methods" for method in value} <= {"EXAMINE", "TEST"}
    plan = whole["assessment-results"]["import-ap"]["href"].removeprefix("#")
    assert plan in {one["uuid"] for one in whole["assessment-results"]["back-matter"]["resources"]}


def test_a_signature_vouches_for_the_paper_and_a_flipped_octet_is_found(run: Kept, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=center", "-addext", "keyUsage=digitalSignature,nonRepudiation"]
    subprocess.run(["openssl", *words, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    made = signed(printed(COUNTY, run), key, certificate, "", "security check")
    status = _status(made, certificate)
    assert (status.intact, status.valid) == (True, True)
    place = made.index(b"/Title") + 12
    assert not _status(made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :], certificate).intact
    with pytest.raises(BadInput):
        signed(printed(COUNTY, run), certificate, certificate, "", "security check")


def _status(pdf: bytes, root: Path) -> PdfSignatureStatus:
    load: Any = signers.SimpleSigner.load  # it has no types
    trusted = ValidationContext(trust_roots=[load(str(root.with_name("key.pem")), str(root)).signing_cert])
    return validate_pdf_signature(PdfFileReader(BytesIO(pdf)).embedded_signatures[0], trusted)


def test_a_run_without_its_evidence_is_not_exported(run: Kept, settings: Settings, engine: Engine) -> None:
    name = run.evidence["telnet-off"]
    (evidence.folder(settings) / name[:2] / name).write_text("altered")
    with reading(engine) as session:
        with pytest.raises(Conflict, match="telnet-off"):
            kept(settings, session, 1)
        with pytest.raises(BadInput):
            kept(settings, session, 99)
