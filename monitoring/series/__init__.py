"""The samples: rates of every interface over time, behind the `SeriesStore` seam; SQLite in the state folder."""
