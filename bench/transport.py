"""A city's public transport, in the tables of the General Transit Feed Specification (GTFS), at any scale.

One unit of scale is some 400,000 triples, nine in ten of them about points of shapes. A shape is linked to
its points by a join of its table with itself: a point's row meets the rows of all points of the same shape,
and whoever does not drop duplicates before the join makes hundreds of times more pairs than there are links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mappings import Column, Join, Map, Template
from sources import Scenario, Table, scattered

HOME = "http://example.com/transport/"
GTFS = "http://vocab.gtfs.org/terms#"
GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
FOAF = "http://xmlns.com/foaf/0.1/"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "http://schema.org/"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STREETS = (
    "Calle Mayor",
    "Gran Vía",
    "Ronda de Toledo",
    "Plaza de España",
    "Paseo del Prado",
    "Avenida de América",
)
KINDS_OF_STOP = (("station", "1"), ("platform", "0"), ("entrance", "2"))
# Rows for each unit of scale. Every trip has a shape of its own.
SHAPE_POINTS, STOP_TIMES, STOPS, FREQUENCIES = 58_500, 2_900, 1_260, 860
TRIPS, ROUTES, SERVICES, DATES, AGENCIES = 130, 13, 5, 75, 1


def transport(name: str, scale: int) -> Scenario:
    """The tables at this scale; the feed's own table is one row at any."""
    return Scenario(name, tuple(_tables(scale)), MAPS)


def _tables(scale: int) -> Iterator[Table]:
    makers: dict[str, tuple[str, Callable[[int], Iterable[list[str]]]]] = {
        "agency": ("agency_id agency_name agency_url agency_timezone agency_lang agency_phone", _agencies),
        "feed_info": (
            "feed_publisher_name feed_publisher_url feed_lang feed_start_date feed_end_date",
            _feed,
        ),
        "calendar": (f"service_id {' '.join(WEEK)} start_date end_date", _calendar),
        "calendar_dates": ("service_id date exception_type", _dates),
        "routes": (
            "route_id agency_id route_short_name route_long_name route_type route_url route_color",
            _routes,
        ),
        "trips": (
            "trip_id route_id service_id trip_headsign trip_short_name direction_id block_id shape_id",
            _trips,
        ),
        "stops": (
            "stop_id stop_code stop_name stop_desc stop_lat stop_lon zone_id stop_url location_type "
            "parent_station "
            "wheelchair_boarding",
            _stops,
        ),
        "stop_times": (
            "trip_id arrival_time departure_time stop_id stop_sequence stop_headsign pickup_type "
            "shape_dist_traveled",
            _stop_times,
        ),
        "frequencies": ("trip_id start_time end_time headway_secs exact_times", _frequencies),
        "shapes": ("shape_id shape_pt_lat shape_pt_lon shape_pt_sequence shape_dist_traveled", _shapes),
    }
    for name, (columns, made) in makers.items():
        yield Table(f"{name}.csv", tuple(columns.split()), lambda made=made: made(scale))  # type: ignore[misc]


def _trip(number: int) -> str:
    return f"T{number % TRIPS:03}_{number // TRIPS}"


def _shape(trip: int) -> str:
    return f"4__{trip % 2 + 1}__S{trip}"


def _stop(number: int) -> str:
    return f"{KINDS_OF_STOP[number % 3][0]}_{number // 3}"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _flag(value: object) -> str:
    return "true" if value else "false"


def _agencies(scale: int) -> Iterator[list[str]]:
    for number in range(AGENCIES * scale):
        url = "http://example.com/agencies"
        yield [f"A{number}", f"Consorcio {number}", url, "Europe/Madrid", "es", f"+34 91 {number:06}"]


def _feed(_: int) -> Iterator[list[str]]:
    yield ["Consorcio de Transportes", "http://example.com/feed", "es", "2024-01-01", "2024-12-31"]


def _calendar(scale: int) -> Iterator[list[str]]:
    for number in range(SERVICES * scale):
        days = [_flag((number + day) % 7 < 5) for day in range(7)]
        yield [f"S{number}", *days, f"2024-01-{number % 28 + 1:02}", f"2024-12-{number % 28 + 1:02}"]


def _dates(scale: int) -> Iterator[list[str]]:
    each = DATES // SERVICES
    for number in range(DATES * scale):
        day = number % each
        yield [f"S{number // each}", f"2024-{day % 12 + 1:02}-{day + 5:02}", _flag(day % 2)]


def _routes(scale: int) -> Iterator[list[str]]:
    for number in range(ROUTES * scale):
        ends = [STREETS[scattered(number, len(STREETS), salt)] for salt in (1, 2)]
        url = f"http://example.com/lines/{number}"
        colour = f"{scattered(number, 1 << 24):06X}"
        yield [f"R{number}", f"A{number // ROUTES}", f"L{number}", " - ".join(ends), "1", url, colour]


def _trips(scale: int) -> Iterator[list[str]]:
    for trip in range(TRIPS * scale):
        route, service = f"R{trip % (ROUTES * scale)}", f"S{trip % (SERVICES * scale)}"
        headsign = STREETS[trip % len(STREETS)]
        yield [_trip(trip), route, service, headsign, f"{trip:05}", str(trip % 2), "", _shape(trip)]


def _stops(scale: int) -> Iterator[list[str]]:
    for stop in range(STOPS * scale):
        street = STREETS[scattered(stop, len(STREETS))]
        latitude, longitude = _degrees(40, stop, 1), _degrees(-3, stop, 2)
        parent = _stop(stop - stop % 3) if stop % 3 else ""
        yield [
            *(
                _stop(stop),
                f"{stop:05}",
                f'Estación "{street}"',
                f"{street}, {stop % 99 + 1}",
                latitude,
                longitude,
            ),
            *(
                f"Z{stop % 4}",
                "http://example.com/stops",
                KINDS_OF_STOP[stop % 3][1],
                parent,
                str(stop % 2 + 1),
            ),
        ]


def _degrees(whole: int, number: int, salt: int) -> str:
    """With five digits of which the last is never 0, so that every engine writes the number as it stands."""
    return f"{whole}.{scattered(number, 10_000, salt):04}{scattered(number, 9, salt + 9) + 1}"


def _stop_times(scale: int) -> Iterator[list[str]]:
    trips, stops = TRIPS * scale, STOPS * scale
    for number in range(STOP_TIMES * scale):
        trip, sequence = number % trips, number // trips
        start = 18_000 + trip % 600 * 60 + sequence * 150
        platform = (trip * 29 + sequence) * 3 % stops + 1
        far = f"{sequence}.{scattered(number, 9) + 1}"
        yield [_trip(trip), _clock(start), _clock(start + 20), _stop(platform), str(sequence), "", "0", far]


def _frequencies(scale: int) -> Iterator[list[str]]:
    trips = TRIPS * scale
    for number in range(FREQUENCIES * scale):
        trip, hour = number % trips, 6 + number // trips * 2
        yield [_trip(trip), _clock(hour * 3600), _clock((hour + 2) * 3600), str(120 + number % 300), "false"]


def _shapes(scale: int) -> Iterator[list[str]]:
    each = SHAPE_POINTS // TRIPS
    for trip in range(TRIPS * scale):
        for point in range(each):
            number = trip * each + point
            latitude, longitude = _degrees(40, number, 3), _degrees(-3, number, 4)
            yield [_shape(trip), latitude, longitude, str(point + 1), f"{point // 9}.{point % 9 + 1}"]


def _text(*names: str) -> tuple[tuple[str, Column], ...]:
    """Pairs of a term of GTFS and the column that gives a plain text."""
    return tuple((GTFS + name, Column(column)) for name, column in (each.split("=") for each in names))


def _number(predicate: str, column: str) -> tuple[str, Column]:
    return predicate, Column(column, "double")


MAPS = (
    Map(
        "stop_times",
        "stop_times.csv",
        HOME + "stop-time/{trip_id}-{stop_id}-{arrival_time}",
        GTFS + "StopTime",
        (
            *_text("arrivalTime=arrival_time", "departureTime=departure_time", "headsign=stop_headsign"),
            (GTFS + "stopSequence", Column("stop_sequence", "integer")),
            (GTFS + "pickupType", Template(HOME + "pickup/{pickup_type}")),
            _number(GTFS + "distanceTraveled", "shape_dist_traveled"),
            (GTFS + "trip", Join("trips", "trip_id", "trip_id")),
            (GTFS + "stop", Join("stops", "stop_id", "stop_id")),
        ),
    ),
    Map(
        "trips",
        "trips.csv",
        HOME + "trip/{trip_id}",
        GTFS + "Trip",
        (
            *_text(
                "headsign=trip_headsign",
                "shortName=trip_short_name",
                "direction=direction_id",
                "block=block_id",
            ),
            (GTFS + "service", Join("services", "service_id", "service_id")),
            (GTFS + "service", Join("services_by_date", "service_id", "service_id")),
            (GTFS + "route", Join("routes", "route_id", "route_id")),
            (GTFS + "shape", Join("shapes", "shape_id", "shape_id")),
        ),
    ),
    Map(
        "routes",
        "routes.csv",
        HOME + "route/{route_id}",
        GTFS + "Route",
        (
            *_text("shortName=route_short_name", "longName=route_long_name", "color=route_color"),
            (GTFS + "routeType", Template(HOME + "route-type/{route_type}")),
            (GTFS + "routeUrl", Column("route_url", iri=True)),
            (GTFS + "agency", Join("agencies", "agency_id", "agency_id")),
        ),
    ),
    Map(
        "agencies",
        "agency.csv",
        HOME + "agency/{agency_id}",
        GTFS + "Agency",
        (
            (FOAF + "name", Column("agency_name")),
            (FOAF + "page", Column("agency_url", iri=True)),
            (FOAF + "phone", Column("agency_phone")),
            (DCTERMS + "language", Column("agency_lang")),
            *_text("timeZone=agency_timezone"),
        ),
    ),
    Map(
        "stops",
        "stops.csv",
        HOME + "stop/{stop_id}",
        GTFS + "Stop",
        (
            (FOAF + "name", Column("stop_name")),
            (FOAF + "page", Column("stop_url", iri=True)),
            (DCTERMS + "identifier", Column("stop_id")),
            (DCTERMS + "description", Column("stop_desc")),
            _number(GEO + "lat", "stop_lat"),
            _number(GEO + "long", "stop_lon"),
            *_text("code=stop_code", "zone=zone_id"),
            (GTFS + "locationType", Template(HOME + "location-type/{location_type}")),
            (GTFS + "wheelchairAccessible", Template(HOME + "boarding/{wheelchair_boarding}")),
            (GTFS + "parentStation", Join("stops", "parent_station", "stop_id")),
        ),
    ),
    Map(
        "services",
        "calendar.csv",
        HOME + "service/{service_id}",
        GTFS + "Service",
        ((GTFS + "serviceRule", Join("weekly_rules", "service_id", "service_id")),),
    ),
    Map(
        "services_by_date",
        "calendar_dates.csv",
        HOME + "service/{service_id}",
        GTFS + "Service",
        ((GTFS + "serviceRule", Join("date_rules", "service_id", "service_id")),),
    ),
    Map(
        "weekly_rules",
        "calendar.csv",
        HOME + "weekly-rule/{service_id}",
        GTFS + "CalendarRule",
        (
            *((GTFS + day, Column(day, "boolean")) for day in WEEK),
            (SCHEMA + "startDate", Column("start_date", "date")),
            (SCHEMA + "endDate", Column("end_date", "date")),
        ),
    ),
    Map(
        "date_rules",
        "calendar_dates.csv",
        HOME + "date-rule/{service_id}-{date}",
        GTFS + "CalendarDateRule",
        (
            (DCTERMS + "date", Column("date", "date")),
            (GTFS + "dateAddition", Column("exception_type", "boolean")),
        ),
    ),
    Map(
        "feed",
        "feed_info.csv",
        HOME + "feed/{feed_publisher_name}",
        GTFS + "Feed",
        (
            (DCTERMS + "publisher", Column("feed_publisher_name")),
            (DCTERMS + "language", Column("feed_lang")),
            (FOAF + "page", Column("feed_publisher_url", iri=True)),
            (SCHEMA + "startDate", Column("feed_start_date", "date")),
            (SCHEMA + "endDate", Column("feed_end_date", "date")),
        ),
    ),
    Map(
        "shapes",
        "shapes.csv",
        HOME + "shape/{shape_id}",
        GTFS + "Shape",
        ((GTFS + "shapePoint", Join("shape_points", "shape_id", "shape_id")),),
    ),
    Map(
        "shape_points",
        "shapes.csv",
        HOME + "shape-point/{shape_id}-{shape_pt_sequence}",
        GTFS + "ShapePoint",
        (
            _number(GEO + "lat", "shape_pt_lat"),
            _number(GEO + "long", "shape_pt_lon"),
            *_text("pointSequence=shape_pt_sequence"),
            _number(GTFS + "distanceTraveled", "shape_dist_traveled"),
        ),
    ),
    Map(
        "frequencies",
        "frequencies.csv",
        HOME + "frequency/{trip_id}-{start_time}",
        GTFS + "Frequency",
        (
            *_text("startTime=start_time", "endTime=end_time"),
            (GTFS + "headwaySeconds", Column("headway_secs", "integer")),
            (GTFS + "exactTimes", Column("exact_times", "boolean")),
            (GTFS + "trip", Join("trips", "trip_id", "trip_id")),
        ),
    ),
)
