"""Tables as values: data frames in Parquet files and DuckDB tables."""
