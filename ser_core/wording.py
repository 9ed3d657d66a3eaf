"""How numbers are written, alike in texts, figures, reports and the terminal."""


class Number(float):
    """A float that is written with a minus sign (−3, not -3), and without any sign when it rounds to 0.

    >>> f"{Number(-3.14):.1f}", f"{Number(2):+.0f}", f"{Number(-0.04):+.1f}"
    ('−3.1', '+2', '0.0')
    """

    def __format__(self, spec: str) -> str:
        written = super().__format__(spec)
        if not any(digit in written for digit in "123456789"):
            written = written.lstrip("+-")
        return written.replace("-", "−")


def amount(value: float, unit: str, decimals: int, *, signed: bool = False) -> str:
    """A value with its unit; a per cent sign follows its number at once.

    >>> amount(-23.41, "LUFS", 1), amount(12.4, "%", 0), amount(3, "dB", 1, signed=True)
    ('−23.4 LUFS', '12%', '+3.0 dB')
    """
    return f"{Number(value):{'+' if signed else ''}.{decimals}f}{after_number(unit)}"


def after_number(unit: str) -> str:
    """A unit as it follows a number.

    >>> after_number("dB"), after_number("%"), after_number("")
    (' dB', '%', '')
    """
    return unit if unit in {"", "%"} else f" {unit}"


def percent(probability: float) -> str:
    """A probability as a whole per cent that never claims 0 or 100.

    >>> percent(0.834), percent(0.002), percent(0.9999)
    ('83%', 'under 1%', 'over 99%')
    """
    if probability < 0.01:
        return "under 1%"
    if probability > 0.99:
        return "over 99%"
    return f"{probability:.0%}"
