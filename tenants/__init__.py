"""Who the tenants are, where their data lives, and which metadata version they run."""
