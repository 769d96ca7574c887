"""A month's charges as words, rows and a document. Money for people is yuan; in documents fen, availability percent."""

from collections.abc import Iterator

from countynet.canonical import JSON
from countynet.i18n import _, translate
from inventory.rent import by_contract, by_supplier, by_unit, whole, yuan
from inventory.rent_table import access
from monitoring.columns import moment_of
from monitoring.evaluation.charges.model import Charge, Charges
from monitoring.evaluation.show import number, percent
from monitoring.ledger.show import lasting, local
from monitoring.ledger.stretches import Stretch

SIGN = (_("For the center (signature, seal, date):"), _("For the operator (signature, seal, date):"))
"""who signs paper of the evaluation"""
COLUMNS = (
    _("unit"),
    _("line"),
    _("access"),
    _("contract"),
    _("promised %"),
    _("line alone %"),
    _("rent, yuan"),
    _("deduction, yuan"),
    _("to pay, yuan"),
)


def cells(charge: Charge) -> tuple[str, ...]:
    """Return a line's row under `COLUMNS`."""
    line = charge.line
    return (
        line.unit,
        line.line,
        translate(access(line)),
        line.contract or translate(_("without contract")),
        number(charge.promised),
        percent(charge.reached),
        yuan(line.amount),
        yuan(line.deduction),
        yuan(line.total),
    )


def why(charge: Charge) -> str:
    """Return in a sentence why so much is deducted, with the arithmetic; or why nothing is."""
    if charge.sums is None:
        return translate(_("a backup line: nobody measures it, so it is not judged"))
    if charge.reached is None:
        return translate(_("nothing was measured, so it is not judged"))
    reached, promised = percent(charge.reached), number(charge.promised)
    if charge.missed == 0:
        return translate(_("{reached}% of {promised}% promised: kept"), reached=reached, promised=promised)
    short = f"{charge.missed:.3f}"
    if charge.rule is None:
        said = _("{reached}% of {promised}% promised: {missed} points short, for which no rule deducts anything")
        return translate(said, reached=reached, promised=promised, missed=short)
    return translate(
        _(
            "{reached}% ({up} up of {counted} counted), {promised}% promised: {missed} points short; {whose}, from "
            "{least} points on {percent}%: {amount} x {percent}% = {back} yuan"
        ),
        reached=reached, promised=promised, missed=short, whose=rule_of(charge), least=number(charge.rule.missed),
        percent=charge.rule.percent, amount=yuan(charge.line.amount), back=yuan(charge.line.deduction),
        up=lasting(charge.sums.up), counted=lasting(charge.sums.up + charge.sums.down),
    )  # fmt: skip


def rule_of(charge: Charge) -> str:
    """Return whose rule it is that deducts."""
    if charge.rule is not None and charge.rule.contract:
        return translate(_("rule of the contract {contract}"), contract=charge.rule.contract)
    return translate(_("the county's rule"))


def outage(one: Stretch) -> str:
    """Return an outage in words: from when to when, how long."""
    said = _("down from {begin} to {end}, {length}")
    return translate(said, begin=local(one.start), end=local(one.end), length=lasting(one.length))


def deducted(found: Charges) -> Iterator[Charge]:
    """Yield the lines of which something is deducted."""
    yield from (charge for charge in found.all if charge.line.deduction)


def document(found: Charges) -> JSON:
    """Return what `--json` prints."""
    lines = found.lines
    sums = {"by_unit": by_unit(lines), "by_supplier": by_supplier(lines), "by_contract": by_contract(lines)}
    total = whole(lines)
    return {
        "month": str(found.month),
        "closed": found.closed,
        "basis": None if found.said is None else found.said.text(),
        "currency": "CNY",
        "unit_of_money": "fen",
        "lines": [_charge(charge) for charge in found.all],
        **{
            name: [{"key": s.key, "amount": s.amount, "deduction": s.deduction, "total": s.total} for s in some]
            for name, some in sums.items()
        },
        "whole": {"amount": total.amount, "deduction": total.deduction, "total": total.total},
    }


def _charge(charge: Charge) -> JSON:
    line, rule = charge.line, charge.rule
    return {
        "unit": line.unit,
        "line": line.line,
        "backup": line.backup,
        "access": line.access,
        "contract": line.contract,
        "supplier": line.supplier,
        "amount": line.amount,
        "deduction": line.deduction,
        "total": line.total,
        "promised": charge.promised,
        "reached": None if charge.reached is None else round(charge.reached, 3),
        "rule": None if rule is None else {"contract": rule.contract, "from": rule.missed, "percent": rule.percent},
        "why": why(charge),
        "outages": [
            {"begin": moment_of(s.start).isoformat(), "end": moment_of(s.end).isoformat(), "seconds": s.length / 1000}
            for s in charge.outages
        ],
    }
