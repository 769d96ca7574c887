"""A kept run as files for others: paper (PDF, signed), a workbook, OSCAL assessment results. Same run, same bytes."""
