"""Installs the Java kernel for the user's Jupyter servers and editors, with the kit's class path.

Usage: notebook-kernel.py KERNEL_FOLDER

Other servers than environment/notebook's start the kernel without the variables that it sets: they are
written into the kernel's kernel.json.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

VARIABLES = (
    "PATH",  # the kernel runs `java`: that of the JDK which built the class path
    "JJAVA_CLASSPATH",
    "JJAVA_JVM_OPTS",
    "GENRELAB_HOME",
    "GENRELAB_RUN",
    "GENRELAB_NO_PAPER",
)

given = Path(sys.argv[1])
kernels = Path(jupyter_data_dir()) / "kernels"
installed = kernels / "java"
if installed.exists() and not (installed / "genrelab").exists():
    sys.exit(f"environment/notebook: {installed} is a kernel of yours: rename or remove it, and try again")
kernels.mkdir(parents=True, exist_ok=True)
folder = Path(tempfile.mkdtemp(dir=kernels, prefix=".java-"))
try:
    shutil.copytree(given, folder, dirs_exist_ok=True)
    description = json.loads((given / "kernel.json").read_text(encoding="utf-8"))
    description["display_name"] = "Java (genrelab)"
    description["env"] = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    (folder / "kernel.json").write_text(json.dumps(description, indent=1), encoding="utf-8")
    (folder / "genrelab").touch()  # so that the next call knows its own
    folder.chmod(0o755)
    shutil.rmtree(installed, ignore_errors=True)
    folder.rename(installed)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"Installed the kernel 'java' in {installed}")
