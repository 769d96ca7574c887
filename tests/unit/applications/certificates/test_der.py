"""Our few elements of DER are the bytes that a general library writes."""

import datetime as dt

from asn1crypto import core

from applications.certificates.authority import der


def test_lengths_and_numbers_are_written_as_others_do() -> None:
    for length in (0, 1, 127, 128, 255, 256, 65535, 65536):
        assert der.tlv(der.OCTETS, b"x" * length) == core.OctetString(b"x" * length).dump()
    for value in (0, 1, 127, 128, 255, 256, 2**63, 2**159 - 1, 2**160):
        assert der.integer(value) == core.Integer(value).dump()


def test_times_have_no_zeros_at_their_end() -> None:
    at = dt.datetime(2026, 11, 26, 8, 0, 5, 120_000, tzinfo=dt.UTC)
    assert der.general_time(at)[2:] == b"20261126080005.12Z"
    assert der.general_time(at.replace(microsecond=0))[2:] == b"20261126080005Z"
    beijing = at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert der.general_time(beijing) == der.general_time(at)
    assert der.utc_time(beijing) == core.UTCTime(at.replace(microsecond=0)).dump()


def test_a_set_is_in_the_order_of_its_bytes() -> None:
    assert der.set_of(b"\x30\x01b", b"\x02\x01a") == b"\x31\x06\x02\x01a\x30\x01b"
