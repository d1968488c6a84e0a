"""When conditions are looked at: after each change they can see, and when they begin to wait."""

from tests.support.story import Story


def test_a_condition_sees_every_change_not_only_the_last_of_a_step() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> catch:Hot(condition== heat > 10) -> user:Seen -> end:E1
        Fork -> user:Go -> script:Up(expression== 11; result=heat)
        Up -> script:Down(expression== 0; result=heat) -> user:Next -> end:E2
        """
    )
    assert story.done("Go").waiting == ["Next", "Seen"]


def test_a_change_beside_it_is_none_of_its_business() -> None:
    story = Story(
        """
        start -> and:Fork
        Fork -> user:Beside -> end:E1
        Fork -> user:Ask -> end:E2
        boundary:Hot(on=Ask; condition== heat > 10; keep) -> task:Cool -> end:E
        """,
        given={"heat": 20},
    )
    assert story.told.count("Cool COMPLETED") == 1
    beside = story.wait("Beside").element_instance_key
    story.set(beside, local=True, heat=100)
    assert story.told.count("Cool COMPLETED") == 1


def test_the_outer_condition_comes_first() -> None:
    story = Story(
        """
        start -> sub:Work -> end
        boundary:Outer(on=Work; condition== heat > 1) -> user:A -> end:E1
        Work {
            start:S -> user:Ask -> end:E
            boundary:Inner(on=Ask; condition== heat > 1) -> user:B -> end:E2
        }
        """
    )
    assert story.set(heat=2).waiting == ["A"]
    assert "Inner COMPLETED" not in story.told


def test_several_changes_at_once_are_one_and_mappings_out_come_too_late() -> None:
    story = Story(
        """
        start -> user:Ask(out.heat== 50) -> user:Next -> end
        boundary:Hot(on=Ask; condition== heat > 10 or rain > 5; keep) -> task:Cool -> end:E
        """
    )
    story.set(heat=11, rain=6)
    assert story.told.count("Cool COMPLETED") == 1
    assert story.set(heat=0, rain=0).done("Ask").waiting == ["Next"]
    assert story.told.count("Cool COMPLETED") == 1


def test_an_input_mapping_may_fulfil_the_condition_on_the_border() -> None:
    story = Story(
        """
        start -> user:Ask(in.heat== 11) -> end
        boundary:Hot(on=Ask; condition== heat > 10) -> user:Cool -> end:E
        """
    )
    assert story.waiting == ["Cool"]


def test_a_condition_that_makes_itself_true_again_is_stopped_by_the_budget() -> None:
    story = Story(
        """
        start -> user:Ask -> end
        boundary:Hot(on=Ask; condition== heat > 10; keep) -> task:Tick
        Tick -> script:More(expression== heat + 1; result=heat)
        """,
        given={"heat": 11},
    )
    assert story.incident()["message"].startswith("More than")
