"""What stands beside every recorder: level, clock, what is wrong with the level; pause, listening back, discard."""

# What to do with a recording that could not be sent (js/handover.js).
RESCUE = "<div data-rescue></div>"

# js/desk.js works them.
METER = """
<meter data-level min="0" max="1" low="0.25" high="0.97" optimum="0.6" value="0" hidden></meter>
<span data-clock aria-hidden="true"></span>
"""
BUTTONS = """
<button type="button" data-pause hidden></button>
<button type="button" data-discard hidden></button>
"""
BELOW = f"""
<p data-advice role="status"></p>
<audio data-listen controls hidden></audio>
{RESCUE}
"""
CSS = """
[data-level] { width: 7rem; height: 0.7rem; }
[data-clock] { font-variant-numeric: tabular-nums; font-weight: 600; }
[data-pause], [data-discard] { font: inherit; font-family: var(--st-font); font-size: 0.9rem; cursor: pointer;
  color: var(--st-text-color); background: none; border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 0.6rem); padding: 0.45rem 0.8rem; min-height: 2.4rem; }
[data-pause]:hover, [data-discard]:hover { border-color: var(--st-primary-color); }
:is([data-pause], [data-discard], [data-listen]):focus-visible { outline: 3px solid var(--st-primary-color);
  outline-offset: 1px; }
[data-advice] { margin: 0; font-family: var(--st-font); font-size: 0.9rem; font-weight: 600;
  color: var(--st-text-color); }
[data-advice]:not(:empty)::before { content: "⚠ "; }
[data-advice]:not(:empty), [data-listen]:not([hidden]) { margin-top: 0.5rem; }
[data-listen] { width: 100%; max-width: 26rem; height: 2.6rem; }
[data-listen][hidden] { display: none; }
[data-rescue]:not(:empty) { display: flex; gap: 1rem; margin-top: 0.4rem; }
[data-rescue] > * { font: inherit; font-family: var(--st-font); font-size: 0.9rem; color: var(--st-link-color);
  background: none; border: none; padding: 0; text-decoration: underline; cursor: pointer; }
"""
