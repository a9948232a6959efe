"""The journal's frames as they stand on disk (docs/protocol/storage.md)."""
import struct

SEGMENT_HEADER = 128
FRAME_HEADER = 56
MAGIC = b"GFM1"


class Frame:
    def __init__(self, path, offset, head):
        self.path = path
        self.offset = offset
        (_, payload, self.generation, self.first, self.needed, self.entries, _) = struct.unpack(">4sIQQQII", head)
        self.size = (FRAME_HEADER + payload + 7) // 8 * 8

    @property
    def behind(self):
        return self.first + self.entries


def frames(journal):
    """In the order of their sequence."""
    out = []
    for path in sorted(journal.glob("*.segment")):
        data = path.read_bytes()
        at = data.find(MAGIC, SEGMENT_HEADER)
        while at >= 0:
            out.append(Frame(path, at, data[at:at + 40]))
            at = data.find(MAGIC, at + out[-1].size)
    return sorted(out, key=lambda frame: frame.first)


def overwrite(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def flip(path, offset):
    with open(path, "rb") as file:
        file.seek(offset)
        byte = file.read(1)[0]
    overwrite(path, offset, bytes([byte ^ 0x40]))
