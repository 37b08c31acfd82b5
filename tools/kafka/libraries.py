"""Fetches Kafka's libraries by their Maven coordinates, once, and says plainly what is missing for that."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tools.kafka.errors import KafkaError

JAVA_VERSION: Final = 17  # the oldest that Kafka 4 brokers run on
POM: Final = Path(__file__).with_name("pom.xml")


def java() -> str:
    """Return the path of a Java that can run Kafka.

    Raises: KafkaError when there is none or it is too old.
    """
    at_home = shutil.which(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if os.environ.get("JAVA_HOME") else None
    path = at_home or shutil.which("java")
    if path is None:
        raise KafkaError(f"Java is missing: Kafka needs Java {JAVA_VERSION} or newer on PATH (or JAVA_HOME)")
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', said)  # Java 8 calls itself 1.8
    if found is None:
        raise KafkaError(f"{path} does not say its version; Kafka needs Java {JAVA_VERSION} or newer")
    if int(found[1]) < JAVA_VERSION:
        raise KafkaError(f"{path} is Java {found[1]}; Kafka needs Java {JAVA_VERSION} or newer")
    return path


def libraries(folder: Path) -> Path:
    """Return the folder of Kafka's jars, fetched with Maven when it does not hold what pom.xml asks for.

    Raises: KafkaError when Maven is missing or cannot fetch them.
    """
    stamp = folder / POM.name
    if stamp.is_file() and stamp.read_bytes() == POM.read_bytes():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaError(f"Maven is missing: mvn on PATH fetches Kafka's libraries into {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    order = [maven, "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={folder.resolve()}"]
    fetched = subprocess.run(order, capture_output=True, text=True, check=False)
    if fetched.returncode:
        errors = [line for line in fetched.stdout.splitlines() if "ERROR" in line] or [
            fetched.stderr.strip() or "no reason given"
        ]
        raise KafkaError(f"Maven could not fetch Kafka's libraries: {errors[0].removeprefix('[ERROR] ')}")
    shutil.copy(POM, stamp)
    return folder
