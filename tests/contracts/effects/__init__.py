"""Nothing declared is dead: every property of the language, with a change of it and where that change is seen."""
