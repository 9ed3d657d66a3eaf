import ast

from ser_core.config import PROJECT_DIR
from ui.shared.frame import NAVIGATION


def test_the_first_line_is_the_home_page() -> None:
    assert NAVIGATION[0].file == "app.py"
    assert NAVIGATION[0].exists


def test_every_page_has_its_line() -> None:
    pages = {f"pages/{path.name}" for path in (PROJECT_DIR / "pages").glob("*.py")}
    assert pages <= {line.file for line in NAVIGATION}


def test_every_page_starts_with_the_frame() -> None:
    for line in NAVIGATION:
        if line.exists:
            tree = ast.parse((PROJECT_DIR / line.file).read_text("utf-8"))
            calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
            assert calls[0] == "frame.start", line.file
