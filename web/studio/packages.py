"""A process as one file: an archive with everything it needs, and what comes out of one."""

import io
import zipfile
from collections.abc import Iterator, Mapping

from flask_babel import gettext as _

from engine import reads
from engine.errors import Invalid
from engine.model import Resource
from web.app.services import reading
from web.studio import names

MOST_FILES = 500
MOST_BYTES = 20_000_000  # unpacked


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return packed.getvalue()


def unpack(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of an archive; raise Invalid for one that is none or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [each for each in archive.infolist() if not each.is_dir()]
            if len(inside) > MOST_FILES or sum(each.file_size for each in inside) > MOST_BYTES:
                raise Invalid(_("This archive is too large."))
            for each in inside:
                yield names.checked(each.filename), archive.read(each)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Invalid(_("This is not an archive that can be read.")) from error


def inside(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file that somebody sent, or all that is in it if it is an archive."""
    if name.lower().endswith(".zip"):
        yield from unpack(data)
    elif name:
        yield names.checked(name), data


def with_called(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Add what the processes call, with its tables and forms, as it is deployed now."""
    found = dict(files)
    wanted = [Resource(name, data) for name, data in files.items() if names.deployable(name)]
    while wanted:
        file = wanted.pop()
        with reading() as connection:
            for needed in reads.needed_files(connection, file):
                if needed.name not in found:
                    found[needed.name] = needed.content
                    wanted.append(needed)
    return found
