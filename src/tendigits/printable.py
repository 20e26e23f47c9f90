"""Text from a stranger's file, as it may stand in a sentence: on its line, and no command to the terminal."""

__all__ = ["printable"]


def printable(text: str) -> str:
    r"""Return a text with its escapes written out where it has signs that cannot be printed.

    >>> printable("a\nb")
    'a\\nb'
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
