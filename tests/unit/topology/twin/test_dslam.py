"""An ADSL line's arithmetic: when a frame leaves it, and when it is lost."""

import pytest

from topology.twin.inner.dslam import QUEUE_SECONDS, Way


def way(rate: float = 1_000_000, loss: float = 0.0) -> Way:
    return Way(out=-1, rate=rate, delay=0.010, loss=loss)


def test_an_idle_line_takes_the_frame_s_length_and_its_delay() -> None:
    assert way().due(100.0, 1250) == pytest.approx(100.0 + 0.010 + 0.010)


def test_frames_wait_for_each_other() -> None:
    line = way()
    first, second = line.due(5.0, 1250), line.due(5.0, 1250)
    assert second - first == pytest.approx(0.010)


def test_a_full_queue_drops_and_recovers() -> None:
    line = way()
    results = [line.due(1.0, 1250) for _ in range(100)]
    kept = [due for due in results if due]
    assert len(kept) == pytest.approx(QUEUE_SECONDS / 0.010, abs=1)
    assert results[-1] == 0.0
    assert line.due(1.0 + QUEUE_SECONDS, 1250) > 0


def test_the_rate_is_kept_over_a_second() -> None:
    line, now, carried = way(rate=512_000), 0.0, 0
    while now < 1.0:
        carried += 1000 if line.due(now, 1000) else 0
        now += 0.001
    assert carried * 8 == pytest.approx(512_000 * (1 + QUEUE_SECONDS), rel=0.03)


def test_a_cut_line_carries_nothing() -> None:
    line = way()
    line.cut = True
    assert line.due(1.0, 64) == 0.0
    assert line.free == 0.0


def test_a_noisy_line_loses_its_share() -> None:
    line = way(rate=1e12, loss=0.1)
    lost = sum(line.due(float(n), 100) == 0.0 for n in range(1, 5001))
    assert 350 < lost < 650
