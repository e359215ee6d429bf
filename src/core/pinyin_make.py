#!/usr/bin/env python3
"""Makes src/core/pinyin_table.c and src/core/pinyin_sets.c from the Unihan database.

    src/core/pinyin_make.py [Unihan_Readings.txt.bz2]

Without an argument, the file of Debian's package unicode-data. Readings of a character, at most
four, toneless: kMandarin first, then those of kHanyuPinlu that are at least a twentieth of its
uses; where there is neither, kTGHZ2013, kXHC1983 or kHanyuPinyin. Every character of the blocks
below is in the table, and every general standard character (kTGHZ2013) beyond them.
"""

import bz2
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

SOURCE = "/usr/share/unicode/Unihan_Readings.txt.bz2"
BLOCKS = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF)]
READINGS_MAX = 4
ROW = 46  # characters in a line of the table
FIRST, BASE = 0x21, 90  # printable ASCII without the quote, the question mark, the backslash


def toneless(syllable):
    plain = "".join(
        c for c in unicodedata.normalize("NFD", syllable.replace("ü", "v").lower())
        if not unicodedata.combining(c) or c == "\u0308"
    )
    plain = plain.replace("u\u0308", "v").replace("e\u0302", "e").replace("\u0308", "")
    return plain if re.fullmatch("[a-z]+", plain) else None


def read(path):
    fields = {}
    with bz2.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("U+"):
                continue
            code, field, value = line.rstrip("\n").split("\t")
            if field in ("kMandarin", "kHanyuPinlu", "kTGHZ2013", "kXHC1983", "kHanyuPinyin"):
                fields.setdefault(int(code[2:], 16), {})[field] = value
    return fields


def readings(entry):
    found = entry.get("kMandarin", "").split()
    counted = re.findall(r"(\S+)\((\d+)\)", entry.get("kHanyuPinlu", ""))
    total = sum(int(n) for _, n in counted)
    found += [s for s, n in counted if int(n) * 20 >= total]
    for field in ("kTGHZ2013", "kXHC1983", "kHanyuPinyin"):
        if not found:
            for part in entry.get(field, "").split():
                found += part.split(":")[1].split(",")
    out = []
    for syllable in found:
        plain = toneless(syllable)
        if plain and plain not in out:
            out.append(plain)
    return tuple(out[:READINGS_MAX])


def digit(n):
    c = FIRST + n
    for left_out in '"?\\':
        c += c >= ord(left_out)
    return chr(c)


def write(path, lines):
    path.write_text("\n".join(lines) + "\n")
    subprocess.run(["clang-format", "-i", str(path)], check=True)


def main():
    folder = Path(__file__).resolve().parent
    fields = read(sys.argv[1] if len(sys.argv) > 1 else SOURCE)
    of = {code: readings(entry) for code, entry in fields.items()}
    of[0x3007] = ("ling",)
    wanted = [c for first, last in BLOCKS for c in range(first, last + 1)]
    inside = set(wanted)
    beyond = sorted(
        c for c in of
        if c not in inside and of[c] and (c == 0x3007 or "kTGHZ2013" in fields.get(c, {}))
    )
    sets = [()] + sorted({of.get(c, ()) for c in wanted + beyond} - {()})
    number = {s: i for i, s in enumerate(sets)}
    note = ("/* Made from the Unihan database by src/core/pinyin_make.py: do not edit.\n"
            " * Origin and licence of the data stand in src/core/pinyin.h. */\n")

    out = [note, '#include "pinyin_table.h"\n']
    for first, last in BLOCKS:
        text = "".join(
            digit(n // BASE) + digit(n % BASE)
            for n in (number[of.get(c, ())] for c in range(first, last + 1))
        )
        out.append(f"const char pinyin_rows_{first:04x}[][PINYIN_ROW * 2 + 1] = {{")
        rows = [text[i : i + 2 * ROW] for i in range(0, len(text), 2 * ROW)]
        out += [f'    "{row}",' for row in rows]
        out.append("};\n")
    out.append("const struct pinyin_beyond pinyin_beyond[] = {")
    cells = [f"{{0x{c:X}, {number[of[c]]}}}," for c in beyond]
    out += ["    " + " ".join(cells[i : i + 5]) for i in range(0, len(cells), 5)]
    out.append("};\nconst size_t pinyin_beyond_count ="
               " sizeof pinyin_beyond / sizeof pinyin_beyond[0];")
    write(folder / "pinyin_table.c", out)

    out = [note, '#include "pinyin_table.h"\n', "const char *const pinyin_sets[] = {"]
    line = "   "
    for s in sets:
        cell = ' "' + " ".join(s) + '",'
        if len(line) + len(cell) > 100:
            out.append(line)
            line = "   "
        line += cell
    out.append(line)
    out.append("};\nconst size_t pinyin_set_count = sizeof pinyin_sets / sizeof pinyin_sets[0];")
    write(folder / "pinyin_sets.c", out)
    known = sum(1 for c in wanted if of.get(c))
    print(f"{len(sets)} sets, {known} of {len(wanted)} characters in the blocks,"
          f" {len(beyond)} beyond")


if __name__ == "__main__":
    main()
