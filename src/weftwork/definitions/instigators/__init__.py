"""What schedules and sensors have in common: their targets, functions, contexts and results."""
