#include "gpsd_report.h"

#include <string.h>

void gpsd_reader_init(struct gpsd_reader *reader)
{
    reader->size = 0;
    reader->spoilt = false;
}

bool gpsd_reader_put(struct gpsd_reader *reader, uint8_t byte)
{
    if (byte == '\n' || byte == '\r') {
        bool whole = reader->size > 0 && !reader->spoilt;
        reader->line[reader->size] = '\0';
        gpsd_reader_init(reader);
        return whole;
    }
    if (byte < 0x20 || reader->size == GPSD_LINE_MAX) {
        reader->spoilt = true;
    } else if (!reader->spoilt) {
        reader->line[reader->size++] = (char)byte;
    }
    return false;
}

/* ---- numbers --------------------------------------------------------------------------------- */

enum { DIGITS_MAX = 17, EXPONENT_MAX = 20 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits of a number and where its point stands: value = digits * 10^exponent. */
struct decimal {
    int64_t digits;
    int count; /* significant ones taken; the rest is cut off */
    int exponent;
};

static size_t take_digits(const char *text, size_t size, bool is_fraction, struct decimal *d)
{
    size_t at = 0;
    for (; at < size && is_digit(text[at]); at++) {
        if (d->count < DIGITS_MAX) {
            d->digits = d->digits * 10 + (text[at] - '0');
            d->count += d->digits != 0 ? 1 : 0;
            d->exponent -= is_fraction ? 1 : 0;
        } else {
            d->exponent += is_fraction ? 0 : 1;
        }
    }
    return at;
}

static size_t take_exponent(const char *text, size_t size, struct decimal *d)
{
    size_t at = 1;
    int value = 0;
    bool negative = at < size && text[at] == '-';
    at += at < size && (text[at] == '-' || text[at] == '+') ? 1 : 0;
    size_t first = at;
    for (; at < size && is_digit(text[at]); at++) {
        value = value < 1000 ? value * 10 + (text[at] - '0') : value;
    }
    d->exponent += negative ? -value : value;
    return at > first ? at : size + 1;
}

bool gpsd_number(const char *text, size_t size, int scale, int64_t most, int64_t *value_out)
{
    struct decimal d = {0, 0, 0};
    size_t at = size > 0 && text[0] == '-' ? 1 : 0;
    size_t whole = take_digits(text + at, size - at, false, &d);
    at += whole;
    if (whole == 0) {
        return false;
    }
    if (at < size && text[at] == '.') {
        size_t fraction = take_digits(text + at + 1, size - at - 1, true, &d);
        if (fraction == 0) {
            return false;
        }
        at += fraction + 1;
    }
    if (at < size && (text[at] == 'e' || text[at] == 'E')) {
        at += take_exponent(text + at, size - at, &d);
    }
    if (at != size) {
        return false;
    }
    int shift = d.exponent + scale;
    int64_t value = d.digits;
    for (int i = 0; i < EXPONENT_MAX && shift < 0 && value != 0; i++, shift++) {
        value /= 10;
    }
    value = shift < 0 ? 0 : value;
    for (; shift > 0 && value != 0; shift--) {
        if (value > most / 10) {
            return false;
        }
        value *= 10;
    }
    if (value > most) {
        return false;
    }
    *value_out = text[0] == '-' ? -value : value;
    return true;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

struct cursor {
    const char *at;
};

static void skip_blanks(struct cursor *c)
{
    c->at += strspn(c->at, " \t");
}

/* A text in quotes, as it stands between them. */
static bool take_text(struct cursor *c, struct span *out)
{
    if (*c->at != '"') {
        return false;
    }
    const char *begin = ++c->at;
    while (*c->at != '"') {
        if (*c->at == '\0' || (*c->at == '\\' && *++c->at == '\0')) {
            return false;
        }
        c->at++;
    }
    *out = (struct span){(const uint8_t *)begin, (size_t)(c->at - begin)};
    c->at++;
    return true;
}

/* A number or a word, as it stands. */
static bool take_word(struct cursor *c, struct span *out)
{
    size_t size = strspn(c->at, "+-.0123456789eEabcdfghijklmnopqrstuvwxyz");
    *out = (struct span){(const uint8_t *)c->at, size};
    c->at += size;
    return size > 0;
}

/* Brackets and all that is within, by counting them. */
static bool pass_nested(struct cursor *c)
{
    char open[GPSD_DEPTH_MAX];
    int depth = 0;
    struct span unused;
    do {
        char next = *c->at;
        if (next == '"') {
            if (!take_text(c, &unused)) {
                return false;
            }
            continue;
        }
        if (next == '{' || next == '[') {
            if (depth == GPSD_DEPTH_MAX) {
                return false;
            }
            open[depth++] = next;
        } else if (next == '}' || next == ']') {
            if (depth == 0 || open[--depth] != (next == '}' ? '{' : '[')) {
                return false;
            }
        } else if (next == '\0') {
            return false;
        }
        c->at++;
    } while (depth > 0);
    return true;
}

enum value_kind { VALUE_TEXT, VALUE_WORD, VALUE_NESTED };

static bool take_value(struct cursor *c, enum value_kind *kind_out, struct span *out)
{
    skip_blanks(c);
    if (*c->at == '"') {
        *kind_out = VALUE_TEXT;
        return take_text(c, out);
    }
    if (*c->at == '{' || *c->at == '[') {
        const char *begin = c->at;
        *kind_out = VALUE_NESTED;
        bool passed = pass_nested(c);
        *out = (struct span){(const uint8_t *)begin, (size_t)(c->at - begin)};
        return passed;
    }
    *kind_out = VALUE_WORD;
    return take_word(c, out);
}

/* ---- reports --------------------------------------------------------------------------------- */

struct report {
    char class[12];
    int64_t mode, latitude_e7, longitude_e7, eph_dm, epx_dm, epy_dm;
    bool has_position[2]; /* latitude, longitude */
    bool has_eph, has_epx, has_epy;
    bool is_off;    /* a DEVICE that was closed */
    bool is_nobody; /* DEVICES of none */
};

static bool is_called(struct span name, const char *text)
{
    return name.size == strlen(text) && memcmp(name.data, text, name.size) == 0;
}

enum { ERROR_MAX_DM = 100000000 };

static void note_number(struct report *r, struct span name, struct span value)
{
    const char *text = (const char *)value.data;
    if (is_called(name, "mode")) {
        if (!gpsd_number(text, value.size, 0, 9, &r->mode)) {
            r->mode = 0;
        }
    } else if (is_called(name, "lat")) {
        r->has_position[0] = gpsd_number(text, value.size, 7, 900000000, &r->latitude_e7);
    } else if (is_called(name, "lon")) {
        r->has_position[1] = gpsd_number(text, value.size, 7, 1800000000, &r->longitude_e7);
    } else if (is_called(name, "eph")) {
        r->has_eph = gpsd_number(text, value.size, 1, ERROR_MAX_DM, &r->eph_dm);
    } else if (is_called(name, "epx")) {
        r->has_epx = gpsd_number(text, value.size, 1, ERROR_MAX_DM, &r->epx_dm);
    } else if (is_called(name, "epy")) {
        r->has_epy = gpsd_number(text, value.size, 1, ERROR_MAX_DM, &r->epy_dm);
    } else if (is_called(name, "activated")) {
        r->is_off = is_called(value, "0"); /* else it is the time, a text */
    }
}

static void note(struct report *r, struct span name, enum value_kind kind, struct span value)
{
    if (kind == VALUE_WORD) {
        note_number(r, name, value);
    } else if (kind == VALUE_TEXT && is_called(name, "class") && value.size < sizeof r->class) {
        memcpy(r->class, value.data, value.size);
        r->class[value.size] = '\0';
    } else if (kind == VALUE_NESTED && is_called(name, "devices")) {
        r->is_nobody = is_called(value, "[]");
    }
}

static bool read_members(const char *line, struct report *r)
{
    struct cursor c = {line};
    skip_blanks(&c);
    if (*c.at++ != '{') {
        return false;
    }
    for (int i = 0; i < GPSD_MEMBERS_MAX; i++) {
        struct span name;
        struct span value;
        enum value_kind kind = VALUE_WORD;
        skip_blanks(&c);
        if (!take_text(&c, &name)) {
            return false;
        }
        skip_blanks(&c);
        if (*c.at++ != ':' || !take_value(&c, &kind, &value)) {
            return false;
        }
        note(r, name, kind, value);
        skip_blanks(&c);
        if (*c.at == '}') {
            c.at++;
            skip_blanks(&c);
            return *c.at == '\0';
        }
        if (*c.at++ != ',') {
            return false;
        }
    }
    return false;
}

static uint32_t root(uint64_t square)
{
    uint64_t low = 0;
    uint64_t high = UINT64_C(1) << 31;
    while (low < high) {
        uint64_t middle = (low + high + 1) / 2;
        if (middle * middle <= square) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return (uint32_t)low;
}

/* gpsd doesn't say how sure its estimates are (gpsd_json(5): "certainty unknown"); they are taken
 * as they come, which errs on the safe side. */
static uint32_t accuracy_dm(const struct report *r)
{
    if (r->has_eph && r->eph_dm > 0) {
        return (uint32_t)r->eph_dm;
    }
    if (r->has_epx && r->has_epy && r->epx_dm >= 0 && r->epy_dm >= 0) {
        return root((uint64_t)(r->epx_dm * r->epx_dm) + (uint64_t)(r->epy_dm * r->epy_dm));
    }
    return 0;
}

enum gpsd_kind gpsd_report_read(const char *line, struct position_fix *fix_out,
                                bool *has_receiver_out)
{
    struct report r;
    memset(&r, 0, sizeof r);
    if (!read_members(line, &r)) {
        return GPSD_OTHER;
    }
    if (strcmp(r.class, "VERSION") == 0) {
        return GPSD_VERSION;
    }
    if (strcmp(r.class, "DEVICES") == 0 || strcmp(r.class, "DEVICE") == 0) {
        *has_receiver_out = !r.is_nobody && !r.is_off;
        return GPSD_RECEIVERS;
    }
    if (strcmp(r.class, "TPV") != 0) {
        return GPSD_OTHER;
    }
    if (r.mode < 2 || r.mode > 3 || !r.has_position[0] || !r.has_position[1]) {
        return GPSD_NO_FIX;
    }
    *fix_out = (struct position_fix){.latitude_e7 = (int32_t)r.latitude_e7,
                                     .longitude_e7 = (int32_t)r.longitude_e7,
                                     .accuracy_dm = accuracy_dm(&r),
                                     .age_s = 0,
                                     .dimensions = (uint8_t)r.mode};
    return GPSD_FIX;
}
