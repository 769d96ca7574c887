"""The job behind the auditor's button: runs all checks in the worker."""

from typing import Any

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.jobs import JobContext, repeatable


@repeatable
def run_checks(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Run all checks; `params` may say `{"isolation": "latest"}` to spare the live test, and a `profile`.

    Returns the run's figures. Raises BadInput for a profile that there is not.
    """
    from audit.profiles import profile_of
    from audit.service import audit

    fresh = params.get("isolation") != "latest"
    run = audit(
        context.settings, context.engine, context.actor, context.log, fresh, profile_of(params.get("profile", "county"))
    )
    words = _("audit {run}: {passed} checks passed, {failed} failed, {unknown} cannot be told")
    figures: dict[str, JSON] = {"run": run.id, "passed": run.passed, "failed": run.failed, "unknown": run.unknown}
    return {**figures, "words": translate(words, **figures)}
