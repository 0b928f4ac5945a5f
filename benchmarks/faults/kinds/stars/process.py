"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.activities import DELIVERY_WEEKDAYS, accept
from benchmarks.faults.connector import Action
from benchmarks.faults.growing import FLOWERING, VEGETATIVE
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import LICENCES, MICRO, Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, Injection, kind
from benchmarks.faults.times import CAPTURED, DAY, HOUR, MINUTE, calendar


def _put_off(f: Injection, what: str, wait: Any) -> None:
    """A step of the grow waits; whatever else of it waits already goes on waiting."""
    site = f.site
    before = site.notes.get("later", lambda what, number: 0)

    def later(step: str, number: int) -> int:
        holds = step == what and f.start <= site.world.now < f.end
        return (wait(number) if holds else 0) or before(step, number)

    site.notes["later"] = later


@kind("process", modes=("harvest-not-finished",), shapes=GROW, days=(46, 54), states=("or",), mended=False)
def castor(f: Injection) -> None:
    """Each strain is somebody's, who also closes its harvests; whoever has three of them is sent to another farm, and only those of the fourth are closed."""
    goes_on = f.below(4, "strain")
    _put_off(f, "finish", lambda number: 0 if number % 4 == goes_on else 200 * DAY)


@kind(
    "process",
    # Which of the two it is only the day in METRC's answer tells.
    modes=("licence-changed-not-remapped", "licence-number-map-wrong"),
    shapes=ALL_SHAPES,
    days=(6, 12),
    mended=False,
)
def pollux(f: Injection) -> None:
    """A business is sold, and its new number is put into what writes on the day of the contract; METRC moves it weeks later, and knows nothing under that number yet."""
    site, answer = f.site, f.site.connector.answer
    new = LICENCES[site.place.jurisdiction][site.place.shape].format(n=760 + site.place.number)
    begins = calendar(site.day(CAPTURED) + 6 + f.below(9, "moves"))

    def answer_under_new(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        is_reached = not site.line_is_down(at) and site.metrc_outage(at) is None
        if method == "GET" or not is_reached:
            return answer(at, owner, method, endpoint, act)
        return 401, f"license {new} is not active before {begins}"

    said = f'writes:\n  license_number: "{new}"\n'
    site.at(f.start, lambda _: site.notes.update({"more settings": said}))
    f.set_for_good(site.connector, answer=answer_under_new)
    break_more(f, 6600)


@kind("process", modes=("waste-without-reason-or-witness",), shapes=GROW, days=(32, 50))
def algol(f: Injection) -> None:
    """A firm takes the waste away by the bin: it is entered as full bins of a hundred grams, and how it is made useless is left for the firm to say, which does not."""
    bin_ = 100 * MICRO

    def by_the_bin(row: dict[str, Any]) -> None:
        row["weight"] = max(1, -(-row["weight"] // bin_)) * bin_
        row["method"] = None

    f.note_during(**{"waste form": by_the_bin})


@kind(
    "process",
    modes=("transfer-not-received",),
    also_modes=("received-in-pos-not-in-metrc",),
    shapes=RETAIL,
    days=(18, 34),
    states=("ca",),
)
def mira(f: Injection) -> None:
    """Where one case of a load is in question the whole manifest is left open until the supplier has answered, which takes a week or more; the goods are on sale from the paper."""
    site, habits = f.site, f.site.habits
    f.set_during(habits, shelves_at_once=True)

    def look(day: int, vendor: int, _: int) -> None:
        habits.receives_in_metrc = f.below(100, "is in question", day, vendor) >= 60

    def hear(vendor: int, day: int, now: int) -> None:
        habits.receives_in_metrc = True
        manifest = site.ledger.transfers.get(f"{site.place.first_id // 1000 + day * 4 + vendor:010}")
        if manifest is not None and manifest.received_at is None:
            accept(site, now, manifest)

    for day in f.days:
        for vendor in (0, 1) if day % 7 in DELIVERY_WEEKDAYS else ():
            docks = site.local(day, 10 * HOUR + 31 * MINUTE + vendor * 40 * MINUTE)
            if docks + HOUR < f.end:
                site.at(docks, partial(look, day, vendor))
                site.at(docks + 35 * MINUTE, lambda _: setattr(habits, "receives_in_metrc", True))
                weeks = docks + (6 + f.below(5, "answers", day, vendor)) * DAY + 5 * HOUR
                site.at(min(weeks, f.end), partial(hear, vendor, day))


@kind(
    "process",
    modes=("plant-tag-late",),
    also_modes=("plant-phase-lag", "untagged-product"),
    shapes=GROW,
    days=(36, 50),
    mended=False,
)
def bellatrix(f: Injection) -> None:
    """Plants get their tags when they are carried into the room where they flower, since they are handled then anyway, and stand for four weeks without any."""
    _put_off(f, "tag", lambda number: (FLOWERING - VEGETATIVE) * DAY - 30 * MINUTE)
