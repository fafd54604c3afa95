"""Pages of a reading: intake, the desk of the review, acts on terms, spreadsheet, finishing."""
