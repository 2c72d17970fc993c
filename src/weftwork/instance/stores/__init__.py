"""The parts of an instance by their documented names: thin views of the same store."""
