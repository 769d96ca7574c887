"""The job `prove`: the isolation of the whole county, proven by the worker and kept."""

from typing import Any

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.jobs import JobContext, repeatable
from topology.reach.certified import certified, keep_certificate
from topology.reach.kept import keep
from topology.reach.service import Of, county_of, ground, prove_county
from topology.reach.verdict import Verdict


@repeatable
def run_proof(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Prove what `params["of"]` says, intended or running, and certify it. Raises as `prove_county`."""
    of = Of(params["of"])
    county = county_of(context.settings, of)
    stand = ground(county, context.settings, of)
    proof = prove_county(county, context.settings, of, stand=stand)
    kept = keep(context.settings, of, proof)
    keep_certificate(context.settings, of, kept.at, certified(context.settings, stand, of, at=kept.at).content)
    counts: dict[str, JSON] = {verdict.value: proof.count(verdict) for verdict in Verdict}
    words = _("{pairs} pairs of places: {open} open, {blocked} blocked though allowed, {unknown} cannot be told")
    said = translate(words, pairs=len(proof.verdicts), **counts)
    context.log(said)
    return {"pairs": len(proof.verdicts), **counts, "words": said}
