"""What there is before anything happens: kinds of operators, their licences, products and people. All made."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.faults.times import OFFSETS

MICRO = 1_000_000  # quantities and money are whole millionths, as exact as the format

ZONES = {
    "ca": "America/Los_Angeles",
    "co": "America/Denver",
    "or": "America/Los_Angeles",
    "mi": "America/Detroit",
    "md": "America/New_York",
}

LICENSE_TYPES = {
    "retail": {
        "ca": "retailer",
        "co": "retail_store",
        "or": "retailer",
        "mi": "retailer",
        "md": "standard_dispensary",
    },
    "cultivation": {
        "ca": "cultivator",
        "co": "retail_cultivation",
        "or": "indoor_producer",
        "mi": "adult_use_grower_class_c",
        "md": "standard_grower",
    },
    "manufacturing": {
        "ca": "manufacturer",
        "co": "retail_products_manufacturer",
        "or": "processor",
        "mi": "processor",
        "md": "standard_processor",
    },
    "distribution": {"ca": "distributor", "or": "wholesaler"},
}

# How a licence number looks there. Nobody holds these.
LICENCES = {
    "ca": {
        "retail": "C10-000{n:04}-LIC",
        "distribution": "C11-000{n:04}-LIC",
        "cultivation": "CCL00-000{n:04}",
        "manufacturing": "CDPH-0000{n:04}",
    },
    "co": {"retail": "402R-0{n:04}", "cultivation": "403R-0{n:04}", "manufacturing": "404R-0{n:04}"},
    "or": {
        "retail": "050-000{n:04}",
        "cultivation": "020-000{n:04}",
        "manufacturing": "030-000{n:04}",
        "distribution": "060-000{n:04}",
    },
    "mi": {"retail": "AU-R-00{n:04}", "cultivation": "AU-G-C-00{n:04}", "manufacturing": "AU-P-00{n:04}"},
    "md": {"retail": "DA-00-{n:04}", "cultivation": "GA-00-{n:04}", "manufacturing": "PA-00-{n:04}"},
}


@dataclass(frozen=True)
class Place:
    """One licence of the operator."""

    code: str  # "ca1"
    number: int
    licence: str
    name: str
    jurisdiction: str
    shape: str
    receipts: int  # a day, in retail

    @property
    def zone(self) -> str:
        return ZONES[self.jurisdiction]

    @property
    def offset(self) -> int:
        return OFFSETS[self.zone]

    @property
    def license_type(self) -> str:
        return LICENSE_TYPES[self.shape][self.jurisdiction]

    @property
    def tag_stem(self) -> str:
        return f"1A40{self.number:02}030000"

    @property
    def first_id(self) -> int:
        return 10_000_000 * self.number

    @property
    def host(self) -> str:
        return f"api-{self.jurisdiction}.metrc.com"

    @property
    def counts_daily(self) -> bool:
        return self.jurisdiction in ("co", "or")


def place(number: int, shape: str, jurisdiction: str, receipts: int) -> Place:
    code = f"{jurisdiction}{number}"
    licence = LICENCES[jurisdiction][shape].format(n=100 + number)
    return Place(code, number, licence, f"Made {shape} {code}", jurisdiction, shape, receipts)


@dataclass
class Item:
    """A product as METRC and as the operator's own system know it. Faults change these."""

    sku: str
    item_id: int
    name: str
    category: str
    unit: str  # METRC's
    price: int  # of one unit, in millionths of a dollar
    grams: int  # what one unit counts against a purchase limit, in millionths
    unit_weight: int | None = None
    strain: str | None = None
    case: int = 0  # units that a case holds
    rate: int = 0  # units that a day sells, about
    unit_weight_uom: str | None = None
    thc: int | None = None  # declared content of one unit, in METRC
    is_active: bool = True
    approval: str = "Approved"
    modified: int = -60 * 86_400
    # the operator's own side
    own_unit: str = ""
    per_metrc_unit: float = 1.0  # own units in one of METRC's, as the system really counts
    mapped_factor: int = MICRO  # what the item map claims
    mapped: bool = True
    own_category: str = ""
    own_unit_weight: int | None = None
    own_active: bool = True
    sent_factor: float = 1.0  # what a sale of one unit tells METRC
    known_as: str | None = None  # the name the map holds, where METRC's is another by now

    def __post_init__(self) -> None:
        self.own_unit = self.own_unit or self.unit
        self.own_category = self.own_category or self.category
        self.own_unit_weight = self.own_unit_weight or self.unit_weight
        self.unit_weight_uom = "Grams" if self.unit_weight else None

    @property
    def is_known(self) -> bool:
        """Whether goods of it can be taken in."""
        return self.mapped and self.known_as is None


_SHELF = (
    ("FL-01", "Cedar Ridge Flower", "Bud/Flower", None, 1.0, 9.5),
    ("FL-02", "Harbor Mist Flower", "Bud/Flower", None, 1.0, 10.5),
    ("FL-03", "Copper Canyon Flower", "Bud/Flower", None, 1.0, 8.0),
    ("PR-01", "Cedar Ridge Infused Pre-roll 1 g", "Infused Pre-rolls", 1.0, 1.0, 12.0),
    ("PR-02", "Harbor Mist Infused Pre-roll 1 g", "Infused Pre-rolls", 1.0, 1.0, 14.0),
    ("CN-01", "Copper Canyon Rosin 1 g", "Concentrate (each)", 1.0, 1.0, 38.0),
    ("CN-02", "Juniper Sky Rosin 1 g", "Concentrate (each)", 1.0, 1.0, 42.0),
    ("VP-01", "Harbor Mist Cartridge 0.5 g", "Solvent Based Concentrate (Each)", 0.5, 0.5, 26.0),
    ("VP-02", "Silver Pine Cartridge 0.5 g", "Solvent Based Concentrate (Each)", 0.5, 0.5, 28.0),
    ("ED-01", "Berry Gummies 50 g", "Edibles", 50.0, 0.3, 18.0),
    ("ED-02", "Citrus Gummies 50 g", "Edibles", 50.0, 0.3, 18.0),
    ("ED-03", "Dark Chocolate Bar 45 g", "Edibles", 45.0, 0.3, 20.0),
)
STRAINS = ("Cedar Ridge", "Harbor Mist", "Copper Canyon", "Silver Pine")


def micro(amount: float) -> int:
    return round(amount * MICRO)


def cut_to_tenths(item: Item, quantity: int) -> int:
    """What is left of a weight where somebody takes no more than tenths of a gram; less than one stays as it is."""
    tenth = MICRO // 10
    return quantity // tenth * tenth if item.unit == "Grams" and quantity >= tenth else quantity


def products(place: Place) -> list[Item]:
    """What a licence of this shape deals in."""
    if place.shape == "cultivation":
        rows = [(f"BF-0{n}", f"{s} Flower", "Bud/Flower", None, 1.0, 2.4) for n, s in enumerate(STRAINS)]
        rows += [(f"TR-0{n}", f"{s} Trim", "Shake/Trim", None, 1.0, 0.35) for n, s in enumerate(STRAINS)]
    elif place.shape == "manufacturing":
        rows = [(f"TR-0{n}", f"{s} Trim", "Shake/Trim", None, 1.0, 0.35) for n, s in enumerate(STRAINS)]
        rows += [
            (f"PR-1{n}", f"{s} Pre-roll 1 g", "Pre-Roll Flower", 1.0, 1.0, 3.5) for n, s in enumerate(STRAINS)
        ]
    else:
        rows = list(_SHELF)
    return [_item(place, number, row) for number, row in enumerate(rows)]


def _item(place: Place, number: int, row: tuple[str, str, str, float | None, float, float]) -> Item:
    code, name, category, weight, grams, price = row
    counted = weight is not None
    return Item(
        sku=f"{place.code.upper()}-{code}",
        item_id=place.first_id // 100 + 3 * number,
        name=name,
        category=category,
        unit="Each" if counted else "Grams",
        price=micro(price),
        grams=micro(grams),
        unit_weight=micro(weight) if weight is not None else None,
        strain=name.removesuffix(" Flower").removesuffix(" Trim") if not counted else None,
        case=micro(48 if counted else 140),
        rate=micro(place.receipts / 5 if counted else place.receipts / 2.7),
    )


@dataclass
class Person:
    """Somebody who works at a place, with the accounts that belong to them."""

    handle: str  # "inv"
    person: str
    name: str
    role: str
    metrc_user: str
    internal_user: str
    permissions: list[str]
    hired_on: int
    terminated_on: int | None = None
    trained_on: int | None = None
    key_issued: int = 0
    key_rotated: int | None = None
    key_revoked: int | None = None
    key_expires: int = 400 * 86_400
    has_key: bool = True
    is_locked: bool = False
    licence_ends: int | None = None  # on which day; none: not soon
    own_active: bool = True
    own_closed: int | None = None  # when the account in the own system was closed
    last_seen: int = 0
    last_login: int = 0
    key_used: int | None = None
    is_outside: bool = False  # has an account in METRC, and is not of the house


PERMISSIONS = {
    "seller": ["view sales", "manage sales"],
    "grower": ["view veg/flower plants", "view harvests", "manage harvests"],
    "worker": ["view packages"],
    "lead": ["view packages", "manage packages inventory", "view transfers", "manage transfers"],
    "manager": [
        "view packages",
        "manage packages inventory",
        "view transfers",
        "manage transfers",
        "view sales",
        "manage sales",
        "manage harvests",
    ],
}

_POSTS = {
    "retail": [(f"bud{n}", "budtender", "seller") for n in range(1, 7)],
    "cultivation": [(f"grow{n}", "grower", "grower") for n in range(1, 4)],
    "manufacturing": [(f"make{n}", "production worker", "worker") for n in range(1, 3)],
    "distribution": [(f"load{n}", "warehouse worker", "worker") for n in range(1, 3)],
}


def people(place: Place) -> dict[str, Person]:
    """Everybody by handle. Roles stand for names: nobody real is meant."""
    posts = [
        ("gm", "general manager", "manager"),
        ("asst", "assistant manager", "manager"),
        ("inv", "inventory lead", "lead"),
        *_POSTS[place.shape],
    ]
    return {handle: _person(place, n, handle, role, kind) for n, (handle, role, kind) in enumerate(posts, 1)}


def _person(place: Place, number: int, handle: str, role: str, kind: str) -> Person:
    upper = place.code.upper()
    hired = -420 + 6 * number
    return Person(
        handle=handle,
        person=f"{upper}-P{number:02}",
        name=f"{role} {number} {upper} (made)",
        role=role,
        metrc_user=f"{upper}-E{1000 + number:05}",
        internal_user=f"{place.code}.{handle}",
        permissions=list(PERMISSIONS[kind]),
        hired_on=hired,
        trained_on=hired + 2,
        key_issued=(-120 + number) * 86_400 + 61_200,
    )
