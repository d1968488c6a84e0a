"""What an end listener of a call activity sees of the called process."""

from tests.support.story import Story


def test_c13_without_propagation_an_end_listener_sees_no_variable_of_the_child() -> None:
    story = Story(
        "start -> call:C(process=p2; propagate=false; on_end=audit) -> user:Next -> end",
        given={"mine": 1},
    )
    story.done("C", theirs=2)
    assert story.visible("C") == {"mine": 1}


def test_c13_with_an_output_mapping_it_sees_what_is_taken_over() -> None:
    story = Story(
        "start -> call:C(process=p2; propagate=false; out.taken== theirs; on_end=audit) -> end",
        given={"mine": 1},
    )
    story.done("C", theirs=2)
    assert story.visible("C")["taken"] == 2
