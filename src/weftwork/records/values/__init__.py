"""Values that are recorded as metadata: their kinds, and what tables tell."""
