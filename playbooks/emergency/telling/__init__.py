"""Telling people of an emergency: that it began, that a step is theirs, that one is late, that it is over.

`plan` says who is to be told of what, without a clock or a database; `tick` asks it in the worker and writes what is
new where whoever can reach people reads it (`countynet.tellings`).
"""
