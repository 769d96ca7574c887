"""From nothing to a running county, stage by stage: `countynet demo`.

The rooms' stages run in order, each with its time; the first that fails ends the demo, and what stands is taken down.
With `--check` the county is taken down at the end in any case; without, it is served until somebody stops it, and then
taken down. A stop by signal at any moment leaves no process and no namespace.
"""
