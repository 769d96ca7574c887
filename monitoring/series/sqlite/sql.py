"""The SQL of the SQLite store, constant. Rates are per second, octets as bits, in the order of COUNTERS."""

# ruff: noqa: S608 - put together from names in this file only

COLUMNS = (
    "bits_in",
    "bits_out",
    "packets_in",
    "packets_out",
    "errors_in",
    "errors_out",
    "discards_in",
    "discards_out",
)
_LIST = ", ".join(COLUMNS)

RAW = f"CREATE TABLE IF NOT EXISTS raw (ts INTEGER, ifid INTEGER, {_LIST}, PRIMARY KEY (ts, ifid)) WITHOUT ROWID"
CYCLE = "CREATE TABLE IF NOT EXISTS cycle (ts INTEGER PRIMARY KEY)"
GAUGE_RAW = (
    "CREATE TABLE IF NOT EXISTS gauge (ts INTEGER, gid INTEGER, value REAL, PRIMARY KEY (ts, gid)) WITHOUT ROWID"
)
GAUGE_HOUR = """
CREATE TABLE IF NOT EXISTS gauge (
  gid INTEGER, ts INTEGER, n INTEGER, total REAL, low REAL, high REAL, PRIMARY KEY (gid, ts)
) WITHOUT ROWID"""
INDEX = (
    """CREATE TABLE IF NOT EXISTS interface (
      id INTEGER PRIMARY KEY, device TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (device, name))""",
    """CREATE TABLE IF NOT EXISTS last (
      ifid INTEGER PRIMARY KEY, clock REAL, uptime INTEGER, number INTEGER, discontinuity INTEGER, speed INTEGER,
      in_octets INTEGER, out_octets INTEGER, in_packets INTEGER, out_packets INTEGER,
      in_errors INTEGER, out_errors INTEGER, in_discards INTEGER, out_discards INTEGER,
      wide INTEGER, admin INTEGER, oper INTEGER, bits_in REAL, bits_out REAL)""",
    """CREATE TABLE IF NOT EXISTS gauge (
      id INTEGER PRIMARY KEY, device TEXT NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL, clock REAL, value REAL,
      UNIQUE (device, kind, item))""",
    "CREATE TABLE IF NOT EXISTS rolled (level TEXT PRIMARY KEY, until INTEGER NOT NULL)",
)


def average(level: str) -> str:
    """Return the table of a level of averages: `n_*` samples behind each average of traffic, with its peak."""
    others = ", ".join(f"{name} REAL" for name in COLUMNS[2:])
    return f"""
CREATE TABLE IF NOT EXISTS {level} (
  ifid INTEGER, ts INTEGER, n_in INTEGER, n_out INTEGER, bits_in REAL, bits_out REAL, peak_in REAL, peak_out REAL,
  {others}, PRIMARY KEY (ifid, ts)
) WITHOUT ROWID"""


ADD_INTERFACE = "INSERT OR IGNORE INTO interface (device, name) VALUES (?, ?)"
INTERFACE_OF = "SELECT id FROM interface WHERE device = ? AND name = ?"
INTERFACES = "SELECT id, device, name FROM interface"
ADD_CYCLE = "INSERT OR IGNORE INTO cycle VALUES (?)"
ADD_RAW = "INSERT OR REPLACE INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SET_LAST = "INSERT OR REPLACE INTO last VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
READINGS = """
SELECT i.device, i.name, l.clock, l.uptime, l.number, l.discontinuity, l.speed,
  l.in_octets, l.out_octets, l.in_packets, l.out_packets, l.in_errors, l.out_errors, l.in_discards, l.out_discards,
  l.wide
FROM interface i JOIN last l ON l.ifid = i.id"""
READINGS_OF = READINGS + " WHERE i.device = ?"
CURRENT = """
SELECT i.device, i.name, l.clock, l.admin, l.oper, l.speed, l.bits_in, l.bits_out
FROM interface i JOIN last l ON l.ifid = i.id WHERE ?1 IS NULL OR i.device = ?1 ORDER BY i.device, i.name"""

ADD_GAUGE = "INSERT OR IGNORE INTO gauge (device, kind, item) VALUES (?, ?, ?)"
GAUGE_OF = "SELECT id FROM gauge WHERE device = ? AND kind = ? AND item = ?"
GAUGES = "SELECT id, device, kind, item FROM gauge"
SET_GAUGE = "UPDATE gauge SET clock = ?, value = ? WHERE id = ?"
ADD_VALUE = "INSERT OR REPLACE INTO gauge VALUES (?, ?, ?)"
MEASURED = """
SELECT device, kind, item, clock, value FROM gauge
WHERE clock IS NOT NULL AND (?1 IS NULL OR device = ?1) ORDER BY device, kind, item"""

ROLLED_UNTIL = "SELECT until FROM rolled WHERE level = ?"
SET_ROLLED = "INSERT OR REPLACE INTO rolled VALUES (?, ?)"
_OTHERS = ", ".join(f"avg({name})" for name in COLUMNS[2:])
ROLL = {
    "r5m": f"""
SELECT ifid, ts / 300 * 300 AS start, count(bits_in), count(bits_out), avg(bits_in), avg(bits_out),
  max(bits_in), max(bits_out), {_OTHERS}
FROM raw WHERE ts >= ? AND ts < ? GROUP BY ifid, start""",
    "r1h": f"""
SELECT ifid, ts / 3600 * 3600 AS start, sum(n_in), sum(n_out), sum(n_in * bits_in) / sum(n_in),
  sum(n_out * bits_out) / sum(n_out), max(peak_in), max(peak_out), {_OTHERS}
FROM r5m WHERE ts >= ? AND ts < ? GROUP BY ifid, start""",
}
ADD_AVERAGE = {
    level: f"INSERT OR REPLACE INTO {level} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" for level in ROLL
}
ROLL_GAUGES = """
SELECT gid, ts / 3600 * 3600 AS start, count(value), sum(value), min(value), max(value)
FROM gauge WHERE ts >= ? AND ts < ? GROUP BY gid, start"""
ADD_GAUGE_HOUR = "INSERT OR REPLACE INTO gauge VALUES (?, ?, ?, ?, ?, ?)"

_BUCKET = "CAST((ts - :start) / :width AS INTEGER)"
PARTS = {
    "raw": """
SELECT CAST((c.ts - :start) / :width AS INTEGER) AS bucket, count(r.bits_in), sum(r.bits_in), count(r.bits_out),
  sum(r.bits_out), max(r.bits_in), max(r.bits_out)
FROM cycle c CROSS JOIN raw r ON r.ts = c.ts AND r.ifid = :id WHERE c.ts >= :since AND c.ts < :until GROUP BY bucket""",
    **{
        level: f"""
SELECT {_BUCKET} AS bucket, sum(n_in), sum(n_in * bits_in), sum(n_out), sum(n_out * bits_out),
  max(peak_in), max(peak_out)
FROM {level} WHERE ifid = :id AND ts >= :since AND ts < :until GROUP BY bucket"""
        for level in ROLL
    },
}
STRETCHES = {
    "raw": f"""
SELECT {_BUCKET} AS bucket, count(g.value), sum(g.value), min(g.value), max(g.value)
FROM cycle c CROSS JOIN gauge g USING (ts) WHERE g.gid = :id AND c.ts >= :since AND c.ts < :until GROUP BY bucket""",
    "r1h": f"""
SELECT {_BUCKET} AS bucket, sum(n), sum(total), min(low), max(high)
FROM gauge WHERE gid = :id AND ts >= :since AND ts < :until GROUP BY bucket""",
}
WINDOWS = {
    "r5m": "SELECT ts, bits_in, bits_out FROM r5m WHERE ifid = ? AND ts >= ? AND ts < ? ORDER BY ts",
    "raw": """
SELECT c.ts / 300 * 300 AS start, avg(r.bits_in), avg(r.bits_out)
FROM cycle c CROSS JOIN raw r ON r.ts = c.ts AND r.ifid = ? WHERE c.ts >= ? AND c.ts < ?
GROUP BY start ORDER BY start""",
}
FIRST = {
    "raw": "SELECT min(ts) FROM cycle",
    "r5m": "SELECT min(ts) FROM r5m WHERE ifid = (SELECT min(ifid) FROM r5m)",
}
"""from when on a file holds something: a seek each, never a scan"""
ROWS = f"SELECT ts, ifid, {_LIST} FROM raw WHERE ts >= ? AND ts < ? ORDER BY ts, ifid"


def ranking(level: str, column: str) -> str:
    """Return the sums of a column by interface in a span: id, samples, total, highest."""
    weight = "1" if level == "raw" else "n_out" if column.endswith("_out") else "n_in"
    peak = f"peak_{column[5:]}" if level != "raw" and column.startswith("bits") else column
    known = f"({column} IS NOT NULL)"
    return f"""
SELECT ifid, sum({weight} * {known}), sum({weight} * {column}), max({peak})
FROM {level} WHERE ts >= ? AND ts < ? GROUP BY ifid"""
