"""Proves isolation from the fetched configurations for an audit, certifies it and has the certificate checked anew."""

from pathlib import Path
from tempfile import TemporaryDirectory

from audit.facts import Proven
from audit.recheck import checked
from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import translate_error
from countynet.settings import Settings
from inventory.model import County
from topology.reach.certified import certified
from topology.reach.service import Of, ground


def proven(county: County, settings: Settings) -> tuple[Proven | None, str]:
    """Return the proof of what devices run, None with the reason where there can be none."""
    try:
        stand = ground(county, settings, Of.RUNNING)
        proof = stand.prove()
        certificate = certified(settings, stand, proof, Of.RUNNING, at=clock.now()).content
    except CountyError as error:
        return None, translate_error(error)
    with TemporaryDirectory(prefix="countynet-certificate-") as folder:
        file = Path(folder) / "certificate.json"
        file.write_bytes(certificate)
        try:
            return Proven(proof, certificate, checked(str(file))), ""
        except ValueError as error:
            return Proven(proof, certificate, recheck_error=str(error)), ""
