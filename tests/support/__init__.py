"""What tests stand on: a real PostgreSQL, a real browser, and where a test keeps its data."""
