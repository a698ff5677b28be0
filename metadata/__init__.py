"""The language: what an app definition may say. Pure: no database connection, no clock, no web framework."""
