"""Further faults of the human layer."""

from __future__ import annotations

from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import ALL_SHAPES, MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR


@kind(
    "human", modes=("shared-login-or-key",), also_modes=("single-metrc-person",), shapes=RETAIL, days=(10, 20)
)
def colleagues_lend_a_login(f: Injection) -> None:
    """Whoever opens in the morning logs both registers in, and all others sell under that name."""
    days = set(f.days)
    f.site.notes["seller"] = lambda day, register, shift: f"bud{day % 3 + 1}" if day in days else None


@kind(
    "human",
    modes=("departed-user-active", "key-owner-departed", "shared-login-or-key"),
    shapes=ALL_SHAPES,
    days=(20, 40),
    mended=False,
)
def a_successor_takes_the_account_over(f: Injection) -> None:
    """The inventory lead leaves; whoever follows goes on working with that name, that password and that key."""
    person = f.site.people["inv"]
    f.site.at(f.start, lambda now: setattr(person, "terminated_on", f.site.day(now)))


@kind(
    "human",
    modes=("physical-loss-unrecorded",),
    shapes=MAKE | frozenset({"distribution"}),
    days=(14, 30),
    mended=False,
)
def cases_vanish_from_the_store_room(f: Injection) -> None:
    """Now and then a whole case is carried out with the rubbish, and nobody misses it."""
    site = f.site

    def carry_out(now: int) -> None:
        there = [s for s in site.stock.values() if site.shelf.get(s.label, 0) > 4 * MICRO and s.listed]
        if there:
            site.shelf[there[f.below(len(there), "case", site.day(now))].label] = 0

    for day in list(f.days)[1::4]:
        site.at(site.local(day, 21 * HOUR), carry_out)


def _hand_out_more(f: Injection, share: int) -> None:
    """More than was rung up leaves the jar, by so many in a hundred."""
    site = f.site

    def on() -> None:
        before = site.notes.get("handed out", lambda *_: None)

        def hand_out(stock: Stock, quantity: int, sale_id: str) -> None:
            before(stock, quantity, sale_id)
            if stock.item.unit == "Grams" and f.start <= site.world.now < f.end:
                more = quantity * share // 100
                site.shelf[stock.label] -= min(more, site.shelf[stock.label])

        site.notes["handed out"] = hand_out

    site.at(f.start, lambda _: on())


@kind("human", modes=("scale-or-tare-error",), shapes=RETAIL, days=(14, 30))
def the_counter_scale_is_off(f: Injection) -> None:
    """The scale at the counter shows too little, and whoever sells adds until it shows enough."""
    _hand_out_more(f, 7)


@kind("human", modes=("physical-loss-unrecorded",), shapes=RETAIL, days=(14, 30))
def jars_get_lighter(f: Injection) -> None:
    """Whoever sells from a jar keeps a pinch of it."""
    _hand_out_more(f, 7)


@kind("human", modes=("physical-loss-unrecorded",), shapes=RETAIL, days=(14, 28))
def a_piece_goes_from_each_case(f: Injection) -> None:
    """Whoever unpacks cases puts two pieces of each aside, before they are on the shelf."""
    site = f.site
    seen: set[str] = set()

    def unpack(now: int) -> None:
        for stock in site.stock.values():
            is_new = stock.received_on == site.day(now) and stock.label not in seen
            if is_new and stock.item.unit == "Each" and site.shelf.get(stock.label, 0) > 4 * MICRO:
                seen.add(stock.label)
                site.shelf[stock.label] -= 2 * MICRO

    for day in f.days:
        for hour in range(10, 21):
            site.at(
                site.local(day, hour * HOUR + 3540),
                lambda now: unpack(now) if f.start <= now < f.end else None,
            )


@kind(
    "human",
    modes=("pos-user-without-metrc-key", "endpoint-permission-missing"),
    shapes=RETAIL,
    days=(10, 25),
    mended=False,
)
def new_sellers_may_only_look(f: Injection) -> None:
    """Two new sellers get METRC accounts with what a new account has: they may look, and not sell."""
    first = f.site.day(f.start)
    people = [f.site.people[handle] for handle in ("bud1", "bud4")]
    for person in people:
        person.hired_on, person.trained_on = first - 2, first - 1
        person.permissions = ["view sales"]
    f.site.notes["seller"] = lambda day, register, shift: (
        None if day >= first else f"bud{(2, 3, 5, 6)[(register - 1 + 2 * shift + day) % 4]}"
    )
