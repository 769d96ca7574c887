"""Backups of running configurations: when they are made, what they were at a time, what changed, and back to it.

`history` reads the repository that `inventory.running` writes; `take` looks at devices in somebody's name; `restore`
brings one back; `jobs` is what the worker does. This package imports nothing, so that `countynet --help` stays quick.
"""
