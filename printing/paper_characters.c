#include <string.h>

#include "paper_rows.h"
#include "text.h"

enum { CLUSTER_MARKS_MAX = 4, NO_BREAK_SPACE = 0xA0 };

static bool is_mark(uint32_t c)
{
    if (c < 0x300 || (c >= 0x3400 && c <= 0x9FFF)) {
        return false;
    }
    char one[5] = {0};
    size_t size = 0;
    if (c < 0x800) {
        one[size++] = (char)(0xC0 | c >> 6);
    } else if (c < 0x10000) {
        one[size++] = (char)(0xE0 | c >> 12);
        one[size++] = (char)(0x80 | (c >> 6 & 0x3F));
    } else {
        one[size++] = (char)(0xF0 | c >> 18);
        one[size++] = (char)(0x80 | (c >> 12 & 0x3F));
        one[size++] = (char)(0x80 | (c >> 6 & 0x3F));
    }
    one[size] = (char)(0x80 | (c & 0x3F));
    return text_cells(one) == 0;
}

/* Bytes from `at`, whose first character ends at `next`, with the marks that follow. */
static size_t take_marks(const char *at, const char *next, const char *end)
{
    for (int marks = 0; next < end && marks < CLUSTER_MARKS_MAX; marks++) {
        unsigned char first = (unsigned char)*next;
        if (first < 0xCC || (first >= 0xE4 && first <= 0xE9)) {
            break; /* below U+0300, or Han: no mark */
        }
        const char *after = next;
        if (!is_mark(text_next(&after, end))) {
            break;
        }
        next = after;
    }
    return (size_t)(next - at);
}

size_t paper_cluster(const char *at, const char *end)
{
    const char *next = at;
    (void)text_next(&next, end);
    return take_marks(at, next, end);
}

static bool is_nbsp(const char *at, size_t size)
{
    return size == 2 && memcmp(at, "\xC2\xA0", 2) == 0;
}

bool paper_is_space(const char *at, size_t size)
{
    return (size == 1 && *at == ' ') || is_nbsp(at, size);
}

static int cells_of(void *context, enum paper_style style, const char *text, size_t size)
{
    (void)context;
    int cells = (unsigned char)text[0] < 0x80 || is_nbsp(text, size) ? 1 : 2;
    return style == PAPER_LARGE ? 2 * cells : cells;
}

struct paper_ruler paper_cells_ruler(int *columns)
{
    return (struct paper_ruler){.context = columns, .width = *columns, .advance = cells_of};
}

int paper_cells(const char *text, size_t size)
{
    const char *at = text;
    const char *end = text + size;
    int cells = 0;
    while (at < end) {
        size_t one = paper_cluster(at, end);
        cells += cells_of(NULL, PAPER_NORMAL, at, one);
        at += one;
    }
    return cells;
}

static bool is_han(uint32_t c)
{
    return c >= 0x3400 && c <= 0x9FFF;
}

/* A row never begins with these, */
static bool is_closing(uint32_t c)
{
    switch (c) {
    case '!':
    case '%':
    case ')':
    case ',':
    case '.':
    case ':':
    case ';':
    case '?':
    case ']':
    case '}':
    case 0xB7:   /* · */
    case 0x2019: /* ’ */
    case 0x201D: /* ” */
    case 0x2026: /* … */
    case 0x3001: /* 、 */
    case 0x3002: /* 。 */
    case 0x3009: /* 〉 */
    case 0x300B: /* 》 */
    case 0x300D: /* 」 */
    case 0x300F: /* 』 */
    case 0x3011: /* 】 */
    case 0xFF01: /* ！ */
    case 0xFF09: /* ） */
    case 0xFF0C: /* ， */
    case 0xFF1A: /* ： */
    case 0xFF1B: /* ； */
    case 0xFF1F: /* ？ */
        return true;
    default:
        return false;
    }
}

/* and never ends with these. */
static bool is_opening(uint32_t c)
{
    switch (c) {
    case '(':
    case '[':
    case 0xA5:   /* ¥ */
    case 0x2018: /* ‘ */
    case 0x201C: /* “ */
    case 0x3008: /* 〈 */
    case 0x300A: /* 《 */
    case 0x300C: /* 「 */
    case 0x300E: /* 『 */
    case 0x3010: /* 【 */
    case 0xFF08: /* （ */
    case 0xFFE5: /* ￥ */
        return true;
    default:
        return false;
    }
}

/* Han, kana, hangul and full-width forms: a row may break beside them. */
static bool is_wide(uint32_t c)
{
    return (c >= 0x2E80 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFF01 && c <= 0xFF60) || (c >= 0x20000 && c <= 0x3FFFF);
}

bool paper_may_break(uint32_t before, uint32_t c)
{
    if (is_han(before) && is_han(c)) {
        return true;
    }
    if (before == ' ' && c != ' ') {
        return true;
    }
    return (is_wide(before) || is_wide(c)) && before != NO_BREAK_SPACE && c != NO_BREAK_SPACE &&
           !is_closing(c) && !is_opening(before);
}
