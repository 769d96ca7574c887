"""The course of a demo, and its end in every case: served and stopped, checked, failed, or interrupted."""

import socket

from countynet.console import fail, print_json, say
from countynet.demo import children, report, run
from countynet.demo.run import StageResult
from countynet.errors import Conflict, CountyError, MissingCapability
from countynet.i18n import _, translate
from countynet.settings import Settings
from countynet.stages import StageContext


def conduct(
    quick: bool, check: bool, as_json: bool, port: int | None, mixed: bool = False, applications: bool = False
) -> int:
    """Run a demo; return its exit code."""
    settings = Settings.load()
    port = port or settings.port
    if not check:
        _port_free(settings.listen, port)
    children.stop_on_signals()
    results: list[StageResult] = []
    try:
        failed = _stages(run.context_of(settings, quick, mixed, applications), results)
        code = failed.exit_code if failed is not None else 0
        url = "" if check or code else f"http://{settings.listen}:{port}/"
        if as_json:
            print_json(report.document(results, quick, url))
        else:
            report.print_table(results)
        if isinstance(failed, MissingCapability) and not run.is_root():
            fail(failed)
        if url:
            code = children.serve(settings.listen, port, lambda: _invite(url))
    except children.Stopped as stopped:
        say(translate(_("stopped")))
        code = stopped.exit_code
    finally:
        children.ignore_signals()
        down = not run.is_root() or children.take_down()
    return code or int(not down)


def _invite(url: str) -> None:
    say(translate(_("the county is at {url} ; Ctrl-C stops it and takes it down"), url=url))


def _stages(context: StageContext, results: list[StageResult]) -> CountyError | None:
    """Run the stages that this process may run, into `results`; return why the demo did not come to its end."""
    only = () if run.is_root() else run.ROOTLESS
    results += run.run_stages(context, run.stages(only, context.applications), report.announce)
    failed = next((r.error for r in results if r.error is not None), None)
    return failed or (None if run.is_root() else run.refuse_rootless())


def _port_free(address: str, port: int) -> None:
    """Raise Conflict if somebody listens there already; better told before than after two minutes."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise Conflict(
                _("port {port} on {address} cannot be used ({reason}); choose another with --port"),
                port=port,
                address=address,
                reason=error.strerror,
            ) from error
