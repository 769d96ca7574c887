"""Who may sign in at a simulated device, as its running configuration says; at the factory, as its start order says."""

from typing import TYPE_CHECKING

from inventory.deviceconfig import DeviceConfig

if TYPE_CHECKING:
    from topology.twin.vendor.device import Device


class Accounts:
    """The accounts of a device; what the configuration says is parsed again only after a change."""

    def __init__(self, device: "Device") -> None:
        self._device = device
        self._at = -1
        self._config: DeviceConfig | None = None

    def config(self) -> DeviceConfig:
        """Return what the running configuration says, as the platform's parser understands it."""
        if self._config is None or self._at != self._device.changes:
            from inventory.platforms.registry import platform

            text = "\n".join(self._device.grammar.shown(self._device.running, secrets=True))
            self._config = platform(self._device.about.platform).parse(text).config
            self._at = self._device.changes
        return self._config

    def last(self) -> DeviceConfig:
        """Return what the configuration said when somebody last asked: for what must not cost a parse a line."""
        return self._config or self.config()

    def keys(self, user: str) -> tuple[str, ...]:
        """Return the public keys of an account, as `type base64`; none for a stranger or a locked account."""
        found = next((u for u in self.config().users if u.name == user), None)
        if found is None or found.ssh_keys or found.locked:
            return () if found is None or found.locked else found.ssh_keys
        return self._device.about.keys if user == self._device.about.user else ()

    def holds(self, user: str, key: str) -> bool:
        """Whether an account may sign in with a public key; some platforms keep only a key's MD5."""
        from inventory.platforms.ioslike.access import hashed

        held = self.keys(user)
        return key in held or hashed(key) in held

    def password(self, user: str) -> str:
        """Return the password of an account, empty where it has none or may not sign in with one."""
        found = next((u for u in self.config().users if u.name == user), None)
        if found is None or found.locked:
            return ""
        own = self._device.grammar.password(self._device.running, user)
        if own:
            return own
        return self._device.about.password if user == self._device.about.user else ""
