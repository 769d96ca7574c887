"""The pages of records: one set of views for every kind, and the regulations that a person has to read."""
