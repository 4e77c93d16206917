"""The country in 38 tiles: everyone has a place of their own."""

from __future__ import annotations

from collections import Counter

from sp4n.settings.tile_map import SPOTS, Tile
from sp4n.tenants.register.regions import places


def test_every_province_has_a_tile_and_nobody_else() -> None:
    assert set(SPOTS) == {place.code for place in places() if not place.parent_code}
    assert len(SPOTS) == 38


def test_no_two_provinces_lie_on_one_tile() -> None:
    spots = Counter((one.half, one.column, one.row) for one in SPOTS.values())
    assert [spot for spot, number in spots.items() if number > 1] == []
    assert {at for one in SPOTS.values() for at in (one.column, one.row)} <= set(range(7))


def test_short_names_tell_provinces_apart_and_fit_a_tile() -> None:
    shorts = [one.short for one in SPOTS.values()]
    assert len(set(shorts)) == 38
    longest = max((part for one in shorts for part in one.split("\u00ad")), key=len)
    assert len(longest) <= 6, longest


def test_neighbours_lie_as_on_the_map() -> None:
    def at(code: str) -> tuple[int, int]:
        spot = SPOTS[code]
        return spot.column + 7 * (spot.half == "east"), spot.row

    aceh, lampung, jakarta, bali = at("11"), at("18"), at("31"), at("51")
    sulut, papua, selatan, ntt = at("71"), at("91"), at("93"), at("53")
    assert aceh[0] == min(at(code)[0] for code in SPOTS)
    assert papua[0] == max(at(code)[0] for code in SPOTS)
    assert aceh[1] < lampung[1] < jakarta[1]
    assert jakarta[0] < bali[0] < ntt[0] < papua[0]
    assert sulut[1] < ntt[1]
    assert papua[1] < selatan[1]


def test_a_tile_says_the_whole_name_where_the_short_one_is_less() -> None:
    assert Tile("12", "Sumatera Utara", "/x", "34").says_less
    assert not Tile("51", "Bali", "/x", "10").says_less
    assert not Tile("75", "Gorontalo", "/x", "7").says_less


def test_a_province_that_is_not_drawn_yet_has_its_name_and_no_place() -> None:
    tile = Tile("97", "Papua Timur", "/x", "3")
    assert (tile.spot, tile.short, tile.says_less) == (None, "Papua Timur", False)
