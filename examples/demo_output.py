"""What the demo says to the person at the terminal."""
import os
import sys


class DemoError(Exception):
    """Something the demo needs did not happen; the text is for the person at the terminal."""


def colour(code, text):
    return f"\033[{code}m{text}\033[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else text


def heading(text):
    print("\n" + colour("1", text), flush=True)


def say(text):
    print("  " + text, flush=True)
