"""Text in a table that a spreadsheet may open."""


def as_text(text: str) -> str:
    """The text as a spreadsheet takes it for text: it would run what starts like a formula.

    >>> as_text("=1+1"), as_text("a.wav")
    ("'=1+1", 'a.wav')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
