"""One audit: gather, decide, keep the evidence, write the run and its event in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Engine

from audit import checks, evidence, further, papers, read, report, store, toolkit
from audit.compare import Changes
from audit.facts import Facts
from audit.gather import gathering, with_proof
from audit.history import since_last
from audit.model import Result
from audit.profiles import Profile, checks_of, narrowed
from audit.read import RunView
from audit.systems import levels
from audit.tags import AuditTag
from countynet import clock, events
from countynet.db import reading, transaction
from countynet.errors import Conflict, MissingCapability
from countynet.i18n import _, translate
from countynet.settings import Settings
from inventory import load_county
from inventory.model import County
from topology.confirm.service import in_twin


def audit(
    settings: Settings,
    engine: Engine,
    actor: str,
    say: Callable[[str], None],
    fresh_isolation: bool = True,
    profile: Profile = Profile.COUNTY,
) -> RunView:
    """Run a profile's checks and return the run. Raises BadInput (inventory, vault), Conflict if the twin is gone."""
    started = clock.now()
    whole = load_county(settings.county)
    county = present(whole, settings)
    with reading(engine) as session:
        breaks = tuple(translate(b.message, id=b.event_id) for b in events.verify(session))
    with gathering(county, settings, breaks, say, fresh_isolation) as (facts, end):
        facts = replace(
            facts,
            toolkit=toolkit.gather(settings, engine, facts.devices),
            **further.facts(settings, engine, facts.at),
            papers=papers.gather(settings, engine, whole),
        )
        facts, results = checks.decide(checks_of(profile), facts, lambda held: with_proof(held, end))
    if profile is Profile.MLPS:
        results = narrowed(results, levels(whole))
    with reading(engine) as session:
        changes = since_last(settings, session, results, facts.at)
    files = _keep(settings, facts, results, actor, profile, changes)
    with transaction(engine) as session:
        run = store.add(session, results, files, started=started, finished=clock.now(), actor=actor,
                        devices=len(facts.devices))  # fmt: skip
        events.record(session, AuditTag.RUN, actor, f"audit:{run.id}", {
            "profile": profile.value, "verdicts": {r.check.id: r.grade.value for r in results}, "evidence": files,
        })  # fmt: skip
        run_id = run.id
    with reading(engine) as session:
        found = read.run(session, run_id)
    if found is None:
        raise Conflict(_("audit run {run} is gone"), run=run_id)
    return found


def present(county: County, settings: Settings) -> County:
    """Return the part of the county that the twin has; all of it on a real network."""
    try:
        return in_twin(county, settings)
    except MissingCapability:
        return county


def _keep(
    settings: Settings,
    facts: Facts,
    results: Sequence[Result],
    actor: str,
    profile: Profile,
    changes: Changes | None = None,
) -> dict[str, str]:
    """Keep every file; return hashes by check, `config:DEVICE`, `isolation`, `certificate`, `report` and `page`."""
    files = {r.check.id: evidence.save(settings, report.evidence(r, facts.at)) for r in results}
    for name, held in facts.devices.items():
        if held.text:
            files[f"config:{name}"] = evidence.save(settings, held.text.encode())
    for name, server in facts.servers.items():
        if server.files:
            files[f"config:{name}"] = evidence.save(settings, server.text.encode())
    if facts.isolation:
        files["isolation"] = evidence.save(settings, facts.isolation.model_dump_json(indent=1).encode())
    if facts.papers:
        files |= papers.hashes(facts.papers)
    if facts.proven:
        files["certificate"] = evidence.save(settings, facts.proven.certificate)
    made = {
        "report": report.document(facts.county, results, files, facts.at, actor, profile, changes),
        "page": report.page(facts.county, results, files, facts.at, actor),
    }
    return files | {name: evidence.save(settings, content) for name, content in made.items()}
