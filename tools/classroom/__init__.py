"""What a classroom without internet is handed: `tools/kit.py` fills a folder with it.

    target = Target("win_amd64", "3.12")
    gather(project, target, folder)  # all wheels that this computer needs, in versions that were tested together

`target` says which computers there are, `wheels` what each needs, `manifest` what is in the folder. `handed_out/` has
the files that go along as they are: the set-up, which needs nothing but Python, and the guide.
"""

from classroom.manifest import manifest
from classroom.target import PLATFORMS, Target
from classroom.wheels import build, gather

__all__ = ["PLATFORMS", "Target", "build", "gather", "manifest"]
