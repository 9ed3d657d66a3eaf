"""Recipes side by side: on voices that were never heard, and the way that is customary."""

from typing import Any

import streamlit as st

from ser_core.figures import Compared, describe, picture_config, protocol_bars
from ser_core.models.results import Results, of_earlier_recipe
from ser_core.recipes import recipes
from ui.shared.text import literal, percent

# What is compared, by corpus: (title, protocol with unheard voices, customary protocol).
_SETS = (
    ("RAVDESS, and RAVDESS with TESS", "ravdess-actors", "ravdess-tess-random"),
    ("TESS", "tess-actress", "tess-random"),
)

_WHY = (
    "**Why there are two figures.** Most published figures come from a random split: clips of the same people are "
    "trained on and tested on. A model then gets far by knowing the voices, the rooms and the sentences, and a clip "
    "that is tested has close relatives among those it learned. The honest figure is for people it has never heard, "
    "which is what happens when you record yourself. Both are the mean of the recalls of the emotions (UA), so that "
    "rare emotions count as much as frequent ones."
)


def show(results: Results) -> None:
    """Draw the chart and the table of every set of protocols that was measured."""
    st.markdown(_WHY)
    measured = [entry for entry in _SETS if results.get(entry[1]) or results.get(entry[2])]
    if not measured:
        st.info(
            "No comparison has been measured yet. `ser compare --results` and `ser evaluate --protocol --save` do it.",
            icon=":material/hourglass_empty:",
        )
    for title, honest, customary in measured:
        with st.container(border=True):
            st.markdown(f"**{title}**")
            rows = _rows(results, honest, customary)
            figure = protocol_bars(rows)
            st.plotly_chart(figure, config=picture_config("models", honest), alt=describe(figure), key=f"bars_{honest}")
            st.caption(
                f"Never heard: protocol {literal(honest)}, {_tested(results, honest)}. Heard in training as well: "
                f"protocol {literal(customary)}, {_tested(results, customary)}."
                f"{_earlier(results, honest, customary)}"
            )
            with st.expander("The same as a table"):
                st.dataframe(_table(results, honest, customary), hide_index=True, width="stretch")


def _earlier(results: Results, *protocols: str) -> str:
    """A sentence for each figure that was measured with an earlier state of its recipe."""
    return "".join(
        f" {literal(name)} under {literal(protocol)} is of an earlier recipe."
        for protocol in protocols
        for name in results.get(protocol, {})
        if of_earlier_recipe(results, protocol, name)
    )


def _rows(results: Results, honest: str, customary: str) -> list[Compared]:
    """Recipes in their usual order, and after them what was measured under another name."""
    one, other = results.get(honest, {}), results.get(customary, {})
    names = [recipe.name for recipe in recipes()]
    names += sorted({*one, *other} - set(names))
    return [
        Compared(name, one.get(name, {}).get("ua"), other.get(name, {}).get("ua"))
        for name in names
        if name in one or name in other
    ]


def _table(results: Results, honest: str, customary: str) -> list[dict[str, Any]]:
    summaries = {recipe.name: recipe.summary for recipe in recipes()}
    one, other = results.get(honest, {}), results.get(customary, {})
    return [
        {
            "recipe": row.name,
            "never heard: UA": _share(row.honest),
            "± between folds": _share(one.get(row.name, {}).get("ua_deviation")),
            "heard as well: UA": _share(row.customary),
            "heard as well: accuracy": _share(other.get(row.name, {}).get("wa")),
            "heard as well: macro F1": _share(other.get(row.name, {}).get("macro_f1")),
            "what it is": summaries.get(row.name, ""),
        }
        for row in sorted(_rows(results, honest, customary), key=lambda row: -(row.honest or 0.0))
    ]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _tested(results: Results, protocol: str) -> str:
    figures = list(results.get(protocol, {}).values())
    if not figures:
        return "not measured"
    clips = sorted({str(m["n"]) for m in figures})
    guessing = percent(1 / len(figures[0]["labels"]))
    return f"{' or '.join(clips)} clips tested, guessing would give {guessing}"
