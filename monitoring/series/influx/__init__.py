"""Samples in an InfluxDB server: written through influxdb-client, read by InfluxQL, kept on disk while it is away."""

from monitoring.series.influx.store import InfluxSeries

__all__ = ["InfluxSeries"]
