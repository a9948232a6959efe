"""Protocol Buffers by hand: enough to spell a transaction in ways that no encoder would."""
import hashlib

VARINT = 0
LENGTH = 2


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def long_varint(value):
    """The same number in one byte more than it needs."""
    out = bytearray(varint(value))
    out[-1] |= 0x80
    return bytes(out) + b"\x00"


def field(number, value, length=varint):
    """A field with bytes, or with a number."""
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    return varint(number << 3 | LENGTH) + length(len(value)) + value


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """[(number, value)] in the order of the bytes."""
    out = []
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == LENGTH:
            value, at = data[at:at + value], at + value
        out.append((key >> 3, value))
    return out


def join(parts):
    return b"".join(field(number, value) for number, value in parts)


class Envelope:
    """A SignedTransaction, taken apart."""

    def __init__(self, data):
        parts = fields(data)
        self.body = dict(parts)[1]
        self.signature = dict(parts)[2]
        self.attachments = [value for number, value in parts if number == 3]

    def encode(self, body=None, signature=None, attachments=None):
        return join([(1, self.body if body is None else body),
                     (2, self.signature if signature is None else signature),
                     *((3, one) for one in (self.attachments if attachments is None else attachments))])

    @property
    def tx_hash(self):
        return hashlib.blake2b(b"generion/tx/1" + self.body, digest_size=32).hexdigest()

    @property
    def tx_id(self):
        valid_until = dict(fields(self.body))[4]
        return valid_until.to_bytes(6, "big").hex() + self.tx_hash[:52]
