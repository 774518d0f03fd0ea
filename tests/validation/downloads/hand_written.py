"""Small files in the form in which the publishers give them, with made-up rows."""

import csv
import io

#: the columns of GED 20.1 and later, in their order
GED_COLUMNS = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]

#: a battle in Mopti, a massacre by an army in the next month, a fight of two groups in the north of Burkina Faso
GED_ROWS = [
    {
        "id": "11",
        "type_of_violence": "1",
        "side_a": "Government of Mali",
        "side_b": "JNIM",
        "where_prec": "1",
        "adm_1": "Mopti region",
        "latitude": "14.3",
        "longitude": "-4.2",
        "priogrid_gid": "150112",
        "country": "Mali",
        "date_start": "2020-01-31 00:00:00.000",
        "deaths_a": "2",
        "deaths_b": "1",
        "deaths_civilians": "0",
        "deaths_unknown": "0",
        "best": "3",
        "low": "2",
        "high": "5",
    },
    {
        "id": "12",
        "type_of_violence": "3",
        "side_a": "Government of Mali",
        "side_b": "Civilians",
        "where_prec": "4",
        "adm_1": "Mopti region",
        "latitude": "14.3",
        "longitude": "-4.2",
        "priogrid_gid": "150112",
        "country": "Mali",
        "date_start": "2020-02-02 00:00:00.000",
        "deaths_a": "0",
        "deaths_b": "0",
        "deaths_civilians": "7",
        "deaths_unknown": "0",
        "best": "7",
        "low": "7",
        "high": "9",
    },
    {
        "id": "13",
        "type_of_violence": "2",
        "side_a": "JNIM",
        "side_b": "IS",
        "where_prec": "2",
        "adm_1": "Sahel region",
        "latitude": "14.1",
        "longitude": "-0.6",
        "priogrid_gid": "150119",
        "country": "Burkina Faso",
        "date_start": "2020-02-20 00:00:00.000",
        "deaths_a": "1",
        "deaths_b": "1",
        "deaths_civilians": "2",
        "deaths_unknown": "0",
        "best": "4",
        "low": "4",
        "high": "4",
    },
]

ACLED_COLUMNS = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]

ARMY, JNIM = "Military Forces of Mali (2021-)", "JNIM: Group for Support of Islam and Muslims"
ISSP, VDP = "Islamic State Sahel Province (ISSP)", "VDP: Volunteers for Defense of Homeland"


def acled_row(number: int, **changes: str) -> dict[str, str]:
    """A battle of army and insurgents in Mopti, changed."""
    row = {
        "event_id_cnty": f"MLI{number}",
        "event_date": "2022-01-31",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": ARMY,
        "inter1": "State forces",
        "actor2": JNIM,
        "inter2": "Rebel group",
        "country": "Mali",
        "admin1": "Mopti",
        "latitude": "14.3",
        "longitude": "-4.2",
        "geo_precision": "1",
        "fatalities": "5",
        "timestamp": "1700000000",
    }
    return row | changes


def text_of(columns, rows, delimiter: str = ",") -> str:
    """A CSV file of rows; what a row does not have is left empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def ged_text(rows=GED_ROWS, columns=GED_COLUMNS) -> str:
    """A file of GED."""
    return text_of(columns, rows)


def acled_text(rows, columns=ACLED_COLUMNS) -> str:
    """An export of ACLED."""
    return text_of(columns, rows)
