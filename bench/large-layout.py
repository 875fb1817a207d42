"""Makes a copy of an OCI layout whose first image has one large layer of noise: python3 large-layout.py LAYOUT COPY BYTES.

The layer is no tar; a registry does not look into it. Everything else is as in the layout, with new digests.
"""
import hashlib
import json
import os
import random
import shutil
import sys

PIECE = 1 << 20


def blob(folder, digest):
    return os.path.join(folder, "blobs", *digest.split(":"))


def add(folder, value):
    content = json.dumps(value, separators=(",", ":")).encode()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    with open(blob(folder, digest), "wb") as file:
        file.write(content)
    return {"digest": digest, "size": len(content)}


def noise(folder, size):
    source, sum_, part = random.Random(size), hashlib.sha256(), os.path.join(folder, "part")
    with open(part, "wb") as file:
        for left in range(size, 0, -PIECE):
            piece = source.randbytes(min(PIECE, left))
            sum_.update(piece)
            file.write(piece)
    digest = "sha256:" + sum_.hexdigest()
    os.replace(part, blob(folder, digest))
    return {"digest": digest, "size": size}


def main(layout, copy, size):
    shutil.copytree(layout, copy)
    with open(os.path.join(copy, "index.json"), encoding="utf-8") as file:
        names = json.load(file)
    with open(blob(copy, names["manifests"][0]["digest"]), encoding="utf-8") as file:
        index = json.load(file)
    with open(blob(copy, index["manifests"][0]["digest"]), encoding="utf-8") as file:
        manifest = json.load(file)
    manifest["layers"][0].update(noise(copy, size))
    index["manifests"][0].update(add(copy, manifest))
    top = add(copy, index)
    for name in names["manifests"]:
        name.update(top)
    with open(os.path.join(copy, "index.json"), "w", encoding="utf-8") as file:
        json.dump(names, file)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
