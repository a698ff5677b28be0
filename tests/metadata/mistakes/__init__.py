"""Two hundred mistakes in packages: each is found, at its place, in words that help."""
