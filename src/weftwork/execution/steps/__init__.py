"""Running one step: inputs loaded, the function called, outputs stored, events made."""
