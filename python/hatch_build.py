"""Puts liboasis.so into the wheel, and marks the wheel as one for this machine's kind."""

import os
import pathlib
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the library that `scripts/build-c-library` built, or the one that OASIS_LIBRARY names."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        given = os.environ.get("OASIS_LIBRARY")
        library = pathlib.Path(given) if given else pathlib.Path(self.root).parent / "build" / "liboasis.so"
        if version == "editable":
            return
        if not library.is_file():
            raise FileNotFoundError(f"{library} is not there: run scripts/build-c-library first")
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][str(library)] = "oasis/liboasis.so"
