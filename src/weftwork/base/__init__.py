"""The ground floor: errors, text, names, ids, clock and integer graphs, on the standard library alone."""
