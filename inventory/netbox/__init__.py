"""Exchange with NetBox 4.7: export, import, CSV files.

`things(county)` says what NetBox shall hold; `push` brings a NetBox to it; `differences` reads it backwards. Only
objects with the tag `countynet` are ever changed or removed. Requirement N3.
"""
