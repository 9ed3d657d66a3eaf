"""Recipes side by side: on unseen voices, and on the customary random split."""

from typing import Any

import streamlit as st

from ser_core.figures import Compared, protocol_bars
from ser_core.language import N_, _
from ser_core.models.results import Results, of_earlier_recipe
from ser_core.recipes import recipes
from ser_core.text.numbers import Number
from ui.shared.charts import chart
from ui.shared.text import literal, percent

# The comparisons: (title, protocol with unseen voices, customary protocol).
_SETS = (
    (N_("RAVDESS, and RAVDESS with TESS"), "ravdess-actors", "ravdess-tess-random"),
    (N_("TESS"), "tess-actress", "tess-random"),
)

_WHY = N_(
    "**Why there are two figures.** Most published figures come from a random split, with clips of the same people in "
    "training and test. A model then gets far by knowing the voices, the rooms and the sentences, and every test clip "
    "has close relatives in the training data. The honest figure is for unseen voices: people who are not in the "
    "training data, like you when you record yourself. Both figures are the mean of the recalls of all emotions (UA), "
    "so that rare emotions count as much as frequent ones."
)


def show(results: Results) -> None:
    """Draw the chart and the table of every set of protocols that was measured."""
    st.markdown(_(_WHY))
    measured = [entry for entry in _SETS if results.get(entry[1]) or results.get(entry[2])]
    if not measured:
        st.info(
            _("No comparison has been measured yet. Use `ser compare --results` and `ser evaluate --protocol --save`."),
            icon=":material/hourglass_empty:",
        )
    for title, honest, customary in measured:
        with st.container(border=True):
            st.markdown(f"**{_(title)}**")
            rows = _rows(results, honest, customary)
            said = _("Models on {corpus}", corpus=_(title))
            chart(protocol_bars(rows), "models", honest, title=said, key=f"bars_{honest}")
            st.caption(
                _(
                    "Unseen voices: protocol {honest}, {tested}. Random split: protocol {customary}, {tested_too}.",
                    honest=literal(honest),
                    tested=_tested(results, honest),
                    customary=literal(customary),
                    tested_too=_tested(results, customary),
                )
                + _earlier(results, honest, customary)
            )
            with st.expander(_("Show as a table")):
                st.dataframe(_table(results, honest, customary), hide_index=True, width="stretch")


def _earlier(results: Results, *protocols: str) -> str:
    """A sentence for each figure that was measured with an earlier state of its recipe."""
    return "".join(
        " "
        + _(
            "{name} under {protocol} was measured with an earlier recipe.",
            name=literal(name),
            protocol=literal(protocol),
        )
        for protocol in protocols
        for name in results.get(protocol, {})
        if of_earlier_recipe(results, protocol, name)
    )


def _rows(results: Results, honest: str, customary: str) -> list[Compared]:
    """Recipes in their usual order, followed by anything measured under another name."""
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
            _("recipe"): row.name,
            _("unseen voices: UA"): _share(row.honest),
            _("± over folds"): _share(one.get(row.name, {}).get("ua_deviation")),
            _("random split: UA"): _share(row.customary),
            _("random split: accuracy"): _share(other.get(row.name, {}).get("wa")),
            _("random split: macro F1"): _share(other.get(row.name, {}).get("macro_f1")),
            _("description"): _(summaries.get(row.name, "")),
        }
        for row in sorted(_rows(results, honest, customary), key=lambda row: -(row.honest or 0.0))
    ]


def _share(value: float | None) -> str:
    return "" if value is None else f"{Number(value):.3f}"


def _tested(results: Results, protocol: str) -> str:
    figures = list(results.get(protocol, {}).values())
    if not figures:
        return _("not measured")
    clips = sorted({str(m["n"]) for m in figures})
    guessing = percent(1 / len(figures[0]["labels"]))
    return _("{clips} test clips, chance is {chance}", clips=" / ".join(clips), chance=guessing)
