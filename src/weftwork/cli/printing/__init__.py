"""How things look: tables, JSON, colours, instants, durations."""
