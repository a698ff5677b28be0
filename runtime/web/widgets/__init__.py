"""What a value looks like: cells that show it and controls that take it. Only here text becomes markup."""
