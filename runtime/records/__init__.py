"""Records: the one way to write them (`service`) and the one way to read them (`query`)."""
