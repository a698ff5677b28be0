"""Rules of the house, as programs: direction of imports, sizes, names, locks, documentation."""
