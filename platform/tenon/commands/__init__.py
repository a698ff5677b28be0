"""The commands of `tenon`, one family per module; each adds its parsers and answers with an `Answer`."""
