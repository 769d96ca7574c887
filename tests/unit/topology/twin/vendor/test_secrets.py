"""How a simulated device keeps and shows secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.platforms import huawei_vrp
from topology.twin.vendor.secrets import seal, unseal
from topology.twin.vendor.vrp_words import CIPHER

FORMS = (
    " pre-shared-key cipher {}",
    "snmp-agent usm-user v3 amy authentication-mode sha2-256 cipher {}",
    "snmp-agent usm-user v3 amy privacy-mode aes128 cipher {}",
    " local-user amy password irreversible-cipher {}",
)


@given(st.text(min_size=1, max_size=40))
def test_what_is_sealed_is_unsealed(secret: str) -> None:
    assert unseal(seal(secret)) == secret


@given(st.text(alphabet="ABCabc012+/", max_size=40))
def test_what_nobody_sealed_is_no_cipher_text(text: str) -> None:
    assert unseal(text) is None


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_shown_sealed_anew_and_known_again(form: str) -> None:
    line = form.format("Secret-1")
    first, second = CIPHER.shown(line), CIPHER.shown(line)
    assert first != second
    assert "Secret-1" not in first
    assert CIPHER.plain(first) == CIPHER.plain(second) == line


@pytest.mark.parametrize("form", FORMS)
def test_a_backup_can_mask_it(form: str) -> None:
    assert huawei_vrp.mask(CIPHER.shown(form.format("Secret-1"))) == form.format("********")


@pytest.mark.parametrize("line", ["sysname core-1", " authentication-mode aaa", " ospf timer hello 1"])
def test_a_line_without_a_secret_stays(line: str) -> None:
    assert CIPHER.shown(line) == CIPHER.plain(line) == line
