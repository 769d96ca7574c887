"""The custom fields that hold in NetBox what it has no field for, so that a round trip loses nothing of it. Pure."""

from collections.abc import Iterator, Mapping

from inventory.netbox.thing import TAG, Thing

CUSTOM: Mapping[str, tuple[str, str, str]] = {
    "countynet_id": ("tenancy.contact", "text", "countynet 编号 / id"),
    "countynet_number": ("tenancy.tenant", "integer", "单位序号 / number"),
    "countynet_parent": ("tenancy.tenant", "text", "上级单位 / parent"),
    "countynet_browse": ("tenancy.tenant", "boolean", "可上互联网 / may browse"),
    "countynet_connected": ("tenancy.tenant", "date", "开通日期 / connected on"),
    "countynet_access": ("dcim.site", "text", "接入方式 / access"),
    "countynet_staging": ("dcim.device", "text", "开通地址 / staging address"),
    "countynet_bought": ("dcim.device", "date", "购置日期 / bought on"),
    "countynet_warranty": ("dcim.device", "date", "保修截止 / warranty until"),
    "countynet_support": ("dcim.device", "date", "维保截止 / support until"),
    "countynet_contract": ("circuits.circuit", "text", "合同编号 / contract"),
    "countynet_rent": ("circuits.circuit", "integer", "月租（元） / rent in yuan a month"),
    "countynet_availability": ("circuits.circuit", "decimal", "承诺可用率（%） / promised availability"),
    "countynet_repair": ("circuits.circuit", "integer", "修复时限（小时） / repair hours"),
}
"""name -> the object type that it is on, its type, its label"""


def things() -> Iterator[Thing]:
    """Yield our tag and custom fields; everything else needs them."""
    yield Thing("tags", TAG, {"slug": TAG, "name": TAG, "color": "00695c", "description": "made by countynet"})
    for field, (on, type_, label) in CUSTOM.items():
        yield Thing(
            "custom_fields",
            field,
            {"name": field, "label": label[:50], "object_types": (on,), "type": type_, "group_name": TAG},
        )
