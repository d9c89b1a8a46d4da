"""Runs notebooks without a browser; environment/notebook --execute starts it.

Writes executed copies as HTML and, with --in-place, the outputs into the notebooks themselves,
together with a checksum of the code that made them.
"""

import argparse
import asyncio
import hashlib
import os
import pathlib
import re
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

HOME = pathlib.Path(__file__).resolve().parent.parent
NOTEBOOKS = HOME / "notebooks"
LIB = HOME / "scripts" / "lib"


class Failed(Exception):
    """One line for the user: which notebook, which cell, what happened."""


def code_checksum(notebook):
    """SHA-256 over the code cells and the notebooks' library, scripts/lib/notebook."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    files = sorted((LIB / "notebook").glob("*.java"))
    sums = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return hashlib.sha256("\n".join(cells + sums).encode()).hexdigest()


async def execute(path, limit):
    """The notebook with outputs of a fresh kernel."""
    notebook = nbformat.read(path, as_version=4)
    deadline = time.monotonic() + limit
    client = NotebookClient(
        notebook,
        kernel_name="java",
        record_timing=False,
        shutdown_kernel="immediate",  # outputs are all there: nothing to wait for
        startup_timeout=limit,
        timeout_func=lambda cell: max(1, int(deadline - time.monotonic())),
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    place = {"cell": 0, "line": ""}

    def started(cell, cell_index):
        place.update(cell=cell_index + 1, line=cell.source.strip().splitlines()[0][:60])

    client.on_cell_start = started
    try:
        # the kernel tells there when it starts and stops
        await client.async_execute(stderr=asyncio.subprocess.DEVNULL)
    except CellTimeoutError:
        raise failed(path, place, f"not done within {limit} s; --limit allows more") from None
    except DeadKernelError:
        raise failed(path, place, "the Java kernel died; is there memory for it?") from None
    except CellExecutionError as error:
        raise failed(path, place, reason(error, notebook.cells[place["cell"] - 1])) from None
    except RuntimeError as error:  # the kernel did not start
        raise Failed(f"{path.name}: {first_line(error)}") from None
    return notebook


def failed(path, place, what):
    return Failed(f"{path.name}, cell {place['cell']} ({place['line']}): {first_line(what)}")


def reason(error, cell):
    if error.ename == "CompilationException":  # its value is the code; the compiler's words are elsewhere
        lines = plain("\n".join(cell.outputs[-1].traceback)).splitlines()
        words = [line.strip() for line in lines if line.strip() and not line.startswith("|")]
        return "does not compile: " + "; ".join(words[:3])
    return f"{error.ename}: {error.evalue}"


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", str(text))


def first_line(text):
    lines = plain(text).strip().splitlines()
    return lines[0] if lines else "no reason given"


def write(path, text):
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def html(notebook, name):
    """One page with its images in it; nothing is loaded from elsewhere."""
    exporter = HTMLExporter(require_js_url="", mathjax_url="", mermaid_js_url="", jquery_url="")
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": name}})
    return body


def committed(notebook):
    """What the file in the project holds: outputs, and which code made them."""
    # the kernel tells its Java's full version, which would differ from machine to machine
    notebook.metadata.language_info = {
        "name": "java",
        "file_extension": ".jshell",
        "mimetype": "text/x-java-source",
        "codemirror_mode": "java",
        "pygments_lexer": "java",
    }
    notebook.metadata.genrelab = {"code": code_checksum(notebook)}
    return nbformat.writes(notebook)


def runs_stages(path):
    """Whether cells start stages: one such notebook at a time, since JBang builds may spoil each other's."""
    text = path.read_text(encoding="utf-8")
    return "Kit.run(" in text or "Songs.classify(" in text


async def run(paths, options):
    turns = asyncio.Semaphore(options.jobs)
    stages = asyncio.Lock()

    async def timed(path):
        async with turns:
            begin = time.monotonic()
            notebook = await execute(path, options.limit)
            write(options.out / (path.stem + ".html"), html(notebook, path.stem))
            if options.in_place:
                write(path, committed(notebook) + "\n")
            print(f"{path.name}: {time.monotonic() - begin:.0f} s", flush=True)

    async def one(path):
        if runs_stages(path):
            async with stages:
                await timed(path)
        else:
            await timed(path)

    results = await asyncio.gather(*(one(path) for path in paths), return_exceptions=True)
    return [result for result in results if result is not None]


def found(path):
    """A notebook by its path, or by its name alone below notebooks/."""
    inside = NOTEBOOKS / path
    return inside if not path.exists() and inside.is_file() else path


def main():
    parser = argparse.ArgumentParser(prog="environment/notebook --execute")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--in-place", action="store_true")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help=argparse.SUPPRESS)
    parser.add_argument("notebooks", nargs="*", type=pathlib.Path, metavar="NOTEBOOK")
    options = parser.parse_args()
    options.out = options.out.resolve()
    paths = options.notebooks or sorted(NOTEBOOKS.glob("*.ipynb"))
    paths = [found(path) for path in paths]
    for path in paths:
        if path.suffix != ".ipynb" or not path.is_file():
            parser.error(f"{path}: no such notebook")
    problems = asyncio.run(run(paths, options))
    for problem in problems:
        if not isinstance(problem, Failed):
            raise problem
        print(f"environment/notebook: {problem}", file=sys.stderr)
    if not problems:
        print(options.out)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
