"""Interprets a compiled model for a tenant: records, automation, approvals, reports, pages and API."""
