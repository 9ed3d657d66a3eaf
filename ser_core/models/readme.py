"""The model card as a page to read."""

from collections.abc import Mapping
from typing import Any

from ser_core.models.card import KERAS_FILE, SERVED_FILE, WEIGHTS_FILE, AnyCard, ClassicCard, EncoderCard, ModelCard


def model_readme(card: AnyCard) -> str:
    """The card in Markdown: what the model is for, what it was made from, how well it does and where it fails."""
    return (
        "\n\n".join(
            [
                f"# {card.name}",
                f"{card.summary}. It hears {', '.join(card.labels)}, {_at_a_time(card)}.",
                "## What it is for\n\n"
                "To show a person how a voice sounds, and to practise delivery. A score is a guess about how a voice "
                "sounds, not about what somebody feels. It learned from actors who were asked to play an emotion; "
                "unplanned speech is subtler, and other languages and ages than those below are unknown ground.\n\n"
                "It must not be used to infer the emotions of people at work or in education (European AI Act, "
                "article 5(1)(f)), nor to decide anything about anybody.",
                f"## Figures\n\n{_protocol(card.protocol)}\n\n{_metrics(card)}",
                *(section for part, figures in card.metrics.items() for section in _closely(card, part, figures)),
                "## Confidence\n\n"
                f"Logits are divided by a temperature of {card.calibration.temperature:g}, fitted on "
                f"{_calibrated_on(card)}; under a confidence of {card.calibration.unsure_below:g} the answer is "
                f'"unsure".{_enrolment(card)}{_few_shot(card)}',
                f"## What it learned from\n\n{_corpora(card.corpora)}\n\n{_licences(card.corpora)}",
                f"## How it was made\n\n{_making(card)}",
            ]
        )
        + "\n"
    )


def _calibrated_on(card: AnyCard) -> str:
    if card.protocol["validation"]:
        return "the validation speakers"
    if isinstance(card, ClassicCard):
        return "nobody, since nobody validated: confidences stay as they come"
    return "the answers of the folds' models to speakers they had not heard"


def _enrolment(card: AnyCard) -> str:
    use = card.calibration.enrolment
    measured = [m["enrolment"] for m in card.metrics.values() if m.get("enrolment")]
    if not (use and measured):
        return ""
    own = measured[0]
    return (
        "\n\nWhere a person gives their own neutral voice, their answers are moved by "
        f"{use.strength:g} of its difference from the usual one: UA {own['ua_with']:.3f} instead of "
        f"{own['ua_without']:.3f} on {own['n']} clips, half of each speaker's neutral ones being the enrolment and "
        "left out of the test."
    )


def _few_shot(card: AnyCard) -> str:
    measured = {part: m["few_shot"] for part, m in card.metrics.items() if m.get("few_shot")}
    if not measured:
        return ""
    rows = [
        "\n\nWhere a person names the emotion of a few recordings, the predictions adapt to that speaker "
        "(`ser_core/adaptation/few_shot.py`). UA on each speaker's other clips; the named ones were drawn by chance, "
        "five times:\n",
        "| clips of | named of each emotion | not adapted | adapted |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| {_title(card, part)} | {m['of_each']} | {m['ua_without']:.3f} | {m['ua_with']:.3f} |"
        for part, of_part in measured.items()
        for m in of_part
    ]
    return "\n".join(rows)


def _at_a_time(card: AnyCard) -> str:
    match card:
        case ModelCard():
            return f"{card.window_s:g} s at a time"
        case EncoderCard():
            return f"up to {card.chunk_s:g} s at a time"
        case _:
            return "a whole clip at a time"


def _making(card: AnyCard) -> str:
    how = card.training
    if isinstance(card, ModelCard):
        return (
            f"Recipe `{how['recipe']}`, {how['parameters']:,} parameters, seed {how['seed']}, {how['epochs']} epochs "
            f"of which number {how['best_epoch']} is kept, {how['minutes']:g} minutes on the processor. `model.tflite` "
            "is served (weights in eight bits), `model.keras` is the same network for further training. What was tried "
            "on this recipe, and what it brought, stands in `benchmarks/experiments.md` of the project."
        )
    if isinstance(card, EncoderCard):
        base = card.base
        return (
            f"Recipe `{how['recipe']}`, {how['parameters']:,} parameters, seed {how['seed']}, {how['steps']} steps. It "
            f"began as {base['name']} ({base['citation']}); {base['licence']} licence, {base['copyright']}, kept in "
            f"`models/LICENSE.md`. `{SERVED_FILE}` is served (weights in eight bits), `{WEIGHTS_FILE}` holds the same "
            "weights for further training. What was tried on this recipe, and what it brought, stands in "
            "`benchmarks/experiments.md` of the project."
        )
    facts = [f"Recipe `{how['recipe']}` (from {how['source']})", f"features `{card.features}`"]
    if how["parameters"]:
        facts.append(f"{how['parameters']:,} parameters, {how['epochs']} epochs")
    if how["augment"]:
        facts.append(f"augmented by {', '.join(how['augment'])}")
    if how["select"]:
        facts.append(f"{how['select']} values selected")
    if how["pca"]:
        facts.append(f"{how['pca']} principal components")
    # The network as Keras stores it, and the same for LiteRT; or what scikit-learn stores.
    kept = [f"`{KERAS_FILE}` for Keras and `{SERVED_FILE}`, which answers in the app"]
    files = kept if KERAS_FILE in card.files else [f"`{file}`" for file in card.files]
    made = f"{', '.join(facts)}, seed {how['seed']}, {how['minutes']:g} minutes on the processor."
    return f"{made} The model is {', '.join(files)}."


def _protocol(protocol: Mapping[str, Any]) -> str:
    sides = "; ".join(f"{side}: {', '.join(protocol[side]) or 'nobody'}" for side in ("train", "validation", "test"))
    return f"Split {protocol['kind']}. {sides[0].upper()}{sides[1:]}."


def _metrics(card: AnyCard) -> str:
    metrics = card.metrics
    rows = [
        "| clips of | n | UA | WA | macro F1 | calibration error | answered | right when answered |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part, m in metrics.items():
        right = m["accuracy_of_answered"]
        rows.append(
            f"| {_title(card, part)} | {m['n']} | {_ua(m)} | {m['wa']:.3f} | {m['macro_f1']:.3f} "
            f"| {m['calibration_error']:.3f} | {m['answered']:.0%} | {'' if right is None else f'{right:.3f}'} |"
        )
    words = ["UA is the mean of the recalls of the emotions, WA the plain accuracy."]
    if any(part.startswith("validation ") for part in metrics):
        words.append(
            "The best epoch, the temperature and the threshold were chosen on the validation speakers, so only the "
            "test figures are free of choice."
        )
    if any(part.startswith("protocol ") for part in metrics):
        words.append(
            "Under a protocol this recipe is trained once for each fold without the speakers whom that fold tests; "
            "UA is the mean over the folds with its deviation, in brackets the 95% interval from drawing the speakers "
            "anew. The model in this folder was then trained on everyone, so nobody in these corpora is unheard by it."
        )
    epochs = card.training.get("epochs")  # a classifier that is no network has none
    words += [
        f"{_title(card, part)} was measured with {m['epochs']} epochs instead of {epochs}."
        for part, m in metrics.items()
        if epochs and m.get("epochs", epochs) != epochs
    ]
    current = card.training.get("recipe_id")
    words += [
        f"{_title(card, part)} is of an earlier recipe, at commit {m.get('commit', 'unknown')}."
        for part, m in metrics.items()
        if current and part.startswith("protocol ") and m.get("recipe_id") != current
    ]
    return "\n".join([*rows, "", " ".join(words), *_corruptions(card)])


def _title(card: AnyCard, part: str) -> str:
    return f"`{part.removeprefix('protocol ')}`" if part.startswith("protocol ") else card.title_of(part)


def _ua(m: Mapping[str, Any]) -> str:
    if not m.get("ua_interval"):
        return f"{m['ua']:.3f}"
    low, high = m["ua_interval"]
    return f"{m['ua']:.3f} ± {m['ua_deviation']:.3f} ({low:.3f} to {high:.3f})"


def _corruptions(card: AnyCard) -> list[str]:
    names = next((list(m["corruptions"]) for m in card.metrics.values() if "corruptions" in m), [])
    # Figures of an earlier day may be of other corruptions; they have no place in this table.
    tested = {part: m for part, m in card.metrics.items() if names and list(m.get("corruptions", ())) == names}
    if not tested:
        return []
    return [
        "",
        "The same clips (at most 300 of a fold, by chance) under what may lie between a voice and a recorder, UA:",
        "",
        f"| clips of | as recorded | {' | '.join(names)} |",
        "|---|---" + "|---" * len(names) + "|",
        *(
            f"| {_title(card, part)} | {m['ua']:.3f} | {' | '.join(f'{ua:.3f}' for ua in m['corruptions'].values())} |"
            for part, m in tested.items()
        ),
    ]


def _closely(card: AnyCard, part: str, figures: Mapping[str, Any]) -> list[str]:
    """The figures of one test by emotion, with the confusions; by register and by fold where they are known."""
    title = _title(card, part)
    sections = [_by_emotion(title, figures), _confusions(title, figures)]
    if figures.get("registers"):
        sections.append(_by_group(f"{title}, by register", "voices", figures["registers"]))
    if len(figures.get("folds", ())) > 1:
        folds = {fold["held_out"]: fold for fold in figures["folds"]}
        sections.append(_by_group(f"{title}, by what is held out", "held out", folds))
    return sections


def _by_group(title: str, column: str, groups: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [f"### {title}\n", f"| {column} | n | UA | 95% interval |", "|---|---|---|---|"]
    for name, m in groups.items():
        low, high = m.get("ua_interval") or (None, None)
        between = "" if low is None else f"{low:.3f} to {high:.3f}"
        rows.append(f"| {name} | {m['n']} | {m['ua']:.3f} | {between} |")
    return "\n".join(rows)


def _confusions(title: str, figures: Mapping[str, Any]) -> str:
    labels = figures["labels"]
    rows = [
        f"### {title}, confusions\n",
        "Played in rows, heard in columns, clips:\n",
        f"| | {' | '.join(labels)} |",
        "|---" * (len(labels) + 1) + "|",
    ]
    rows += [
        f"| {label} | {' | '.join(str(n) for n in row)} |"
        for label, row in zip(labels, figures["confusion"], strict=True)
    ]
    return "\n".join(rows)


def _by_emotion(title: str, figures: Mapping[str, Any]) -> str:
    rows = [f"### {title}, by emotion\n", "| emotion | n | recall | precision |", "|---|---|---|---|"]
    for emotion, m in figures["per_class"].items():
        precision = "" if m["precision"] is None else f"{m['precision']:.2f}"
        rows.append(f"| {emotion} | {m['n']} | {m['recall']:.2f} | {precision} |")
    return "\n".join(rows)


def _corpora(corpora: Mapping[str, Mapping[str, Any]]) -> str:
    rows = ["| corpus | language | training clips | licence | citation |", "|---|---|---|---|---|"]
    rows += [
        f"| {facts['title']} | {facts['language']} | {facts['training_clips']} | {facts['licence']} "
        f"| {facts['citation']} |"
        for facts in corpora.values()
    ]
    return "\n".join(rows)


def _licences(corpora: Mapping[str, Mapping[str, Any]]) -> str:
    """What follows for the weights from the licences of the corpora."""
    bound = [str(facts["title"]) for facts in corpora.values() if _is_non_commercial(str(facts["licence"]))]
    if len(bound) == len(corpora):
        return "These licences are non-commercial, and the weights carry that restriction."
    if bound:
        return f"What is licensed of {' and '.join(bound)} is non-commercial, and the weights carry that restriction."
    return "None of these licences forbids commercial use; whoever passes the weights on names the corpora."


def _is_non_commercial(licence: str) -> bool:
    return "-NC" in licence or "research" in licence
