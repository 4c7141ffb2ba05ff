"""The schema's history: one list of revisions for SQLite and PostgreSQL."""
