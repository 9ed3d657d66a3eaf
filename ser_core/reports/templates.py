"""The templates of all reports: they share a page, which says nothing of what is on it."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

_HERE = Path(__file__).parent


@cache
def template(path: Path) -> Template:
    """The template at `path`, which may extend `page.html.jinja` and use the drawings of `charts.html.jinja`."""
    environment = Environment(
        loader=FileSystemLoader([path.parent, _HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(path.name)
