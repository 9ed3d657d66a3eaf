"""One recipe under one protocol: its confusions, its figures for each emotion, its training and its cost."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ser_core.figures import confusion_picture, training_curves
from ser_core.language import N_, _, ngettext
from ser_core.metrics import f1_score
from ser_core.models.results import Results, of_earlier_recipe
from ser_core.recipes import recipes
from ser_core.text.numbers import Number
from ui.shared.charts import chart
from ui.shared.text import literal

# The protocols in words, honest ones first.
_PROTOCOLS = {
    "ravdess-actors": N_("RAVDESS, unseen actors"),
    "nemo-speakers": N_("nEMO (Polish), unseen speakers"),
    "tess-actress": N_("TESS, the other actress"),
    "leave-corpus-out": N_("an unseen corpus"),
    "ravdess-tess-random": N_("RAVDESS and TESS, random split"),
    "tess-random": N_("TESS, random split"),
}


def show(results: Results) -> None:
    """Draw the choice of a recipe and a protocol, and their figures; nothing if nothing has been measured."""
    names = _in_order(results)
    if not names:
        st.caption(_("Confusions and figures by emotion appear here once a comparison has been measured."))
        return
    left, right = st.columns(2)
    name = left.selectbox(_("Model"), names, key="close_recipe")
    measured = [protocol for protocol in [*_PROTOCOLS, *sorted(results)] if name in results.get(protocol, {})]
    measured = list(dict.fromkeys(measured))
    protocol = right.selectbox(
        _("Tested on"), measured, format_func=lambda p: _(_PROTOCOLS[p]) if p in _PROTOCOLS else p, key="close_protocol"
    )
    figures = results[protocol][name]
    _say_what_it_is(name, figures, of_earlier_recipe(results, protocol, name))
    picture = confusion_picture(figures["labels"], figures["confusion"])
    said = _("{model}, {protocol}: confusions", model=name, protocol=protocol)
    chart(picture, "confusion", f"{name}-{protocol}", title=said, key="cm")
    st.dataframe(_report(figures), hide_index=True, width="stretch")
    st.caption(
        _(
            "Precision: the share of its answers that are right. Recall: the share of the clips that it recognises. "
            "F1: their harmonic mean. Support: the number of test clips of that emotion."
        )
    )
    if figures.get("history"):
        curves = training_curves(figures["history"])
        said = _("{model}, {protocol}: training", model=name, protocol=protocol)
        chart(curves, "training", name, title=said, key="curves")


def _in_order(results: Results) -> list[str]:
    known = {name for by_recipe in results.values() for name in by_recipe}
    names = [recipe.name for recipe in recipes() if recipe.name in known]
    return [*names, *sorted(known - set(names))]


def _say_what_it_is(name: str, figures: Mapping[str, Any], earlier: bool) -> None:
    recipe = next((recipe for recipe in recipes() if recipe.name == name), None)
    if recipe:
        st.markdown(_("{summary}. From: {source}.", summary=_(recipe.summary), source=literal(_(recipe.source))))
    shown = [(_("UA"), f"{Number(figures['ua']):.3f}"), (_("Accuracy"), f"{Number(figures['wa']):.3f}")]
    shown.append((_("Macro F1"), f"{Number(figures['macro_f1']):.3f}"))
    if figures.get("size_mb") is not None:
        shown.append((_("Size"), f"{Number(figures['size_mb']):.1f} MB"))
    if figures.get("latency_ms") is not None:
        shown.append((_("Latency"), f"{Number(figures['latency_ms']):.1f} ms"))
    if figures.get("parameters"):
        n = figures["parameters"]
        shown.append((_("Parameters"), f"{Number(n / 1e6):.2f} M" if n >= 1e6 else f"{Number(n):,.0f}"))
    for column, (label, value) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(label, value)
    facts = [ngettext("{count} test clip", "{count} test clips", figures["n"]), _("seed {seed}", seed=figures["seed"])]
    if figures.get("epochs"):
        facts.append(ngettext("{count} epoch", "{count} epochs", figures["epochs"]))
    if figures.get("commit"):
        facts.append(_("measured at commit {commit}", commit=figures["commit"]))
    if earlier:
        facts.append(_("with an earlier recipe than for RAVDESS, unseen actors"))
    st.caption(
        literal(", ".join(facts)) + ". " + _("The latency is for two seconds of sound, without computing the features.")
    )


def _report(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The classification report, with one row per emotion."""
    rows = []
    for emotion, m in figures["per_class"].items():
        precision, recall = m["precision"], m["recall"]
        rows.append(
            {
                _("emotion"): _(emotion),
                _("precision"): "" if precision is None else f"{Number(precision):.2f}",
                _("recall"): f"{Number(recall):.2f}",
                "F1": f"{Number(f1_score(precision, recall)):.2f}",
                _("support"): m["n"],
            }
        )
    return rows
