import base64
import hashlib
import hmac

import pytest

from applications.meeting.turn import credential


def test_a_credential_is_what_coturn_reckons_from_the_same_secret() -> None:
    made = credential("s3cret", "seat1", 1_800_000_000)
    wanted = base64.b64encode(hmac.new(b"s3cret", b"1800000000:seat1", hashlib.sha1).digest()).decode()
    assert (made.username, made.password) == ("1800000000:seat1", wanted)


@pytest.mark.parametrize(("secret", "holder"), [("", "seat"), ("s", ""), ("s", "9999999999:me")])
def test_nobody_can_put_an_end_of_their_own_into_a_credential(secret: str, holder: str) -> None:
    with pytest.raises(ValueError, match="holder"):
        credential(secret, holder, 1)
