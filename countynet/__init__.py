"""The foundation of countynet: what every room needs and no room owns.

It imports no room. Rooms register their commands, jobs, tables and demo stages by entry points (pyproject.toml).
"""

__version__ = "0.1.0"
