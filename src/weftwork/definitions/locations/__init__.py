"""What a code location offers: Definitions, repositories, and how they are found in modules."""
