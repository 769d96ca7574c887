from applications.meeting.rules import Act, Layout, Role, Seat, may, room_for, sending, silent, stage, watching

CHAIR = Seat("desk", "hall-1", Role.CHAIR, hall=True, muted=False, up_kbps=20000, down_kbps=20000)
HALL = Seat("hall", "hall-1", Role.VENUE, hall=True, up_kbps=20000, down_kbps=20000)


def adsl(number: int, *, down: int = 2048, muted: bool = True) -> Seat:
    return Seat(f"u{number:02}", f"u{number:02}", Role.VENUE, hall=False, muted=muted, down_kbps=down)


EVERYBODY = (CHAIR, HALL, *(adsl(number) for number in range(1, 12)))


def test_a_venue_may_raise_its_hand_and_leave_and_nothing_else() -> None:
    assert {act for act in Act if may(Role.VENUE, act)} == {Act.HAND, Act.LEAVE}
    assert all(may(Role.CHAIR, act) for act in Act)


def test_a_venue_is_silent_until_it_has_the_floor_or_is_unmuted() -> None:
    assert silent(adsl(1), "")
    assert silent(adsl(1), "u02")
    assert not silent(adsl(1), "u01")
    assert not silent(adsl(1, muted=False), "")
    assert not silent(CHAIR, "u01")


def test_the_speaker_is_seen_large_and_without_one_the_hall() -> None:
    assert stage(EVERYBODY, "", Layout.SPEAKER) == ("hall",)
    assert stage(EVERYBODY, "u03", Layout.SPEAKER) == ("u03",)
    assert stage(EVERYBODY, "u03", Layout.TWO) == ("u03", "hall")
    assert stage(EVERYBODY, "gone", Layout.TWO) == ("hall",)
    assert stage(EVERYBODY, "u03", Layout.GRID) == ()
    assert stage((adsl(1), adsl(2)), "", Layout.SPEAKER) == ()


def test_what_an_adsl_venue_sends_fits_its_line_with_voice() -> None:
    for layout in Layout:
        for large in ((), ("u01",)):
            sent = sending(adsl(1), large, layout)
            assert 0 < sent.kbps <= 512 * 0.8 - 48
    assert sending(adsl(1), ("u01",), Layout.SPEAKER).kbps > 4 * sending(adsl(1), (), Layout.SPEAKER).kbps


def test_what_an_adsl_venue_gets_fits_its_line_in_every_layout() -> None:
    for down in (512, 1024, 2048, 4096):
        for layout in Layout:
            for floor in ("", "u01", "u05"):
                me = adsl(1, down=down)
                seats = (CHAIR, HALL, me, *EVERYBODY[3:])
                got = watching(me, seats, floor, layout)
                large = stage(seats, floor, layout)
                costs = [sending(seat, large, layout).kbps for seat in seats if seat.id in got]
                assert len(got) == 1 or sum(costs) <= down * 0.8
                assert me.id not in got


def test_the_speaker_is_the_last_that_a_narrow_line_goes_without() -> None:
    narrow = adsl(1, down=512)
    seats = (CHAIR, HALL, narrow, *EVERYBODY[3:])
    assert watching(narrow, seats, "u05", Layout.SPEAKER)[0] == "u05"
    assert len(watching(CHAIR, EVERYBODY, "u05", Layout.GRID)) == len(EVERYBODY) - 1


def test_a_line_too_thin_for_anything_still_sends_a_little() -> None:
    assert room_for(64) == 32
