"""The demo's first stage: there is a county folder, it is valid, and the intent of every device follows from it."""

from countynet.i18n import _, translate
from countynet.stages import JSON, StageContext

QUICK_UNITS = 12


class InventoryStage:
    """Makes the county folder if there is none, then loads it; nothing outside of that folder is touched."""

    name = "inventory"
    title = _("Make and validate the county's inventory, derive what every device shall be told")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Set `context.county`; return units, devices and the inventory's commit. Raises BadInput, Conflict."""
        from countynet.secrets import Secrets
        from inventory import create, load_county, subset
        from inventory.intent.adapt import adapted

        settings = context.settings
        if create.create_folder(settings, context.mixed, context.applications):
            context.say(translate(_("the example county was copied to {folder}"), folder=settings.county))
        elif context.mixed or context.applications:
            context.say(translate(_("{folder} holds a county already; nothing was copied"), folder=settings.county))
        county = load_county(settings.county)
        made = create.create_secrets(settings, county)
        if made:
            context.say(translate(_("{count} secrets were created in the vault"), count=made))
        commit = create.create_repository(settings)
        context.county = subset(county, QUICK_UNITS) if context.quick else county
        configs = adapted(context.county, Secrets.load(settings).get)
        units = len(context.county.units)
        context.say(translate(_("{units} units and {devices} devices are valid"), units=units, devices=len(configs)))
        return {"units": units, "devices": len(configs), "commit": commit}


stage = InventoryStage()
