"""What runs beside or inside the twin's namespaces: the boot helper, the DSLAM and the responder.

Invariant: only the standard library and this package are imported here. These modules run in bare interpreters
(`python -S`), forked a hundred times or resident for hours, so each megabyte and millisecond counts.
"""
