"""A component's script: modules that an editor and a linter read one by one, given to the browser as one.

Streamlit hands a component's script over as text, from which it can import nothing. A bundler would be a build step
for a few small files; putting them in line, their imports and exports taken away, is what one would do to them.
"""

import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)


@cache
def script(folder: Path, entry: str) -> str:
    """The module `entry` of a folder and all that it imports as one, each after those it imports. Names at the top of a
    module must be its own in all of them.
    """
    ordered: dict[str, str] = {}

    def add(name: str) -> None:
        if name in ordered:
            return
        text = (folder / f"{name}.js").read_text(encoding="utf-8")
        for imported in _IMPORT.findall(text):
            add(imported)
        text = _IMPORT.sub("", text)
        ordered[name] = text if name == entry else re.sub(r"^export ", "", text, flags=re.MULTILINE)

    add(entry)
    return "\n".join(ordered.values())
