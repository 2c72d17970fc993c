"""What binds a run to the rest of the instance: its lease, and the slots of pools."""
