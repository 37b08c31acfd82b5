"""`python -m services.scoring.compiling`: compiles the rules' twin in C, where there is a C compiler.

Needs nothing but Python, so that an image is built with a compiler from the package index and nothing else.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "native"
SOURCES: Final = ("figures.h", "judging.h", "figures.c", "judging.c")
OPTIONS: Final = ("-std=gnu11", "-O2", "-shared", "-fPIC")
_COMPILERS: Final = ("cc", "gcc", "clang")
# Left to itself this one compiles for the processor at hand, and an image runs on others.
_ZIG: Final = ("-m", "ziglang", "cc", "-mcpu=baseline")


def library_path(folder: Path = FOLDER) -> Path:
    """Return where the library of the sources in a folder stands on such a machine; others are never loaded."""
    told = hashlib.sha256(" ".join((platform.system(), platform.machine(), *OPTIONS, *_ZIG)).encode())
    for source in SOURCES:
        told.update((folder / source).read_bytes())
    return folder / f"rules-{told.hexdigest()[:16]}.so"


def load(path: Path) -> Any:
    """Return the library at a path.

    Raises:
        OSError: it is not there, or for another machine.
    """
    library = ctypes.CDLL(str(path))
    address, number = ctypes.c_void_p, ctypes.c_int64
    library.judge.argtypes = [address, number, ctypes.c_char_p, address, address, number, address, number]
    library.judge.restype = None
    library.write_sums.argtypes = [address, ctypes.c_char_p, number, address, number]
    library.write_all.argtypes = [address, number, address, number, address]
    library.write_sums.restype = library.write_all.restype = number
    return library


def build(to: Path, *, compiler: list[str], options: tuple[str, ...] = OPTIONS, folder: Path = FOLDER) -> None:
    """Compile the sources in a folder to a path, which then holds the whole library or is left as it was.

    Raises:
        CalledProcessError: the compiler fails; it has said why.
    """
    sources = [str(folder / each) for each in SOURCES if each.endswith(".c")]
    with tempfile.TemporaryDirectory(dir=to.parent) as beside:
        made = Path(beside, to.name)
        subprocess.run([*compiler, *options, "-o", str(made), *sources], check=True)  # noqa: S603  our own arguments
        made.replace(to)


def compiler() -> list[str] | None:
    """Return the command of a C compiler: CC, that of the package `ziglang` or the system's; None without one."""
    if named := os.environ.get("CC"):
        return named.split()
    if find_spec("ziglang"):
        return [sys.executable, *_ZIG]
    found = next(filter(None, map(shutil.which, _COMPILERS)), None)
    return [found] if found else None


def compile_once(folder: Path = FOLDER) -> bool:
    """Compile what is not compiled yet, remove what other sources gave, and return whether it is there."""
    path, found = library_path(folder), compiler()
    if path.exists():
        return True
    try:
        if found is None:
            raise FileNotFoundError("no C compiler")
        build(path, compiler=found, folder=folder)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.stderr.write(f"{error}: the rules are not compiled, scoring judges in Python alone, and more slowly\n")
    for old in folder.glob("rules-*.so"):
        if old != path:
            old.unlink(missing_ok=True)
    return path.exists()


if __name__ == "__main__":
    sys.exit(0 if compile_once() else 1)
