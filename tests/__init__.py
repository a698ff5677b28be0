"""The tests: they mirror the house, and hold the contracts, the architecture, the journeys and the golden files."""
