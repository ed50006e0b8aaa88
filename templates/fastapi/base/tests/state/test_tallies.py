"""Tallies in the memory of a process."""

from app.state.tallies import CAPACITY, Tallies


def test_the_least_recently_counted_make_room_for_new_ones() -> None:
    tallies = Tallies()
    for number in range(CAPACITY):
        tallies.add(str(number), 60)
    tallies.add("0", 60)
    tallies.add("one more", 60)
    assert [tallies.take(key) for key in ("0", "1", "2", "one more")] == [2, 0, 1, 1]
