"""Operations evaluation as a page, with the same on paper and as a workbook."""
