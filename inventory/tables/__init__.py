"""Exports the inventory as tables: one sheet and one CSV file for each section, safe to open in a spreadsheet."""

from inventory.tables.flatten import Table, tables
from inventory.tables.write import write_csv, write_xlsx

__all__ = ["Table", "tables", "write_csv", "write_xlsx"]
