"""What SQL cannot say: functions for rules of kind `python`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]
Reader = Callable[[str], Iterable[Row]]


def check_digits(read: Reader) -> Iterator[dict[str, Any]]:
    """Judge the last digit of each label: is it the sum of the digits before it?"""
    for row in read("metrc_packages"):
        *digits, last = (int(sign) for sign in row["label"] if sign.isdecimal())
        wanted = sum(digits) % 10
        yield {
            "facility": row["facility"],
            "violated": last != wanted,
            "label": row["label"],
            "wanted": wanted,
        }


FUNCTIONS = {"check_digits": check_digits}
