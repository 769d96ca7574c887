"""Proves isolation from the fetched configurations for an audit, certifies it and has the certificate checked anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from audit.facts import Proven
from audit.second import SecondOpinion
from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory.model import County
from topology.reach.certified import certified
from topology.reach.service import Of, ground


class End(Protocol):
    """Waits for the second opinion."""

    def __call__(self) -> tuple[Proven | None, str]:
        """Return the proof of what devices run, None with the reason where there can be none."""
        ...


@contextmanager
def proving(county: County, settings: Settings) -> Iterator[End]:
    """Prove and certify, and yield what waits for the second opinion, which is worked out meanwhile."""
    try:
        stand = ground(county, settings, Of.RUNNING)
        proof = stand.prove()
        certificate = certified(settings, stand, Of.RUNNING, at=clock.now()).content
    except CountyError as error:
        reason = translate_error(error)
        yield lambda: (None, reason)
        return
    with SecondOpinion(certificate) as opinion:

        def end() -> tuple[Proven | None, str]:
            try:
                return Proven(proof, certificate, opinion.wait()), ""
            except ValueError as error:
                return Proven(proof, certificate, recheck_error=str(error)), ""

        yield end


def proven(county: County, settings: Settings) -> tuple[Proven | None, str]:
    """Return the proof of what devices run with the second opinion, None with the reason where there can be none."""
    with proving(county, settings) as end:
        return end()
