"""Alarm rules as data: what is measured, and when it is an alarm. `defaults.yml` here, the county's own on top.

`model` says what a rule may be; `judge` decides, pure; `sources` brings the readings; `part` runs it all and opens and
closes alarms. A rule never opens an alarm about what is shadowed, down or under work: those have their own sentence.
"""
