"""A look at some devices: the same checks, asked of these alone, and nothing kept.

No row, no evidence, no event: a run that saw three devices must never stand in the list as the county's latest audit.
What is the whole county's (isolation, the event chain, the log server) is left out, and so is a check that says
nothing about any of these devices.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from audit import checks
from audit.gather import gather
from audit.model import Result, judge
from audit.profiles import Profile, checks_of
from audit.read import CheckView, RunView
from audit.service import present
from audit.store import SHOWN_POINTS
from audit.words import WORST_FIRST
from countynet import clock
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from inventory import load_county
from inventory.select import select_devices


def look(
    settings: Settings, only: Sequence[str], say: Callable[[str], None], profile: Profile = Profile.COUNTY
) -> RunView:
    """Check the devices of a selection; the run has the number 0. Raises BadInput, Conflict if the twin is gone."""
    started = clock.now()
    county = present(load_county(settings.county), settings)
    names = [device.name for device in select_devices(county, only)]
    facts = gather(county, settings, (), say, False, names)
    views = [_view(result) for result in about(names, (checks.run(check, facts) for check in checks_of(profile)))]
    count = Counter(view.verdict for view in views)
    return RunView(
        id=0,
        started=started,
        finished=clock.now(),
        actor="",
        devices=len(names),
        passed=count[Verdict.PASS],
        failed=count[Verdict.FAIL],
        unknown=count[Verdict.UNKNOWN],
        report="",
        page="",
        checks=tuple(views),
    )


def about(names: Collection[str], results: Iterable[Result]) -> tuple[Result, ...]:
    """Return what results say about some devices; those that say nothing about them are left out."""
    kept = [(r, tuple(point for point in r.points if point.subject in names)) for r in results]
    return tuple(Result(check=r.check, verdict=judge(points), points=points) for r, points in kept if points)


def _view(result: Result) -> CheckView:
    ranked = sorted(result.points, key=lambda point: WORST_FIRST[point.verdict])
    good, bad, open_ = (len(result.of(verdict)) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN))
    return CheckView(result.check, result.verdict, good, bad, open_, tuple(ranked[:SHOWN_POINTS]), evidence="")
