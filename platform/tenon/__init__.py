"""The product: the composition root, the command line, sign-in and the shell around the pages."""
