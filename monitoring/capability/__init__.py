"""What each device can tell us, found by asking it; and what it tells: sensors, states, tables.

`tables/*.yml` say per platform which MIB object holds which quantity (`table`, `library`); `probe` finds out what a
device answers; `read` (pure) turns answers into `Reading`s; `store` keeps the last of each; `coverage` (pure) says what
is watched, what is not, and why. Nothing here knows a threshold: alarm rules and causes read `sensor_state`.
"""
