"""The application, made by a factory from settings and services; nothing is global.

The order of the gates: the language first (errors speak it), then who it is, then whether they may.
"""

from flask import Flask
from jinja2 import StrictUndefined

from countynet import clock
from countynet.people import called
from countynet.settings import Settings
from countynet.vocabulary import LineState, Role, Verdict
from dashboard import access, errors, language, localtime, looks, security, words
from dashboard.alarms.views import alarms
from dashboard.api.views import api
from dashboard.applications.views import applications
from dashboard.assets.views import assets
from dashboard.audit.views import audit
from dashboard.auth.signon import configured, signon
from dashboard.auth.views import auth
from dashboard.backups.views import backups
from dashboard.board.views import board
from dashboard.bridge.views import bridge
from dashboard.calls.views import calls
from dashboard.chrome import chrome
from dashboard.codes.views import codes
from dashboard.coverage.views import coverage
from dashboard.desk.views import desk
from dashboard.drift.views import drift
from dashboard.emergencies.views import emergencies
from dashboard.evaluation.views import evaluation
from dashboard.faults.views import faults
from dashboard.freezes.views import freezes
from dashboard.health.views import health
from dashboard.help.views import help_pages
from dashboard.intrusions.views import intrusions
from dashboard.inventory.views import inventory
from dashboard.isolation.views import isolation
from dashboard.knowledge.views import knowledge
from dashboard.leases.views import leases
from dashboard.log.views import log
from dashboard.outages.views import outages
from dashboard.photos.views import photos
from dashboard.plans.views import plans
from dashboard.records.reading import reading
from dashboard.records.views import drills, regulations, trainings, visits
from dashboard.rent.views import rent
from dashboard.report.views import report
from dashboard.rollout.views import rollout
from dashboard.rules.views import rules
from dashboard.runs.schedules.views import schedules
from dashboard.runs.views import runs
from dashboard.scans.views import scans
from dashboard.sentences.views import sentences
from dashboard.services.protocols import Services
from dashboard.stream import Streams
from dashboard.terminals.views import terminals
from dashboard.tokens.views import tokens
from dashboard.topology.views import topology
from dashboard.units.views import units
from dashboard.users.views import users
from dashboard.windows.views import windows
from dashboard.works.views import works

BLUEPRINTS = (
    auth,
    signon,
    board,
    topology,
    units,
    applications,
    faults,
    desk,
    calls,
    codes,
    sentences,
    bridge,
    photos,
    report,
    knowledge,
    evaluation,
    emergencies,
    outages,
    alarms,
    intrusions,
    scans,
    coverage,
    health,
    isolation,
    rules,
    audit,
    inventory,
    terminals,
    leases,
    plans,
    windows,
    freezes,
    works,
    drift,
    backups,
    runs,
    schedules,
    rollout,
    rent,
    visits,
    drills,
    trainings,
    regulations,
    reading,
    assets,
    log,
    users,
    tokens,
    api,
    help_pages,
)


def create_app(settings: Settings, services: Services, rate_limit: bool = True) -> Flask:
    """Return the WSGI application of one county."""
    app = Flask("dashboard", template_folder=".", static_folder="static")
    app.extensions["countynet"] = services
    app.extensions["streams"] = Streams()
    app.extensions["signon"], app.extensions["signon-settings"] = configured(settings), settings
    app.before_request(language.choose)
    security.protect(app, security.cookie_key(settings.state), rate_limit)
    app.before_request(access.gate)
    app.after_request(looks.note)
    errors.handle(app)
    _templates(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=language.t,
        named=language.named,
        called=called,
        either=language.either,
        word=words.word,
        chrome=chrome,
        stamp=localtime.stamp,
        clock=localtime.clock,
        machine=localtime.machine,
        short=lambda moment: localtime.short(moment, clock.now()),
        lasting=lambda since: localtime.lasting(since, clock.now()),
        Role=Role,
        LineState=LineState,
        Verdict=Verdict,
    )
