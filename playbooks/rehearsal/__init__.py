"""Rehearses a plan on a twin before the real thing.

`scene` chooses what of the county is built; `child` builds it, brings it to what runs, applies the plan and tests it,
in namespaces of its own; `run` starts that child and reads what it says; `result` is what is reported. This package
imports nothing.
"""
