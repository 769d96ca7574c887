"""The example county with further terminals, bound or not."""

from inventory.model import Cable, County, Terminal


def with_terminals(county: County, unit_id: str, *plugged: tuple[str, str | None]) -> County:
    """Return the county whose unit has just these terminals, each a LAN port and a hardware address or none.

    They are named `pc-<unit>`, `pc-<unit>-b`, `pc-<unit>-c` ... and their addresses end in 10, 11, 12 ...
    """
    unit, cpe = county.unit_by_id[unit_id], county.cpe_by_unit[unit_id]
    names = [f"pc-{unit.id[1:]}" + (f"-{chr(ord('a') + i)}" if i else "") for i in range(len(plugged))]
    terminals = tuple(
        Terminal(name=name, address=unit.lan[10 + i], mac=mac)
        for i, (name, (_port, mac)) in enumerate(zip(names, plugged, strict=True))
    )
    gone = {terminal.name for terminal in unit.terminals}
    cables = [c for c in county.cables if not {c.a.node, c.b.node} & gone]
    for name, (port, _mac) in zip(names, plugged, strict=True):
        ends = {"a": f"{cpe.name}:{port}", "b": f"{name}:eth0"}
        cables.append(Cable.model_validate({"id": f"cable-{name}", "kind": "copper", **ends}))
    units = tuple(u.model_copy(update={"terminals": terminals}) if u.id == unit_id else u for u in county.units)
    # dumped and read again, so that nothing that was looked up before stays
    return County.model_validate(county.model_copy(update={"units": units, "cables": tuple(cables)}).model_dump())
