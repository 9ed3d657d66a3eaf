import pytest

from ui.stage.microphone import EXPLANATIONS, Problem


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_is_explained_with_a_way_out(problem: Problem) -> None:
    what, remedy = EXPLANATIONS[problem]
    assert what.endswith(".")
    assert "upload" in remedy.lower()
