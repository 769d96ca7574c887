"""The images that a county has, as `<county>/software/images.yml` says; the files lie beside it, outside git.

A name that leads out of the folder, a file that is not there and one with another SHA-256 are refused before a device
is touched.
"""

import hashlib
import re
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from pydantic import Field as Given

from countynet.errors import BadInput, Problem
from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile
from inventory.model import Device
from inventory.model.base import Name
from playbooks.day2.software.makers import MAKERS

FOLDER = "software"
FILE = f"{FOLDER}/images.yml"


class Image(Frozen):
    """One image."""

    id: Name
    platform: str
    models: tuple[str, ...] = Given(min_length=1)
    """shell patterns of the models that the maker has made it for"""
    version: str = Given(min_length=1)
    """as the device itself says it once it runs it"""
    file: str = Given(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,62}$")
    sha256: str = Given(pattern=r"^[0-9a-f]{64}$")

    def fits(self, device: Device) -> bool:
        """Whether it is made for a device."""
        return device.platform == self.platform and any(fnmatch(device.model, model) for model in self.models)


def images(county: Path) -> Mapping[str, Image]:
    """Return the images by id; none where there is no file. Raises BadInput with everything that is wrong."""
    place = county / FILE
    if not place.is_file():
        return {}
    file, found = DataFile(FILE, place.read_bytes(), ["images"]), dict[str, Image]()
    for index, each in file.placed("images", Image):
        where = ("images", index)
        if each.id in found:
            file.wrong((*where, "id"), _("{name} is there twice"), found=each.id, name=each.id)
        if each.platform not in MAKERS:
            message = _("devices of this platform are given no images")
            file.wrong((*where, "platform"), message, each.platform, ", ".join(MAKERS))
        elif not each.file.endswith(MAKERS[each.platform].suffixes):
            message = _("an image of this maker has another ending")
            file.wrong((*where, "file"), message, each.file, ", ".join(MAKERS[each.platform].suffixes))
        found[each.id] = each
    file.refuse()
    return found


def image(county: Path, name: str) -> Image:
    """Return one image. Raises BadInput when there is none of that id."""
    found = images(county)
    if name not in found:
        wanted = ", ".join(found) or FILE
        raise BadInput(
            [Problem(_("there is no image {name}"), {"name": name}, where="image", found=name, wanted=wanted)]
        )
    return found[name]


def source(county: Path, of: Image) -> Path:
    """Return an image's file once its SHA-256 was found right. Raises BadInput."""
    place = county / FOLDER / of.file
    if not place.is_file():
        raise BadInput(
            [Problem(_("the image's file is not there"), file=FILE, where=of.id, wanted=f"{FOLDER}/{of.file}")]
        )
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != of.sha256:
        message = _("the image's file has another SHA-256")
        raise BadInput([Problem(message, file=FILE, where=of.id, found=digest, wanted=of.sha256)])
    return place


def same_version(left: str, right: str) -> bool:
    """Whether two versions are one, however many blanks they are written with."""
    return re.sub(r"\s+", " ", left).strip() == re.sub(r"\s+", " ", right).strip()
