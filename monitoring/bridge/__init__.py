"""The bridge to the province's operations platform: our faults there as tickets, its tickets here as reports."""
