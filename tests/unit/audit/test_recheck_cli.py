"""`countynet recheck` says in the reader's language what the program found, and ends with its exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audit.recheck_cli import app
from countynet.i18n import set_language
from tests.unit.audit.certificates import configs, good, made, told
from tests.unit.topology.reach.planted import HOLES
from topology.reach.certificate import sealed, text


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def test_a_good_certificate_ends_with_0_and_one_document(tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(good(), "utf-8")
    done = CliRunner().invoke(app, [str(file), "--json"])
    report = json.loads(done.output)
    assert done.exit_code == 0
    assert (report["disagreed"], report["texts"], report["agreed"]) == ([], [], report["pairs"])


def test_a_hidden_hole_is_named_with_its_packet_in_both_languages(tmp_path: Path) -> None:
    planted, source, target = HOLES["a policy rule that is too wide"]
    document = made(planted(configs()))
    told(document)["verdicts"][source][target] = "isolated"
    del told(document)["findings"][source][target]
    file = tmp_path / "certificate.json"
    file.write_bytes(text(sealed(document)))
    done = CliRunner().invoke(app, [str(file)])
    assert done.exit_code == 1
    start = f"{source} > {target}: the certificate says isolated, but it is open beyond the policy. Packets: "
    assert start in done.output
    assert " > 10.1.0." in done.output.split(start)[1].splitlines()[0]
    set_language("zh")
    assert "证书称“隔离”" in CliRunner().invoke(app, [str(file)]).output


@pytest.mark.parametrize("name", ["certificate.json", "nothing.json"])
def test_a_file_that_is_none_ends_with_2_and_says_why(name: str, tmp_path: Path) -> None:
    (tmp_path / "certificate.json").write_text("{}")
    done = CliRunner().invoke(app, [str(tmp_path / name)])
    assert done.exit_code == 2
    assert "this is no valid certificate: " in done.stderr


def test_another_text_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(good(), "utf-8")
    done = CliRunner().invoke(app, [str(file), "--configs", str(tmp_path)])
    assert done.exit_code == 1
    assert "core-1: its text is not the one that was proven" in done.output
