"""What is told of assets, runs and the instance beyond what lists show."""
