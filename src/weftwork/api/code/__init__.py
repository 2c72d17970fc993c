"""What code locations offer: the locations themselves, jobs, schedules and sensors, for people and programs."""
