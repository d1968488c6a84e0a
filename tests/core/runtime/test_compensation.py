"""Compensation in all its places: repeated activities, scopes in scopes, event subprocesses."""

from tests.support.story import Story


def test_a_subprocess_is_undone_by_its_own_handler_and_by_those_inside() -> None:
    """As in Camunda 8: a handler of its own does not hide what was completed inside."""
    story = Story(
        """
        start -> sub:Trip -> end:Undo(compensate=)
        boundary:UndoTrip(on=Trip; handler=Refund)
        service:Refund(handler=1)
        Trip {
            start:S -> service:Hotel -> end:E
            boundary:UndoHotel(on=Hotel; handler=CancelHotel)
            service:CancelHotel(handler=1)
        }
        """
    )
    assert story.done("Hotel").waiting == ["CancelHotel", "Refund"]
    assert story.done("Refund").done("CancelHotel").ended == "COMPLETED"


def test_a_repeated_activity_is_undone_once_what_is_inside_it_for_each_item() -> None:
    story = Story(
        """
        start -> service:A(each== [1, 2, 3]) -> sub:Work(each== [1, 2]) -> end:Undo(compensate=)
        boundary:OnA(on=A; handler=UndoA)
        service:UndoA(handler=1)
        Work {
            start:S -> service:B -> end:E
            boundary:OnB(on=B; handler=UndoB)
            service:UndoB(handler=1)
        }
        """
    )
    for job in "AAABB":
        story.done(job)
    assert story.waiting == ["UndoA", "UndoB", "UndoB"]


def test_nothing_is_undone_of_a_repeated_activity_that_is_not_done() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> sub:Work(each== [1, 2]) -> end:E1
        Fork -> user:C -> throw:Undo(compensate=) -> end:E2
        Work {
            start:S -> service:A -> end:E
            boundary:OnA(on=A; handler=UndoA)
            service:UndoA(handler=1)
        }
        """
    )
    assert story.done("A").done("C").waiting == ["A"]


def test_what_was_done_twice_is_undone_twice_but_never_again() -> None:
    story = Story(
        """
        start -> xor:Again -> service:A(out.n== n + 1) -> xor:Enough
        Enough -[n > 1]-> and:Fork
        Enough -/-> Again
        Fork -> throw:Undo(compensate=A) -> end:E1
        Fork -> throw:Twice(compensate=A) -> end:E2
        boundary:OnA(on=A; handler=UndoA)
        service:UndoA(handler=1)
        """,
        given={"n": 0},
    )
    assert story.done("A").done("A").waiting == ["UndoA", "UndoA"]
    assert "E2 COMPLETED" in story.told, "nothing was left for the second"
    assert story.done("UndoA").done("UndoA").ended == "COMPLETED"


def test_a_handler_may_be_a_subprocess_a_call_or_a_repeated_task() -> None:
    text = """
        start -> call:A(process=child) -> end:Undo(compensate=)
        boundary:OnA(on=A; handler=U)
        {handler}
        """
    subprocess = "sub:U(handler=1) {\nstart:S -> user:X -> user:Y -> end:E\n}"
    for handler, waiting in (
        (subprocess, ["X"]),
        ("call:U(handler=1; process=undo)", ["U"]),
        ("service:U(handler=1; each== [1, 2])", ["U", "U"]),
    ):
        story = Story(text.format(handler=handler)).done("A")
        assert story.waiting == waiting
        while story.waiting:
            story.done(story.waiting[0])
        assert story.ended == "COMPLETED"


def test_an_event_subprocess_undoes_what_is_around_it_a_subprocess_in_it_only_its_own() -> None:
    story = Story(
        """
        start -> service:A -> service:B -> end
        boundary:OnA(on=A; handler=UndoA)
        service:UndoA(handler=1)
        eventsub:Repair {
            start:Failed(error=) -> sub:Inner -> service:C -> end:Undo(compensate=)
            boundary:OnC(on=C; handler=UndoC)
            service:UndoC(handler=1)
            Inner {
                start:S -> service:D -> end:UndoInner(compensate=)
                boundary:OnD(on=D; handler=UndoD)
                service:UndoD(handler=1)
            }
        }
        """
    )
    assert story.done("A").throw("B", "x").done("D").waiting == ["UndoD"]
    assert story.done("UndoD").done("C").waiting == ["UndoA", "UndoC"]
    assert story.done("UndoA").done("UndoC").ended == "COMPLETED"


def test_what_was_interrupted_is_not_undone_and_a_handler_may_fail() -> None:
    story = Story(
        """
        start -> sub:Work -> end
        boundary:Bad(on=Work; error=bad) -> throw:Undo(compensate=) -> user:Fix -> end:F
        Work {
            start:S -> service:A -> end:UndoA(compensate=)
            boundary:OnA(on=A; handler=Handler)
            service:Handler(handler=1)
        }
        """
    )
    assert story.done("A").throw("Handler", "bad").waiting == ["Fix"]


def test_a_handler_that_is_interrupted_holds_nobody_up() -> None:
    story = Story(
        """
        start -> service:A -> throw:Undo(compensate=) -> user:Next -> end
        boundary:OnA(on=A; handler=UndoA)
        service:UndoA(handler=1)
        boundary:Failed(on=UndoA; error=) -> user:ByHand -> end:E
        """
    )
    assert story.done("A").throw("UndoA", "x").waiting == ["ByHand", "Next"]


def test_what_was_done_inside_an_ad_hoc_subprocess_is_undone_after_it() -> None:
    story = Story(
        """
        start -> adhoc:Work(active== ["A"]) -> end:Undo(compensate=)
        Work {
            service:A
            boundary:OnA(on=A; handler=UndoA)
            service:UndoA(handler=1)
        }
        """
    )
    assert story.done("A").waiting == ["UndoA"]
    assert story.done("UndoA").ended == "COMPLETED"


def test_a_repeated_transaction_that_is_cancelled_leaves_as_a_whole() -> None:
    story = Story(
        """
        start -> transaction:Book(each== [1, 2]) -> end
        boundary:Cancelled(on=Book; cancel) -> user:Sorry -> end:S
        Book {
            start:SB -> service:Hotel -> user:Pay -> end:No(cancel)
            boundary:OnHotel(on=Hotel; handler=CancelHotel)
            service:CancelHotel(handler=1)
        }
        """
    )
    assert story.done("Hotel").done("Hotel").done("Pay").waiting == ["CancelHotel", "Pay"]
    assert story.done("CancelHotel").waiting == ["Sorry"]
