import streamlit as st

from ui.shared import memory


def test_a_result_is_computed_once_and_the_oldest_is_dropped() -> None:
    # Outside a running page Streamlit keeps one state for the thread.
    memory.forget_all()
    calls: list[int] = []

    def compute(number: int) -> int:
        calls.append(number)
        return number * 2

    assert [memory.once(0, lambda: compute(0)) for _ in range(3)] == [0, 0, 0]
    assert calls == [0]
    for number in range(1, 20):
        memory.once(number, lambda number=number: compute(number))
    assert len(st.session_state["computed"]) == memory._MOST
    memory.once(0, lambda: compute(0))
    assert calls.count(0) == 2
    memory.forget_all()
    assert "computed" not in st.session_state
