"""Devices are configured over SSH and nothing else: read, compare, write the difference, read again.

A fleet operation returns one result per device and never raises because of one device. What a device is told
comes from the inventory (`inventory.intent`), what it runs comes from the device; nothing is remembered in between,
so a rerun does only what is missing. The operations are `playbooks.device.service.apply` and `fetch`; this package
imports nothing, so that `countynet --help` stays quick.
"""
