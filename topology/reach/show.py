"""Prints a proof: the counts, then every finding with its packet and the way it takes, a line a hop."""

from collections.abc import Iterator, Sequence

from countynet.console import out, table
from countynet.i18n import _, translate
from topology.reach.failures import Failure
from topology.reach.fragments import Leak
from topology.reach.shifts import Change, Shift
from topology.reach.verdict import Finding, Proof, Verdict
from topology.reach.walk import Step

SHOWN = 20
"""findings printed; the JSON document has all"""
BARE = ": no configuration"
"""what a proof says in place of the lines of a device of which it has none"""
VERDICTS = {
    Verdict.ISOLATED: _("isolated"),
    Verdict.ALLOWED: _("only as allowed"),
    Verdict.OPEN: _("open beyond the policy"),
    Verdict.BLOCKED: _("blocked though allowed"),
    Verdict.UNKNOWN: _("cannot be told"),
}
FAMILIES = {"ipv4": "IPv4", "ipv6": "IPv6"}
"""the columns of the counts by one family's packets alone"""
ACTIONS = {"accept": _("let through"), "drop": _("dropped")}
HOOKS = {
    "input": _("input"),
    "forward": _("forward"),
    "output": _("output"),
    "native": _("native VLAN, second tag"),
    "forged": _("sent with a forged source"),
}


def show(proof: Proof) -> None:
    """Print a proof in the language of the context."""
    families = [counts for name in FAMILIES if (counts := proof.families.get(name)) is not None]
    rows = [
        (translate(title), proof.count(verdict), *(counts.get(verdict, 0) for counts in families))
        for verdict, title in VERDICTS.items()
    ]
    title = translate(
        _("{pairs} pairs of places, all packets, {seconds} s"),
        pairs=len(proof.verdicts),
        seconds=f"{proof.seconds:.1f}",
    )
    named = [words for name, words in FAMILIES.items() if name in proof.families]
    table(title, [translate(_("verdict")), translate(_("pairs of places")), *named], rows)
    for finding in proof.findings[:SHOWN]:
        for line in lines(finding):
            out().print(line)
    if len(proof.findings) > SHOWN:
        out().print(translate(_("and {count} more: --json has all"), count=len(proof.findings) - SHOWN))


def show_failures(found: tuple[Failure, ...]) -> None:
    """Print what each single failure opens and what is lost with it."""
    columns = [translate(c) for c in (_("failed part"), _("opens"), _("pairs lost"))]
    rows = [(one.down, len(one.opens), len(one.lost)) for one in found]
    table(translate(_("Each single failure")), columns, rows)
    for line in (line for one in found for finding in one.opens for line in lines(finding)):
        out().print(line)


def change_lines(change: Change, shown: int = SHOWN) -> Iterator[str]:
    """Yield what an edit opens and closes as lines, translated."""
    yield verdict_of(change)
    for words, shifts in ((_("opens"), change.opens), (_("closes"), change.closes)):
        for shift in shifts[:shown]:
            yield f"{translate(words)}: {in_words(shift)}"
            yield from (f"  {step(one)}" for one in shift.path)
        if len(shifts) > shown:
            yield translate(_("and {count} more: --json has all"), count=len(shifts) - shown)
    yield from notes(change, shown)


def verdict_of(change: Change) -> str:
    """Return in a line what an edit opens and closes."""
    if change.harmless:
        return translate(_("opens nothing, closes nothing"))
    if not (change.opens or change.closes):
        return translate(
            _("nothing is known to open or close, but it cannot be told of {count} places"), count=len(change.unsure)
        )
    wrong = sum(not shift.allowed for shift in change.opens), sum(shift.allowed for shift in change.closes)
    return translate(
        _("opens {opens} ({beyond} beyond the policy), closes {closes} ({needed} that the policy allows)"),
        opens=len(change.opens), beyond=wrong[0], closes=len(change.closes), needed=wrong[1],
    )  # fmt: skip


def notes(change: Change, shown: int = SHOWN) -> Iterator[str]:
    """Yield what else has to be known of the answer: what cannot be told, what was assumed."""
    if change.unsure:
        yield translate(_("cannot be told of {count} places"), count=len(change.unsure))
        yield from (f"  {line}" for line in unread(change.lines, shown))
    if change.assumed:
        names = ", ".join(change.assumed)
        yield translate(_("never fetched, taken as the inventory intends: {devices}"), devices=names)


def unread(found: Sequence[str], shown: int = SHOWN) -> Iterator[str]:
    """Yield lines that nobody understood; devices without any configuration are one line."""
    bare = [line.removesuffix(BARE) for line in found if line.endswith(BARE)]
    if bare:
        names = ", ".join(bare[:shown]) + (" …" if len(bare) > shown else "")
        message = _("{count} devices have no configuration that was fetched (countynet config fetch): {names}")
        yield translate(message, count=len(bare), names=names)
    others = [line for line in found if not line.endswith(BARE)]
    yield from (f"{translate(_('not understood'))}: {line}" for line in others[:shown])
    if len(others) > shown:
        yield translate(_("and {count} more: --json has all"), count=len(others) - shown)


def in_words(shift: Shift) -> str:
    """Return the pair of a shift, its packet, and whether the policy allows it."""
    word = _("allowed by the policy") if shift.allowed else _("not allowed by the policy")
    what = translate(_("both lie in one broadcast domain: everything passes, IPv6 too")) if shift.shared else ""
    if shift.answer:
        what = translate(_("its answer on the way back: {packet}"), packet=shift.packet)
    found = f"{shift.source} > {shift.target} {what or shift.packet} ({translate(word)})"
    return f"{found}; {forged(shift.forger, shift.claims)}" if shift.forger else found


def lines(finding: Finding) -> Iterator[str]:
    """Yield a finding as lines: the pair and its packet, then the way."""
    yield f"{finding.source} > {finding.target}: {translate(VERDICTS[finding.verdict])} {finding.packet}".rstrip()
    if words := note(finding):
        yield f"  {words}"
    if finding.shared:
        yield "  " + translate(_("both lie in one broadcast domain: everything passes, IPv6 too"))
    yield from (f"  {step(one)}" for one in finding.path)
    yield from (f"  {line}" for line in unread(finding.lines))


def note(finding: Finding) -> str:
    """Return what else has to be said of a finding's packet; empty if nothing."""
    if finding.expired:
        return translate(_("expired exception: {rule} of the policy is over"), rule=finding.expired)
    if finding.forger:
        return forged(finding.forger, finding.claims)
    return translate(_("first packets arrive, but this answer does not come back:")) if finding.answer else ""


def forged(device: str, claims: str) -> str:
    """Return who forges a packet and whose address it bears."""
    words = _("{device} forges it: the address is of {place}, whose packets never come by there")
    stranger = _("{device} forges it: nobody that we know has that address")
    return translate(words if claims else stranger, device=device, place=claims)


def leak_lines(found: Sequence[Leak]) -> Iterator[str]:
    """Yield where later fragments arrive though nothing of their protocol is allowed, a packet and its way each."""
    if not found:
        yield translate(_("later fragments get nowhere that packets of their protocol may not go"))
    for one in found[:SHOWN]:
        words = _("{source} > {target}: later fragments of {packet} arrive, nothing of that protocol is allowed")
        yield translate(words, source=one.source, target=one.target, packet=one.packet)
        yield from (f"  {step(hop)}" for hop in one.path)
    if len(found) > SHOWN:
        yield translate(_("and {count} more: --json has all"), count=len(found) - SHOWN)


def step(one: Step) -> str:
    """Return a hop in words."""
    way = f"{one.device} {one.into} > {one.out}".replace("  ", " ") if one.out else f"{one.device} {one.into}"
    action = translate(ACTIONS[one.action])
    if one.hook == "forged":
        return f"{one.device}: {translate(HOOKS[one.hook])}"
    if not one.hook:
        return f"{way}: {action} ({translate(_('no filter'))})"
    rule = one.rule or translate(_("no rule matches"))
    return f"{way}: {action} ({translate(HOOKS[one.hook])}: {rule})"
