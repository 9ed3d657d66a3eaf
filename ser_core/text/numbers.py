"""How numbers are written, the same way in texts, figures, reports and the terminal."""

from ser_core.language import _, current, localised, ngettext, pgettext


class Number(float):
    """A float written with a real minus sign (−3, not -3), and without any sign when it rounds to 0.

    >>> f"{Number(-3.14):.1f}", f"{Number(2):+.0f}", f"{Number(-0.04):+.1f}"
    ('−3.1', '+2', '0.0')
    """

    def __format__(self, spec: str) -> str:
        written = super().__format__(spec)
        if not any(digit in written for digit in "123456789"):
            written = written.lstrip("+-")
        return localised(written.replace("-", "−"), current())


class Amount(Number):
    """A number written with its unit.

    >>> f"{Amount(1.2, 'semitones'):.0f}"
    '1 semitone'
    """

    unit: str

    def __new__(cls, value: float, unit: str) -> "Amount":
        """A number in a unit."""
        made = super().__new__(cls, value)
        made.unit = unit
        return made

    def __format__(self, spec: str) -> str:
        written = super().__format__(spec)
        is_whole = written.lstrip("+−").isdigit()
        return written + after_number(_unit(self.unit, round(abs(self)) if is_whole else None))


def _unit(unit: str, number: int | None) -> str:
    """A unit as it stands after a whole number, or after one with decimals (None)."""
    if unit == "semitones":
        return pgettext("after a number with decimals", "semitones") if number is None else _semitones(number)
    return _(unit)


def _semitones(number: int) -> str:
    return ngettext("semitone", "semitones", number)


def amount(value: float, unit: str, decimals: int, *, signed: bool = False) -> str:
    """A value with its unit; a percent sign follows its number without a space.

    >>> amount(-23.41, "LUFS", 1), amount(12.4, "%", 0), amount(3, "dB", 1, signed=True), amount(1, "semitones", 0)
    ('−23.4 LUFS', '12%', '+3.0 dB', '1 semitone')
    """
    return f"{Amount(value, unit):{'+' if signed else ''}.{decimals}f}"


def after_number(unit: str) -> str:
    """A unit as it is written after a number.

    >>> after_number("dB"), after_number("%"), after_number("")
    (' dB', '%', '')
    """
    return unit if unit in {"", "%"} else f" {unit}"


def percent(probability: float) -> str:
    """A probability as a whole percentage that never claims 0 or 100.

    >>> percent(0.834), percent(0.002), percent(0.9999)
    ('83%', 'under 1%', 'over 99%')
    """
    if probability < 0.01:
        return _("under 1%")
    if probability > 0.99:
        return _("over 99%")
    return f"{probability:.0%}"


def duration(seconds: float) -> str:
    """A length of time, as precisely as it matters.

    >>> duration(3.24), duration(65), duration(13_335)
    ('3.2 s', '1 min 5 s', '3 h 42 min')
    """
    if seconds < 59.95:
        return _("{seconds:.1f} s", seconds=float(seconds))
    minutes, rest_s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest_s)


def clock(seconds: float) -> str:
    """A moment in a recording as a player shows it.

    >>> clock(65), clock(3_725)
    ('1:05', '1:02:05')
    """
    minutes, rest_s = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest_s:02}" if hours else f"{minutes}:{rest_s:02}"
