"""What the model and its version are called, and what is answered where another is asked for."""

from dataclasses import dataclass
from reprlib import repr as quoted

from tendigits.serving.protocol.infer import MODEL
from tendigits.serving.refusal import Refused

__all__ = ["Names"]


@dataclass(frozen=True)
class Names:
    """Those that are served.

    Attributes:
        version: the only one there is.

    """

    version: str

    def check(self, model: str, version: str | None = None) -> None:
        """Check that there is a model of this name, and in this version.

        Raises:
            Refused: there is not.

        """
        if model != MODEL:
            raise Refused(404, f"there is no model {quoted(model)}; there is {MODEL}")
        if version is not None and version != self.version:
            raise Refused(404, f"there is no version {quoted(version)} of {MODEL}; there is {self.version}")
