"""Texts in Arrow columns and the Parquet files they are kept in; imported only where pyarrow is wanted."""
