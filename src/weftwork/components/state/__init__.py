"""Components whose definitions follow from something elsewhere that is fetched now and then: their state."""
