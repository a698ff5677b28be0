"""Compiled expressions as SQL for SQLite and PostgreSQL, meaning exactly what evaluation means."""
