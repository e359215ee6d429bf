"""The rules of the house that a program can check.

Each check takes a Tree and gives findings: (path, line or 0, what is wrong). They look at text,
not at syntax trees: quick, and easy to read. docs/testing.md says how to run them, CONTRIBUTING.md
gives the rules their words.
"""

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 800
FILE_LINES_GOAL = 400
WIDTH_MAX = 100
WEB_WIDTH_MAX = 120  # of .js and .css: a rule of CSS, a text with its translation, are one line

SKIPPED_FOLDERS = {".git", "node_modules", "__pycache__"}
CODE = (".c", ".h", ".sql", ".py", ".sh", ".js", ".mjs", ".awk", ".css")

# Never called: no bound, no error, a hidden state, or a shell.
BANNED = ("strcpy strcat sprintf vsprintf gets atoi atol atoll atof strtok strncpy strncat system "
          "popen alloca setjmp longjmp").split()
# cmocka's header wants setjmp.h included; no test calls it.

# Where money or energy is handled there is no floating point.
EXACT_FOLDERS = ("src/core/", "src/host/", "src/wire/", "src/sync/", "db/", "printing/",
                 "src/terminal/flows/")
# Files of those folders that may, and why.
INEXACT_FILES = {
    "printing/raster.c": "Cairo and Pango take lengths as double",
    "db/vfs.c": "SQLite asks a VFS for the time as double",
    "src/wire/control.c": "cJSON keeps numbers as double; read back only below 2^53, never money",
}

# A third-party header, the pkg-config packages that bring it ("" = it has none), and the only
# folders of the Makefile that may include it.
HEADERS = (
    (r"curl/", "libcurl", "sync"),
    (r"sqlite3\.h", "sqlite3", "db"),
    (r"mbedtls/", "", "crypto-mbedtls"),
    (r"openssl/", "libcrypto openssl", "crypto-openssl sync host"),
    (r"qrencode\.h", "libqrencode", "printing"),
    (r"cjson/|cJSON\.h", "libcjson", "wire"),
    (r"zstd", "libzstd", "wire"),
    (r"ini\.h", "inih", "hal"),
    (r"drm(_mode|_fourcc)?\.h", "", "hal"),
    (r"systemd/", "", "hal"),
    (r"winscard\.h|pcsclite\.h", "libpcsclite", "hal"),
    (r"event2/", "libevent libevent_openssl libevent_pthreads", "sync terminal host tools"),
    (r"pango/|cairo|glib|gobject/|fontconfig/", "pangocairo", "printing terminal tools"),
    (r"cmocka\.h", "cmocka", "support"),
)
# Tests and benchmarks may look over the fence where what they examine stands behind it.
TEST_FOLDERS = ("support", "bench")
TESTS_MAY = (r"sqlite3\.h", r"event2/", r"cmocka\.h", r"openssl/", r"zstd",
             r"drm(_mode|_fourcc)?\.h",
             r"pango/|cairo|glib|gobject/|fontconfig/")

PLACEHOLDERS = {"NAME", "FILE", "DIR", "BUILD", "LAYER", "PATH", "WHAT", "OUT", "N", "X", "TEXT"}
DOC_SUFFIXES = (".c", ".h", ".sql", ".md", ".conf", ".sh", ".py", ".js", ".awk", ".po", ".tsv",
                ".test", ".service", ".rules", ".css", ".html")

# Words of the workplace, which say nothing to a reader of this repository.
FORBIDDEN = (r"issue #\d", r"/wor" r"k/", r"/tmp/b" r"-", r"language mod" r"el", r"sub-?ag" r"ent")


class Tree:
    """A repository, or a small one made by the self-test."""

    def __init__(self, root):
        self.root = Path(root)
        self.files = []
        for folder, folders, names in os.walk(self.root):
            relative = os.path.relpath(folder, self.root)
            folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS and not (
                relative == "." and f.startswith("build")))
            self.files += [os.path.normpath(os.path.join(relative, n)) for n in sorted(names)]
        self.cache = {}

    def text(self, path):
        if path not in self.cache:
            try:
                self.cache[path] = (self.root / path).read_text(encoding="utf-8")
            except (UnicodeDecodeError, OSError):
                self.cache[path] = ""
        return self.cache[path]

    def c_files(self):
        return [f for f in self.files if f.endswith((".c", ".h"))]

    def code_files(self):
        """What people write as code, scripts without suffix included; no vectors, no papers."""
        for f in self.files:
            if f.startswith(("tests/vectors/", "tests/golden/")) and not f.endswith((".c", ".h")):
                continue
            if f.startswith("tests/fuzz/corpus/"):
                continue
            if f.endswith(CODE) or ("." not in os.path.basename(f) and
                                    self.text(f).startswith("#!")):
                yield f


def line_of(text, position):
    return text.count("\n", 0, position) + 1


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.DOTALL)


def without(text, comments=True, strings=True):
    """C with its comments and the insides of its literals blanked; lines and columns stay."""
    def blank(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token) if comments else token
        return token[0] + " " * (len(token) - 2) + token[0] if strings else token
    return TOKEN.sub(blank, text)


# ---- C ----------------------------------------------------------------------------


def check_format(tree):
    """clang-format would change nothing"""
    files = tree.c_files()
    groups = [files[i::2] for i in range(2)]

    def run(group):
        if not group:
            return ""
        return subprocess.run(["clang-format", "--dry-run", "-Werror", *group], cwd=tree.root,
                              capture_output=True, text=True).stderr

    with ThreadPoolExecutor(2) as pool:
        output = "".join(pool.map(run, groups))
    seen = {}
    for path, line in re.findall(r"^(\S+?):(\d+):\d+: error", output, re.MULTILINE):
        seen.setdefault(path, int(line))
    for path, line in sorted(seen.items()):
        yield path, line, "is not formatted: clang-format -i"
    if output and not seen:
        yield ".clang-format", 0, output.strip().splitlines()[0]


def check_banned(tree):
    """no call without a bound or an error, no float near money"""
    call = re.compile(r"\b(" + "|".join(BANNED) + r")\s*\(")
    inexact = re.compile(r"\b(float|double)\b")
    for path in tree.c_files():
        text = without(tree.text(path))
        for match in call.finditer(text):
            yield path, line_of(text, match.start()), f"calls {match.group(1)}()"
        if path.startswith(EXACT_FOLDERS) and path not in INEXACT_FILES:
            for match in inexact.finditer(text):
                yield path, line_of(text, match.start()), f"{match.group(1)} near money or energy"


def check_lengths(tree):
    """functions, files and lines are short"""
    for path in tree.code_files():
        lines = tree.text(path).splitlines()
        if len(lines) > FILE_LINES_MAX:
            yield path, 0, f"has {len(lines)} lines, at most {FILE_LINES_MAX}"
        width = WEB_WIDTH_MAX if path.endswith((".js", ".mjs", ".css")) else WIDTH_MAX
        for number, line in enumerate(lines, 1):
            if len(line) > width:
                yield path, number, f"is {len(line)} characters wide, at most {width}"
        if path.endswith(".c"):
            start = 0
            for number, line in enumerate(lines, 1):
                if line == "{":
                    start = number
                elif line.startswith("}") and start:
                    if number - start + 1 > FUNCTION_LINES_MAX:
                        yield path, start, (f"a function of {number - start + 1} lines, "
                                            f"at most {FUNCTION_LINES_MAX}")
                    start = 0


def long_files(tree):
    """Not findings: files over the goal, for who passes by."""
    for path in tree.code_files():
        count = len(tree.text(path).splitlines())
        if FILE_LINES_GOAL < count <= FILE_LINES_MAX:
            yield path, count


def makefile_value(tree, name):
    found = re.search(rf"^{re.escape(name)}\s*:=[ \t]*(.*)$", tree.text("Makefile"), re.MULTILINE)
    return found.group(1).split() if found else []


def makefile_folders(tree):
    return {name: makefile_value(tree, f"dir_{name}") for name in makefile_value(tree, "folders")}


def folder_of(tree, path):
    """The Makefile's name for the folder that a file is in; the crypto back ends apart."""
    where = os.path.dirname(path)
    for backend in ("mbedtls", "openssl"):
        if where == f"src/crypto/{backend}":
            return f"crypto-{backend}"
    if where.startswith("tests/"):
        return "support"
    return next((n for n, folders in makefile_folders(tree).items() if where in folders), None)


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


def check_includes(tree):
    """a third-party header is included in its one folder; none is found by ../"""
    for path in tree.c_files():
        text = without(tree.text(path), strings=False)
        folder = folder_of(tree, path)
        for match in INCLUDE.finditer(text):
            name, line = match.group(1), line_of(text, match.start())
            if ".." in name.split("/"):
                yield path, line, f'a relative include: "{name}"'
            for pattern, _, allowed in HEADERS:
                if not re.match(pattern, name) or folder in allowed.split():
                    continue
                if path.startswith("tests/") and pattern in TESTS_MAY:
                    continue
                yield path, line, f"<{name}> belongs to {allowed}, not to {folder}"


def check_packages(tree):
    """the Makefile's packages are those of the table of third-party headers"""
    for folder in list(makefile_folders(tree)) + ["crypto-openssl", "crypto-mbedtls"]:
        for package in makefile_value(tree, f"pkg_{folder}"):
            rows = [row for row in HEADERS if package in row[1].split()]
            if folder in TEST_FOLDERS and any(row[0] in TESTS_MAY for row in rows):
                continue
            if not any(folder in row[2].split() for row in rows):
                yield "Makefile", 0, f"pkg_{folder} names {package}, the table here does not"
    for _, packages, folders in HEADERS:
        for folder in folders.split():
            if packages and not set(packages.split()) & set(makefile_value(tree, f"pkg_{folder}")):
                yield "tests/lint/checks.py", 0, (f"the table lets {folder} use {packages}, "
                                                  "the Makefile does not")


def check_headers(tree):
    """header guards, and no two headers of one name where both can be seen"""
    guards = {}
    for path in tree.files:
        if not path.endswith(".h"):
            continue
        text = without(tree.text(path))
        found = re.match(r"\s*#ifndef (\w+)\s*\n#define (\w+)\s*\n", text)
        if not found or found.group(1) != found.group(2):
            yield path, 1, "has no header guard"
            continue
        guard = found.group(1)
        if not re.fullmatch(r"TILL_\w+_H", guard):
            yield path, 1, f"its guard is {guard}, not TILL_…_H"
        if guard in guards:
            yield path, 1, f"its guard {guard} is that of {guards[guard]} too"
        guards[guard] = path
    folders = makefile_folders(tree)
    told = set()
    for name in folders:
        seen = {}
        for other in [name] + makefile_value(tree, f"sees_{name}"):
            for folder in folders.get(other, []):
                for path in tree.files:
                    if not path.endswith(".h") or os.path.dirname(path) != folder:
                        continue
                    base = os.path.basename(path)
                    if base in seen and (base, path) not in told:
                        told.add((base, path))
                        yield path, 0, f"{name} sees {seen[base]} too: one of the two is not found"
                    seen.setdefault(base, path)


def check_sql(tree):
    """SQL stands in .sql files"""
    statement = re.compile(r'"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|'
                           r'DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|UNIQUE|VIEW|TRIGGER)\b)')
    for path in tree.c_files():
        if path.startswith("tests/"):
            continue
        text = without(tree.text(path), strings=False)
        for match in statement.finditer(text):
            yield path, line_of(text, match.start()), "SQL in C: it belongs in db/schema/*.sql"


# ---- words ----------------------------------------------------------------------------


def check_words(tree):
    """no unfinished work without a reason, nothing about how the work was organised"""
    # A TODO gives its reason: "TODO: what, because why".
    unfinished = re.compile(r"\b(FIXME|XXX|HACK)\b|\bTODO\b(?!:[^\n]*\bbecause\b)")
    forbidden = re.compile("|".join(FORBIDDEN), re.IGNORECASE)
    for path in tree.files:
        if path.startswith(("tests/lint/", "tests/vectors/", "tests/fuzz/corpus/")):
            continue
        text = tree.text(path)
        if not (path.endswith(CODE + (".md", ".conf", ".po", ".html")) or path == "Makefile"
                or text.startswith("#!")):
            continue
        for match in unfinished.finditer(text):
            if path not in ("CONTRIBUTING.md",):
                yield path, line_of(text, match.start()), f"{match.group(0)} without a reason"
        for match in forbidden.finditer(text):
            yield path, line_of(text, match.start()), f"speaks of {match.group(0)!r}"


def doc_path_is_there(tree, document, name):
    names = set(tree.files)
    bases = {os.path.basename(f) for f in names}
    folders = {os.path.dirname(f) for f in names}
    folders |= {os.path.dirname(f) for f in folders} | {"tests/world"}
    plain = name.rstrip("/")
    if "/" not in plain:
        return plain in bases or plain in folders
    for base in ("", os.path.dirname(document) + "/", "src/", "tests/"):
        path = os.path.normpath(base + plain)
        if path in names or path in folders or path + ".h" in names or path + ".c" in names:
            return True
        if "*" in path and any(Path(f).match(path) for f in names):
            return True
    return False


def check_documents(tree):
    """paths and make targets that documents name exist"""
    tops = {f.split("/")[0] for f in tree.files if "/" in f}
    targets = set(re.findall(r"^([a-z][a-z_-]*):", tree.text("Makefile"), re.MULTILINE))
    for path in tree.files:
        if not path.endswith(".md"):
            continue
        # Blocks of code show commands and bytes; what they name is not checked.
        text = re.sub(r"^```.*?^```", lambda m: "\n" * m.group(0).count("\n"), tree.text(path),
                      flags=re.MULTILINE | re.DOTALL)
        for match in re.finditer(r"`([^`\n]+)`", text):
            token, line = match.group(1), line_of(text, match.start())
            made = re.fullmatch(r"make ([a-z][a-z_-]*)( .*)?", token)
            if made and targets and made.group(1) not in targets:
                yield path, line, f"`{token}`: the Makefile has no such target"
            if re.search(r"[\s<>{}$…|=()\"']", token):
                continue
            if token.startswith(("/", "~", "http", "build", "-", ".", "*")) and (
                    not token.startswith(".ci/")):
                continue
            if set(re.split(r"[/.]", token)) & PLACEHOLDERS:
                continue
            token = re.sub(r":\d+$", "", token)
            looks = token.endswith(DOC_SUFFIXES) or ("/" in token and token.split("/")[0] in tops)
            if looks and not doc_path_is_there(tree, path, token):
                yield path, line, f"`{token}` is not there"


# ---- languages ----------------------------------------------------------------------------


def po_entries(text):
    """{msgid: (flags, [msgstr…])} of a .po or .pot file, without header and obsolete entries."""
    entries = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [l for l in block.splitlines() if not l.startswith("#~")]
        flags = " ".join(l for l in lines if l.startswith("#,"))
        fields, current = {}, None
        for line in lines:
            found = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+"(.*)"$', line)
            if found:
                current = found.group(1)
                fields[current] = found.group(2)
            elif line.startswith('"') and current:
                fields[current] += line.strip()[1:-1]
        if fields.get("msgid"):
            strings = [v for k, v in fields.items() if k.startswith("msgstr")]
            entries[fields["msgid"]] = (flags, strings)
    return entries


def panel_kinds(tree):
    """The panel names each kind of record in both of its languages."""
    kinds, words = "src/core/kind.h", "src/tools/panel/web/words.js"
    if not {kinds, words} <= set(tree.files):
        return
    text = tree.text(words)
    for name in re.findall(r'X\(KIND_\w+, 0x\w+, "(\w+)"\)', tree.text(kinds)):
        if len(re.findall(rf"\bkind_{name}:", text)) != 2:
            yield words, 0, f"has no kind_{name} in both languages"


def check_languages(tree):
    """every text is translated, and no translation is of a text that is gone"""
    yield from panel_kinds(tree)
    catalogues = [f for f in tree.files if re.fullmatch(r"po/\w+\.po", f)]
    if not catalogues:
        return
    with tempfile.TemporaryDirectory() as work:
        template = Path(work, "all.pot")
        made = subprocess.run(["po/gather.sh", str(template)], cwd=tree.root, capture_output=True,
                              text=True)
        if made.returncode != 0:
            yield "po/gather.sh", 0, (made.stderr.strip() or "failed").splitlines()[-1]
            return
        wanted = po_entries(template.read_text(encoding="utf-8"))
    for path in catalogues:
        done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], cwd=tree.root,
                              capture_output=True, text=True)
        if done.returncode != 0:
            yield path, 0, done.stderr.strip().splitlines()[0]
        have = po_entries(tree.text(path))
        for text in wanted:
            flags, strings = have.get(text, ("", []))
            if text not in have:
                yield path, 0, f'lacks "{text}"'
            elif "fuzzy" in flags or not all(strings):
                yield path, 0, f'has no translation of "{text}"'
        for text in have:
            if text not in wanted:
                yield path, 0, f'translates what nobody says: "{text}"'


CHECKS = {
    "format": check_format,
    "banned": check_banned,
    "lengths": check_lengths,
    "includes": check_includes,
    "packages": check_packages,
    "headers": check_headers,
    "sql": check_sql,
    "words": check_words,
    "documents": check_documents,
    "languages": check_languages,
}
