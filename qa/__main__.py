"""`python -m qa` is the same as `qa`."""

from qa.cli.app import main

if __name__ == "__main__":
    main()
