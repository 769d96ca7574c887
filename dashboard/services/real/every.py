"""All services of a county at once, as the web process has them."""

from audit.fix.desk import Fixes
from audit.records.readers import Readers
from audit.records.service import Records
from audit.terminals.respond.service import Responses
from audit.terminals.service import Scans
from countynet.db import open_database
from countynet.settings import Settings
from dashboard.api.service import Api
from dashboard.applications.service import Applications
from dashboard.emergencies.service import Emergencies
from dashboard.leases.service import Leases
from dashboard.runs.service import Runs
from dashboard.services.protocols import Services
from dashboard.services.real.alarms import RealAlarms
from dashboard.services.real.audits import RealAudits
from dashboard.services.real.county import CountyFolder
from dashboard.services.real.faults import RealFaults
from dashboard.services.real.health import RealHealth
from dashboard.services.real.inventory import RealInventory
from dashboard.services.real.isolation import RealIsolation
from dashboard.services.real.job_logs import RealJobLogs
from dashboard.services.real.log import RealLog
from dashboard.services.real.outages import RealOutages
from dashboard.services.real.plans import RealPlans
from dashboard.services.real.rollout import RealRollout
from dashboard.services.real.rules import RealRules
from dashboard.services.real.running import RealBackups, RealDrifts
from dashboard.services.real.terminals import RealTerminals
from dashboard.services.real.watch import RealWatch
from dashboard.services.real.windows import RealWindows
from dashboard.services.real.works import RealWorks
from dashboard.tokens.service import Tokens
from dashboard.users.service import Accounts
from monitoring.bridge.service import Exchange
from monitoring.evaluation.service import Evaluations
from monitoring.faults.desk.service import Desk
from monitoring.faults.reports.codes import Codes
from monitoring.faults.reports.public import Public
from monitoring.faults.reports.service import Reports
from monitoring.faults.telling.service import Sentences
from monitoring.faults.ties.service import Ties
from monitoring.intrusions.service import Intrusions
from monitoring.knowledge.service import Knowledge
from monitoring.sighting.service import Sensing


def real_services(settings: Settings) -> Services:
    """Return the services of a county. Raises BadInput when its inventory does not load."""
    engine = open_database(settings)
    county = CountyFolder(settings)
    return Services(
        county=county,
        accounts=Accounts(engine, signon_only=frozenset(settings.signon_only)),
        watch=RealWatch(engine, settings, county),
        alarms=RealAlarms(engine),
        faults=RealFaults(engine, settings.county),
        audits=RealAudits(engine, settings),
        fixes=Fixes(settings, engine),
        log=RealLog(engine, settings),
        rollout=RealRollout(settings, county),
        inventory=RealInventory(settings, engine, county.look_again),
        terminals=RealTerminals(settings, engine, county, county.look_again),
        plans=RealPlans(settings, engine),
        drifts=RealDrifts(engine),
        backups=RealBackups(settings, engine),
        windows=RealWindows(settings, engine),
        isolation=RealIsolation(settings, engine, county),
        outages=RealOutages(engine),
        rules=RealRules(settings, engine),
        job_logs=RealJobLogs(engine),
        knowledge=Knowledge(engine),
        evaluations=Evaluations(settings, engine),
        health=RealHealth(settings, engine, county),
        sensing=Sensing(engine),
        works=RealWorks(engine, county),
        reports=Reports(engine),
        codes=Codes(engine),
        public=Public(engine, settings.county),
        sentences=Sentences(engine),
        bridge=Exchange(engine, settings.county),
        desk=Desk(settings, engine),
        ties=Ties(engine),
        emergencies=Emergencies(settings, engine),
        runs=Runs(settings, engine),
        records=Records(settings, engine),
        readers=Readers(settings, engine),
        intrusions=Intrusions(engine),
        scans=Scans(engine),
        responses=Responses(settings, engine),
        applications=Applications(settings, engine),
        leases=Leases(engine),
        api=Api(engine, settings.county, county, Tokens(engine)),
    )
