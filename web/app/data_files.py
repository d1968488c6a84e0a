"""Where the data that ships with the product lives: in the checkout, or in the installed wheel."""

from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]


def data_folder(name: str) -> Path:
    """Return the folder `processes` or `seeds`.

    Raises FileNotFoundError if the package was put together without it.
    """
    for folder in (_CHECKOUT / name, _CHECKOUT / "peyvand_data" / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(name)
