"""One package per device platform: each renders a DeviceConfig to what the platform reads and parses it back."""
