#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct charset {
    iconv_t converter;
};

/* ---- names ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum charset_name charset;
} names[] = {
    {"utf-8", CHARSET_UTF8},  {"gb18030", CHARSET_GB18030}, {"utf8", CHARSET_UTF8},
    {"gbk", CHARSET_GB18030}, {"gb2312", CHARSET_GB18030},  {"cp936", CHARSET_GB18030},
};

enum charset_name charset_named(const char *name)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(name, names[i].name) == 0) {
            return names[i].charset;
        }
    }
    return CHARSET_UNKNOWN;
}

const char *charset_text(enum charset_name name)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].charset == name) {
            return names[i].name;
        }
    }
    return "?";
}

/* ---- the guess ------------------------------------------------------------------------------- */

static void end_line(struct charset_guess *g)
{
    if (g->high) {
        g->utf8_lines += !g->utf8_bad && g->utf8_left == 0;
        g->gb_lines += !g->gb_bad && g->gb_place == 0;
    }
    g->high = g->utf8_bad = g->gb_bad = false;
    g->utf8_left = g->gb_place = 0;
}

static void follow_utf8(struct charset_guess *g, uint8_t byte)
{
    if (g->utf8_left > 0) {
        g->utf8_bad = g->utf8_bad || (byte & 0xc0) != 0x80;
        g->utf8_left--;
    } else if (byte >= 0x80) {
        g->utf8_left = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        g->utf8_bad = g->utf8_bad || byte < 0xc2 || byte > 0xf4;
    }
}

/* GB 18030-2022, table 1: two bytes, or four of which the second and fourth are digits. */
static void follow_gb(struct charset_guess *g, uint8_t byte)
{
    bool lead = byte >= 0x81 && byte <= 0xfe;
    bool digit = byte >= 0x30 && byte <= 0x39;
    bool trail = byte >= 0x40 && byte <= 0xfe && byte != 0x7f;
    switch (g->gb_place) {
    case 0:
        g->gb_bad = g->gb_bad || (byte >= 0x80 && !lead);
        g->gb_place = lead ? 1 : 0;
        break;
    case 1:
        g->gb_bad = g->gb_bad || (!trail && !digit);
        g->gb_place = digit ? 2 : 0;
        break;
    case 2:
        g->gb_bad = g->gb_bad || !lead;
        g->gb_place = 3;
        break;
    default:
        g->gb_bad = g->gb_bad || !digit;
        g->gb_place = 0;
        break;
    }
}

void charset_guess_feed(struct charset_guess *g, struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = bytes.data[i];
        if (g->begin_size < sizeof(g->begin)) {
            g->begin[g->begin_size++] = byte;
        }
        if (byte == '\n' || byte == '\r') {
            end_line(g);
            continue;
        }
        g->high = g->high || byte >= 0x80;
        if (g->high) {
            follow_utf8(g, byte);
            follow_gb(g, byte);
        }
    }
}

enum charset_name charset_guess_end(struct charset_guess *g)
{
    static const uint8_t utf8[] = {0xef, 0xbb, 0xbf}, little[] = {0xff, 0xfe}, big[] = {0xfe, 0xff};
    end_line(g);
    if (g->begin_size == sizeof(utf8) && memcmp(g->begin, utf8, sizeof(utf8)) == 0) {
        return CHARSET_UTF8;
    }
    if (g->begin_size >= sizeof(big) && (memcmp(g->begin, little, sizeof(little)) == 0 ||
                                         memcmp(g->begin, big, sizeof(big)) == 0)) {
        return CHARSET_UTF16;
    }
    return g->gb_lines > g->utf8_lines ? CHARSET_GB18030 : CHARSET_UTF8;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum till_status charset_open(enum charset_name name, struct charset **charset_out)
{
    *charset_out = NULL;
    if (name == CHARSET_UTF8) {
        return TILL_OK;
    }
    if (name != CHARSET_GB18030) {
        return TILL_UNSUPPORTED;
    }
    struct charset *c = malloc(sizeof(*c));
    if (c == NULL) {
        return TILL_E_MEMORY;
    }
    c->converter = iconv_open("UTF-8", "GB18030");
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): POSIX says so */
    if (c->converter == (iconv_t)-1) {
        free(c);
        return TILL_UNSUPPORTED;
    }
    *charset_out = c;
    return TILL_OK;
}

void charset_close(struct charset *c)
{
    if (c != NULL) {
        (void)iconv_close(c->converter);
        free(c);
    }
}

static bool is_ascii(struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        if (bytes.data[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

enum till_status charset_to_utf8(struct charset *c, struct span bytes, struct buffer *out)
{
    if (c == NULL || is_ascii(bytes)) {
        if (bytes.size > 0) {
            buffer_put(out, bytes.data, bytes.size);
        }
        return buffer_status(out);
    }
    union {
        const uint8_t *bytes;
        char *text; /* iconv reads it, whatever its type says */
    } from = {.bytes = bytes.data};
    char *to = (char *)out->data + out->size;
    size_t left = bytes.size, room = out->capacity - out->size;
    (void)iconv(c->converter, NULL, NULL, NULL, NULL);
    size_t odd = iconv(c->converter, &from.text, &left, &to, &room);
    int why = errno;
    if (odd == (size_t)-1 || left > 0) {
        return odd == (size_t)-1 && why == E2BIG ? TILL_TOO_LARGE : TILL_BAD_INPUT;
    }
    out->size = out->capacity - room;
    return TILL_OK;
}
