"""Room for bodies: who gets it."""

from tendigits.serving.guarding.room import Room


def test_what_fits_is_taken():
    room = Room(10)
    assert [room.take(size) for size in (4, 6, 0)] == [True] * 3


def test_what_does_not_fit_is_not_taken_and_takes_nothing():
    room = Room(10)
    assert [room.take(size) for size in (4, 7, 6)] == [True, False, True]


def test_what_is_given_back_can_be_taken_again():
    room = Room(10)
    room.take(10)
    room.give_back(5)
    assert [room.take(size) for size in (6, 5)] == [False, True]


def test_of_bodies_that_arrive_beside_each_other_as_many_as_there_is_room_for_are_taken():
    """Whichever comes next, and although for long none of them is complete."""
    room, held, refused = Room(40), dict.fromkeys(range(20), 0), 0
    while any(size < 10 for size in held.values()):
        for body in [body for body, size in held.items() if size < 10]:
            if room.take(1):
                held[body] += 1
            else:
                room.give_back(held.pop(body))
                refused += 1
    assert len(held) >= 4
    assert len(held) + refused == 20
