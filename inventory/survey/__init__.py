"""Survey spreadsheets: 120 units' answers from whatever they mailed back to edits of the record. Requirement N2.

The way of a file: `limits` and `package` refuse what is no survey; `workbook` and `delimited` read cells; `layout`
finds the units in them; `values` reads each answer; `entries`, `checks` and `twice` hold them against the county;
`edits` turns what differs into edits. Every problem of every file comes at once, and nothing is ever changed by
reading. A guess is never taken for an answer: it is a problem with a suggestion.

Seams: `reading.sources`, `preview.preview`, `preview.judge`, `edits.edits`, `corrected.write_copies`, `form.form`. They
are imported from their modules, so that the commands can be listed without loading any of it.
"""
