"""What Cisco IOS and those that speak like it (Ruijie RGOS) have in common: blocks by indentation, words, tables.

A platform is a `Dialect` (its differences as data) and the lists of tables that it adds; `sections` renders and parses
with it. Nothing here is a platform by itself.
"""
