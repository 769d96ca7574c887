"""One county, whole: its sections, and the indexes that everybody asks for. Pure."""

from functools import cached_property

from countynet.frozen import Frozen
from countynet.vocabulary import DeviceRole, HostKind, ZoneName
from inventory.model.assets import Application, BackupJob, Certificate, Contact, Seal
from inventory.model.devices import Cable, Device, DeviceType, SecurityEquipment
from inventory.model.lines import BackupLine, Circuit, Contract
from inventory.model.network import Freed, HeldPort, Host, Plan, PolicyRule, Service, Zone
from inventory.model.opened import opened_by_applications
from inventory.model.places import Building, Rack, Site
from inventory.model.units import Batch, Phase, Training, Unit


class County(Frozen):
    """One county, whole."""

    plan: Plan
    buildings: tuple[Building, ...]
    units: tuple[Unit, ...]
    devices: tuple[Device, ...]
    cables: tuple[Cable, ...]
    circuits: tuple[Circuit, ...]
    zones: tuple[Zone, ...]
    hosts: tuple[Host, ...]
    services: tuple[Service, ...]
    policy: tuple[PolicyRule, ...]
    sites: tuple[Site, ...] = ()
    racks: tuple[Rack, ...] = ()
    device_types: tuple[DeviceType, ...] = ()
    security_equipment: tuple[SecurityEquipment, ...] = ()
    contracts: tuple[Contract, ...] = ()
    backup_lines: tuple[BackupLine, ...] = ()
    seals: tuple[Seal, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    contacts: tuple[Contact, ...] = ()
    applications: tuple[Application, ...] = ()
    backup_jobs: tuple[BackupJob, ...] = ()
    phases: tuple[Phase, ...] = ()
    batches: tuple[Batch, ...] = ()
    trainings: tuple[Training, ...] = ()
    quarantine: tuple[Freed, ...] = ()
    held_ports: tuple[HeldPort, ...] = ()

    @cached_property
    def rules(self) -> tuple[PolicyRule, ...]:
        """The policy as it holds: what is written, then what the applications' own reach adds to it."""
        return (*self.policy, *opened_by_applications(self.applications, self.hosts, self.policy))

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        """Units by id."""
        return {u.id: u for u in self.units}

    @cached_property
    def unit_by_terminal(self) -> dict[str, Unit]:
        """The unit of each terminal by the terminal's name."""
        return {t.name: u for u in self.units for t in u.terminals}

    @cached_property
    def device_by_name(self) -> dict[str, Device]:
        """Devices by name."""
        return {d.name: d for d in self.devices}

    @cached_property
    def host_by_name(self) -> dict[str, Host]:
        """Hosts by name."""
        return {h.name: h for h in self.hosts}

    @cached_property
    def zone_by_name(self) -> dict[ZoneName, Zone]:
        """Zones by name."""
        return {z.name: z for z in self.zones}

    @cached_property
    def circuit_by_unit(self) -> dict[str, Circuit]:
        """Access lines by the id of the unit they serve."""
        return {c.unit: c for c in self.circuits}

    @cached_property
    def cpe_by_unit(self) -> dict[str, Device]:
        """The CPE of each unit by unit id."""
        return {d.unit: d for d in self.devices if d.unit is not None}

    @cached_property
    def building_by_id(self) -> dict[str, Building]:
        """Buildings by id."""
        return {b.id: b for b in self.buildings}

    @cached_property
    def station(self) -> Host:
        """The management station, where countynet runs."""
        return next(h for h in self.hosts if h.kind is HostKind.STATION)

    def devices_in(self, role: DeviceRole) -> tuple[Device, ...]:
        """Return the devices of one role, in inventory order."""
        return self._by_role.get(role, ())

    @cached_property
    def _by_role(self) -> dict[DeviceRole, tuple[Device, ...]]:
        return {role: tuple(d for d in self.devices if d.role is role) for role in DeviceRole}
