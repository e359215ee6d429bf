"""A second opinion on ESC/POS: bytes in, a picture out.

Written from the command reference alone, without a look at hal/sim/roll: where the two differ,
one of them is wrong. Strict: what it doesn't know is a Fault. It draws rasters dot by dot; for a
character of the printer's own font it fills the cell with a pattern of the character, and for a
QR code the square that it takes, so that place, size, style and content can all be compared.

    escpos_picture.py DOTS HAN < bytes > picture.pbm        HAN: 1 = GB 18030 from power on
"""

import struct
import sys
import zlib

# Characters that a QR code of level M holds in alphanumeric mode, version 1 to 20 (ISO/IEC 18004,
# table 7).
ALPHANUMERIC_M = (20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600, 656, 734,
                  816, 909, 970)
NEEDS_MORE = 0


class Fault(Exception):
    """Bytes that no printer of the family would understand."""


def cell_dot(code, x, y, bold):
    """Is this dot of a character's cell black? Any rule does that differs by character."""
    if code == 0x20:
        return False
    mixed = (code * 2654435761) & 0xFFFFFFFF
    return bool(mixed >> ((x + 5 * y) % 29) & 1) or (bold and (x + y) % 3 == 0)


class Paper:
    """One printer: its state, and what has come out of it."""

    def __init__(self, dots, han=True):
        self.dots = dots
        self.han_at_start = han
        self.rows = []      # one int a row, the leftmost dot its highest bit
        self.text = []      # lines as they were printed
        self.codes = []     # data of QR codes
        self.cuts = []      # rows at which it was cut
        self.requests = []  # (which, number): DLE EOT, DLE ENQ, GS r, GS a
        self.cells = {}
        self.reset()

    def reset(self):
        self.han = self.han_at_start
        self.bold = self.inverse = self.underline = False
        self.scale = (1, 1)
        self.align = 0
        self.spacing = 30
        self.line = []      # (code point, scale, bold, inverse, underline, width)
        self.qr = {"module": 3, "level": ord("0"), "data": b""}

    # ---- bytes

    def take(self, data):
        """Carry out what is whole; what is left."""
        at = 0
        while at < len(data):
            size = self.one(data[at:at + 70000])
            if size == NEEDS_MORE:
                break
            at += size
        return data[at:]

    def one(self, q):
        """The first command or character; its size, NEEDS_MORE while it isn't whole."""
        if q[0] == 0x0A:
            self.end_line(self.spacing)
            return 1
        if q[0] in (0x10, 0x12, 0x1B, 0x1C, 0x1D):
            return self.command(q) if len(q) >= 2 else NEEDS_MORE
        if q[0] < 0x20 or q[0] == 0x7F:
            raise Fault(f"control byte {q[0]:02x}")
        if q[0] < 0x80:
            self.put(q[0])
            return 1
        return self.wide(q)

    def wide(self, q):
        if not self.han:
            raise Fault(f"byte {q[0]:02x} without a Chinese font")
        if len(q) < 2:
            return NEEDS_MORE
        size = 4 if 0x30 <= q[1] <= 0x39 else 2
        if len(q) < size:
            return NEEDS_MORE
        try:
            self.put(ord(q[:size].decode("gb18030")))
        except (UnicodeDecodeError, TypeError) as error:
            raise Fault(f"no character: {q[:size].hex()}") from error
        return size

    # name -> bytes of parameters, method
    PLAIN = {b"\x1b@": (0, "init"), b"\x1ba": (1, "set_align"), b"\x1bE": (1, "set_bold"),
             b"\x1b3": (1, "set_spacing"), b"\x1b2": (0, "default_spacing"),
             b"\x1bd": (1, "feed_lines"), b"\x1bJ": (1, "feed_dots"), b"\x1b-": (1, "set_line"),
             b"\x1bt": (1, "ignore"), b"\x1bR": (1, "ignore"), b"\x1b7": (3, "ignore"),
             b"\x1d!": (1, "set_size"), b"\x1dB": (1, "set_inverse"), b"\x1dr": (1, "report"),
             b"\x1da": (1, "automatic"), b"\x1dV": (1, "cut"), b"\x1c&": (0, "han_on"),
             b"\x1c.": (0, "han_off"), b"\x12#": (1, "ignore"), b"\x10\x04": (1, "ask"),
             b"\x10\x05": (1, "recover")}

    def command(self, q):
        if q[:2] == b"\x1dv":
            return self.raster(q)
        if q[:2] == b"\x1d(":
            return self.block(q)
        if q[:2] not in self.PLAIN:
            raise Fault(f"command {q[:2].hex()}")
        size, method = self.PLAIN[q[:2]]
        if len(q) < 2 + size:
            return NEEDS_MORE
        getattr(self, method)(*q[2:2 + size])
        return 2 + size

    def raster(self, q):
        if len(q) < 8:
            return NEEDS_MORE
        width, height = q[4] + 256 * q[5], q[6] + 256 * q[7]
        size = width * height
        if q[2:4] not in (b"0\x00", b"00") or size == 0 or width * 8 > (self.dots + 7) // 8 * 8:
            raise Fault(f"raster {q[:8].hex()}")
        if len(q) < 8 + size:
            return NEEDS_MORE
        if self.line:
            raise Fault("a raster within a line")
        x = self.aligned(width * 8)
        for y in range(height):
            bits = int.from_bytes(q[8 + y * width:8 + (y + 1) * width], "big")
            self.rows.append(self.placed(bits, width * 8, x))
        return 8 + size

    def block(self, q):
        if len(q) < 5 or len(q) < 5 + q[3] + 256 * q[4]:
            return NEEDS_MORE
        data = q[5:5 + q[3] + 256 * q[4]]
        if q[2:3] == b"k" and data[:1] == b"1":
            self.symbol(data[1:2], data[2:])
        elif q[2:3] != b"K" or len(data) != 2:
            raise Fault(f"block {q[2:3]} {data[:3].hex()}")
        return 5 + len(data)

    def symbol(self, function, data):
        if function == b"A" and data == b"2\x00":
            return
        if function == b"C":
            self.qr["module"] = data[0]
        elif function == b"E":
            self.qr["level"] = data[0]
        elif function == b"P" and data[:1] == b"0":
            self.qr["data"] = data[1:]
        elif function == b"Q" and data == b"0":
            self.print_symbol()
        else:
            raise Fault(f"symbol {function} {data[:4].hex()}")

    def print_symbol(self):
        data = self.qr["data"].decode("ascii")
        fits = [i for i, most in enumerate(ALPHANUMERIC_M, 1) if len(data) <= most]
        if self.line or not fits or self.qr["level"] != ord("1"):
            raise Fault(f"a QR code of {len(data)} at level {self.qr['level']}")
        side = (17 + 4 * fits[0]) * self.qr["module"]
        if side > self.dots:
            raise Fault(f"a QR code of {side} dots")
        self.codes.append(data)
        self.rows += [self.placed((1 << side) - 1, side, self.aligned(side))] * side

    # ---- commands

    def init(self):
        self.end_line(0)
        self.reset()

    def set_align(self, n):
        if self.line or n % 48 > 2:
            raise Fault(f"ESC a {n}")
        self.align = n % 48

    def set_bold(self, n):
        self.bold = n & 1 == 1

    def set_inverse(self, n):
        self.inverse = n & 1 == 1

    def set_line(self, n):
        self.underline = n % 48 > 0

    def set_size(self, n):
        self.scale = ((n >> 4) + 1, (n & 15) + 1)

    def set_spacing(self, n):
        self.spacing = n

    def default_spacing(self):
        self.spacing = 30

    def feed_lines(self, n):
        self.end_line(n * self.spacing)

    def feed_dots(self, n):
        self.end_line(n)

    def cut(self, n):
        if self.line or n not in (0, 1, 48, 49):
            raise Fault(f"GS V {n}")
        self.cuts.append(len(self.rows))

    def han_on(self):
        self.han = True

    def han_off(self):
        self.han = False

    def ignore(self, *_):
        """Changes nothing that is drawn: darkness, code pages above ASCII."""

    def ask(self, n):
        self.requests.append(("ask", n))

    def recover(self, n):
        self.requests.append(("recover", n))

    def report(self, n):
        self.requests.append(("report", n))

    def automatic(self, n):
        self.requests.append(("automatic", n))

    # ---- drawing

    def aligned(self, width):
        return (0, (self.dots - width) // 2, self.dots - width)[self.align] if (
            width <= self.dots) else 0

    def placed(self, bits, width, x):
        shift = self.dots - width - x
        return bits << shift if shift >= 0 else bits >> -shift

    def put(self, code):
        self.line.append((code, self.scale, self.bold, self.inverse, self.underline,
                          (12 if code < 0x80 else 24) * self.scale[0]))
        if sum(cell[5] for cell in self.line) > self.dots:
            raise Fault("the line is too wide")

    def cell(self, what):
        """The rows of one character's cell."""
        code, (wide, high), bold, inverse, underline, width = what
        rows = []
        for y in range(24):
            bits = 0
            for x in range(width // wide):
                dot = cell_dot(code, x, y, bold) or (underline and y == 23)
                bits = bits << wide | (((1 << wide) - 1) if dot != inverse else 0)
            rows += [bits] * high
        return rows

    def end_line(self, advance):
        if not self.line:
            self.rows += [0] * advance
            return
        height = max(24 * cell[1][1] for cell in self.line)
        lines = [0] * height
        x = self.aligned(sum(cell[5] for cell in self.line))
        for what in self.line:
            if what not in self.cells:
                self.cells[what] = self.cell(what)
            rows = self.cells[what]
            for y, bits in enumerate(rows, height - len(rows)):
                lines[y] |= self.placed(bits, what[5], x)
            x += what[5]
        self.text.append("".join(chr(cell[0]) for cell in self.line))
        self.rows += lines + [0] * (advance - height)
        self.line = []

    # ---- pictures

    def packed(self, invert=False):
        stride = (self.dots + 7) // 8
        spare = stride * 8 - self.dots
        mask = (1 << self.dots) - 1
        return [((row ^ mask if invert else row) << spare).to_bytes(stride, "big")
                for row in self.rows]

    def pbm(self):
        return f"P4\n{self.dots} {len(self.rows)}\n".encode() + b"".join(self.packed())

    def png(self):
        """Black on white, one bit a dot, with a white margin as paper has it."""
        margin = 40
        stride = (self.dots + 2 * margin + 7) // 8
        white = b"\xff" * (margin // 8)
        body = b"".join(b"\0" + white + row + white for row in self.packed(invert=True))

        def chunk(kind, data):
            return (struct.pack(">I", len(data)) + kind + data +
                    struct.pack(">I", zlib.crc32(kind + data)))

        head = struct.pack(">IIBBBBB", stride * 8, len(self.rows), 1, 0, 0, 0, 0)
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
                chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b""))


def main():
    paper = Paper(int(sys.argv[1]), sys.argv[2] == "1")
    left = paper.take(sys.stdin.buffer.read())
    if left:
        sys.exit(f"{len(left)} bytes are no whole command")
    sys.stdout.buffer.write(paper.pbm())


if __name__ == "__main__":
    main()
