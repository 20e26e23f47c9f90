"""The manifest describes every file of a kit."""

import hashlib

from classroom import Target, manifest


def test_every_file_is_described_with_what_a_set_up_compares(tmp_path):
    files = {"wheels/jax-0.10.2-py3-none-any.whl": b"a wheel", "mnist/images": b"digits", "GUIDE.html": b""}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)

    described = manifest(tmp_path, "0.1.0", [Target("win_amd64", "3.12")])

    assert {each["path"]: (each["bytes"], each["sha256"]) for each in described["files"]} == {
        path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in files.items()
    }
    assert [each["version"] for each in described["files"] if "version" in each] == ["0.10.2"]
    assert described["bytes"] == 13
    assert described["made_for"] == [
        {"python": "3.12", "platform": "win_amd64", "said": "Python 3.12 on Windows"},
    ]
