"""The examples run as they stand, and the README shows what is in the files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMBED = ROOT / "examples" / "embed.py"


def test_the_embedding_example_runs_a_whole_system() -> None:
    """A picture goes from its upload to a follower's feed."""
    ran = subprocess.run([sys.executable, EMBED], capture_output=True, text=True, check=True)

    assert ran.stdout == "ada Hello 1\n"


def test_the_readme_shows_the_embedding_example_as_it_is() -> None:
    """Nobody copies from the page what was mended in the file only."""
    assert f"```python\n{EMBED.read_text()}```" in (ROOT / "README.md").read_text()
