"""Rewrites the demonstration data of the finance CRM."""

from plugins.finance_demo.year import write

if __name__ == "__main__":
    for path in write():
        print(path)
