"""Operations evaluation: what the ledger and the faults of a month, quarter or year say of units, lines, operator."""
