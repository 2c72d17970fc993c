"""What ops and graphs have in common: inputs, outputs, dependencies, and being invoked in a composition."""
