"""The form by which a plan is made, in a person's words; what is wrong comes back with all that was typed."""

from collections.abc import Mapping

from dashboard.inventory.fields import Input, typed
from dashboard.language import t
from dashboard.services.plans import Asked
from playbooks.plan.model import Policy
from playbooks.plan.show import POLICIES


def inputs(form: Mapping[str, str] | None = None) -> tuple[Input, ...]:
    """Return the inputs, with what was typed or the usual."""
    values = form or {}
    return (
        Input(
            "only",
            t("Devices"),
            values.get("only", ""),
            "lines",
            hint=t("Empty: all. Else names or a choice, e.g. role=cpe or site=admin; a second line narrows the first."),
        ),
        *how(values),
    )


def how(values: Mapping[str, str]) -> tuple[Input, ...]:
    """Return the inputs that every plan needs, with what was typed or the usual."""
    policy, seconds = values.get("policy", Asked().policy), values.get("seconds", str(Asked().seconds))
    policies = tuple((policy.value, t(POLICIES[policy])) for policy in Policy)
    hint = t("From 5 to 1800: long enough for the tests after a change, short enough to be cut off for.")
    return (
        Input("policy", t("On the first failure"), policy, "choice", policies, required=True),
        Input(
            "seconds",
            t("Seconds until a device takes a change back by itself"),
            seconds,
            "number",
            required=True,
            hint=hint,
        ),
    )


def asked(form: Mapping[str, str], undoes: int | None = None) -> Asked:
    """Return what was asked for; seconds that are no number become 0, which is refused with the others."""
    seconds = typed(form, "seconds", 9)
    only = tuple(line for line in typed(form, "only").splitlines() if line)
    number = int(seconds) if seconds.isascii() and seconds.isdigit() else 0
    return Asked(() if undoes else only, typed(form, "policy", 20), number, undoes)
