"""What the server holds, seen from outside."""

import re
import urllib.request

# What Streamlit holds of visitors: files they have uploaded, files they may download or play, and what a page keeps.
_OF_VISITORS = ("UploadedFileManager", "st_memory_media_file_storage", "st_session_state")


def held_by_streamlit(url: str, kinds: tuple[str, ...] = _OF_VISITORS) -> int:
    """Bytes of visitors in the stores that all sessions share, by Streamlit's own metrics."""
    with urllib.request.urlopen(f"{url}/_stcore/metrics?families=cache_memory_bytes", timeout=30) as answer:
        text = answer.read().decode()
    lines = re.findall(r'cache_memory_bytes\{cache_type="(\w+)",cache="[^"]*"\} (\d+)', text)
    return sum(int(size) for kind, size in lines if kind in kinds)
