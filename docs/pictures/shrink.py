"""Makes a picture of the panel small: 16 colours or greys, screens with their 640 by 480 dots,
papers halved.

Plain Python, because nothing else is needed: reads what Cairo writes (8-bit RGB, not interlaced).
"""
import collections
import itertools
import struct
import zlib


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise SystemExit(f"{path} is no PNG")
    at, packed, head = 8, b"", None
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", data[at + 8:at + 8 + size])
        elif kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    width, height, depth, colour, _, _, interlace = head
    if depth != 8 or colour not in (2, 6) or interlace:
        raise SystemExit(f"{path}: 8-bit RGB only")
    step = 3 if colour == 2 else 4
    raw, rows, before = zlib.decompress(packed), [], bytes(width * step)
    for y in range(height):
        begin = y * (width * step + 1)
        row = unfilter(raw[begin], bytearray(raw[begin + 1:begin + 1 + width * step]), before, step)
        # Most rows of a screen are like the one above: one list serves them all.
        if rows and row == before:
            rows.append(rows[-1])
        else:
            rows.append(list(zip(row[0::step], row[1::step], row[2::step])))
        before = row
    return width, height, rows


def unfilter(how, row, before, step):
    if how == 0:
        return row
    if how == 1:
        for c in range(step):
            row[c::step] = bytes(itertools.accumulate(row[c::step], lambda a, b: (a + b) & 255))
        return row
    if how == 2:
        return bytearray((a + b) & 255 for a, b in zip(row, before)) if any(row) else before
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        up = before[i]
        corner = before[i - step] if i >= step else 0
        if how == 3:
            guess = (left + up) // 2
        else:
            p = left + up - corner
            guess = min((abs(p - left), 0, left), (abs(p - up), 1, up),
                        (abs(p - corner), 2, corner))[2]
        row[i] = (row[i] + guess) & 255
    return row


def halve(rows):
    small = []
    for y in range(0, len(rows) - 1, 2):
        line = []
        for x in range(0, len(rows[0]) - 1, 2):
            four = (rows[y][x], rows[y][x + 1], rows[y + 1][x], rows[y + 1][x + 1])
            grey = sum(sum(p) for p in four) // 12
            grey = (grey + 8) // 17 * 17
            line.append((grey, grey, grey))
        small.append(line)
    return small


def palette_of(rows, most):
    counts = collections.Counter()
    for row in rows:
        counts.update(row)
    chosen = []
    for colour, _ in counts.most_common():
        # A colour close to a chosen one adds nothing that is seen.
        if len(chosen) < most and all(distance(colour, c) > 300 for c in chosen):
            chosen.append(colour)
    nearest = {c: min(range(len(chosen)), key=lambda i: distance(c, chosen[i])) for c in counts}
    return chosen, nearest


def distance(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b))


def write(path, rows, palette, index_of):
    bits = 4 if len(palette) <= 16 else 8
    lines = b""
    for row in rows:
        line = bytes(map(index_of.__getitem__, row))
        if bits == 4:
            line += b"\0" * (len(line) % 2)
            line = bytes(line[i] << 4 | line[i + 1] for i in range(0, len(line), 2))
        lines += b"\0" + line
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n")
        head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), bits, 3, 0, 0, 0)
        for kind, data in ((b"IHDR", head), (b"PLTE", b"".join(bytes(c) for c in palette)),
                           (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")):
            out.write(struct.pack(">I", len(data)) + kind + data)
            out.write(struct.pack(">I", zlib.crc32(kind + data)))


def shrink(source, target):
    width, _, rows = read(source)
    if width != 640:
        rows = halve(rows)
    palette, index_of = palette_of(rows, 16)
    write(target, rows, palette, index_of)
