"""The page that shows the description to people: plain HTML without a script, and nothing from anywhere else."""

from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2430; --paper: #fff; --soft: #f3f4f7; --line: #d5d9e2; --accent: #7a3cc8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaf0; --paper: #14171f; --soft: #1f2430; --line: #3a4152; --accent: #c9a4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.8rem; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
a { color: var(--accent); }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
.verb { color: var(--accent); font-weight: 700; margin-right: .5rem; }
pre { background: var(--soft); padding: .75rem 1rem; border-radius: .5rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
td:first-child { white-space: nowrap; }
@media (min-width: 50rem) { td:first-child { width: 13rem; } td:nth-child(2) { width: 15rem; } }
"""


def draw(described: dict[str, Any]) -> str:
    """The page of a description of OpenAPI."""
    info, path = described["info"], described["servers"][0]["url"]
    title = escape(info["title"])
    operations = "".join(
        _operation(path, place, verb, operation)
        for place, verbs in described["paths"].items()
        for verb, operation in verbs.items()
    )
    schemas = "".join(_schema(name, schema) for name, schema in described["components"]["schemas"].items())
    paragraphs = "".join(f"<p>{escape(part)}</p>" for part in info["description"].split("\n\n"))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: the HTTP interface</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{title}: the HTTP interface</h1>
<p>{escape(info["summary"])} Version {escape(info["version"])}; <a href="openapi.json">the same for programs</a>
(OpenAPI {escape(described["openapi"])}).</p>
{paragraphs}
<p>Every request shows the token that the server was started with: <code>Authorization: Bearer TOKEN</code>. An answer
other than 200 is an object with the sentence <code>error</code>.</p>
{operations}
<h2>What the answers hold</h2>
{schemas}
</main>
</body>
</html>
"""


def _operation(path: str, place: str, verb: str, operation: dict[str, Any]) -> str:
    name = escape(operation["operationId"])
    parts = [
        f'<h2 id="{name}"><span class="verb">{verb.upper()}</span><code>{escape(path + place)}</code></h2>',
        f"<p>{escape(operation['summary'])} {escape(operation.get('description', ''))}</p>",
    ]
    form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema")
    parts.append(f"<pre>{escape(_curl(path + place, form))}</pre>")
    if form:
        parts.append(f"<h3>Fields of the form</h3>{_table(_fields(form))}")
    parts.append(f"<h3>Answers</h3>{_table(_answers(operation['responses']))}")
    return "".join(parts)


def _curl(address: str, form: dict[str, Any] | None) -> str:
    start = 'curl -H "Authorization: Bearer $SER_API_TOKEN" '
    sent = "-F file=@clip.mp3 " if form else ""
    return f"{start}{sent}https://THIS-SERVER{address}"


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    required = schema.get("required", [])
    return [
        (name, _type(field), field.get("description", "") + ("" if name in required else " Optional."))
        for name, field in schema["properties"].items()
    ]


def _answers(responses: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (status, _type(answer["content"]["application/json"]["schema"]), answer["description"])
        for status, answer in responses.items()
    ]


def _schema(name: str, schema: dict[str, Any]) -> str:
    return f'<h3 id="{escape(name)}">{escape(name)}</h3>{_table(_fields(schema))}'


def _type(schema: dict[str, Any]) -> str:
    """What a value is, in HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "contentMediaType" in schema:
        return "file"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"] if value is not None)
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if "array" in kinds:
        return f"list of {_type(schema['items'])}"
    return escape(" or ".join(kinds))


def _table(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{escape(what)}</td></tr>"
        for name, kind, what in rows
    )
    return f'<div class="wide" tabindex="0"><table><tbody>{cells}</tbody></table></div>'
