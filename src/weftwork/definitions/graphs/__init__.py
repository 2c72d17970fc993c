"""Graphs: ops and other graphs, connected."""
