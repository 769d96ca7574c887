"""The SQL of the series store, whole and constant. Rates are per second, octets as bits, in the order of COUNTERS."""

RAW = """
CREATE TABLE IF NOT EXISTS raw (
  ts INTEGER, ifid INTEGER, bits_in, bits_out, packets_in, packets_out, errors_in, errors_out,
  discards_in, discards_out,
  PRIMARY KEY (ts, ifid)
) WITHOUT ROWID"""
CYCLE = "CREATE TABLE IF NOT EXISTS cycle (ts INTEGER PRIMARY KEY)"
INTERFACE = """
CREATE TABLE IF NOT EXISTS interface (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (device, name)
)"""
LAST = """
CREATE TABLE IF NOT EXISTS last (
  ifid INTEGER PRIMARY KEY, clock REAL, uptime INTEGER, number INTEGER, discontinuity INTEGER, speed INTEGER,
  in_octets INTEGER, out_octets INTEGER, in_packets INTEGER, out_packets INTEGER,
  in_errors INTEGER, out_errors INTEGER, in_discards INTEGER, out_discards INTEGER,
  wide INTEGER, admin INTEGER, oper INTEGER, bits_in REAL, bits_out REAL
)"""
AVERAGE = """
CREATE TABLE IF NOT EXISTS r5m (
  ifid INTEGER, ts INTEGER, n INTEGER, bits_in REAL, bits_out REAL, peak_in REAL, peak_out REAL, PRIMARY KEY (ifid, ts)
) WITHOUT ROWID"""
ROLLED = "CREATE TABLE IF NOT EXISTS rolled (id INTEGER PRIMARY KEY CHECK (id = 1), until INTEGER NOT NULL)"

ADD_INTERFACE = "INSERT OR IGNORE INTO interface (device, name) VALUES (?, ?)"
INTERFACES = "SELECT id, device, name FROM interface"
ADD_CYCLE = "INSERT OR IGNORE INTO cycle VALUES (?)"
ADD_RAW = "INSERT OR REPLACE INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SET_LAST = "INSERT OR REPLACE INTO last VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
READINGS = """
SELECT i.device, i.name, l.clock, l.uptime, l.number, l.discontinuity, l.speed,
  l.in_octets, l.out_octets, l.in_packets, l.out_packets, l.in_errors, l.out_errors, l.in_discards, l.out_discards,
  l.wide
FROM last l JOIN interface i ON i.id = l.ifid"""
CURRENT = """
SELECT i.device, i.name, l.clock, l.admin, l.oper, l.speed, l.bits_in, l.bits_out
FROM interface i JOIN last l ON l.ifid = i.id WHERE ?1 IS NULL OR i.device = ?1 ORDER BY i.device, i.name"""

ROLLED_UNTIL = "SELECT until FROM rolled"
SET_ROLLED = "INSERT OR REPLACE INTO rolled VALUES (1, ?)"
ROLL = """
SELECT ifid, ts / 300 * 300 AS start, count(*), avg(bits_in), avg(bits_out), max(bits_in), max(bits_out)
FROM raw WHERE ts >= ? AND ts < ? GROUP BY ifid, start"""
ADD_AVERAGE = "INSERT OR REPLACE INTO r5m VALUES (?, ?, ?, ?, ?, ?, ?)"

AVERAGES = """
SELECT ts, n, bits_in, bits_out, peak_in, peak_out FROM r5m WHERE ifid = ? AND ts >= ? AND ts < ? ORDER BY ts"""
SAMPLES = """
SELECT c.ts, 1, r.bits_in, r.bits_out, r.bits_in, r.bits_out
FROM cycle c CROSS JOIN raw r ON r.ts = c.ts AND r.ifid = ? WHERE c.ts >= ? AND c.ts < ? ORDER BY c.ts"""
