#include "book_term.h"

#include <assert.h>
#include <string.h>

#include "distance.h"
#include "pinyin.h"

/*
 * A character takes 8 bits in a token, or 19 with the first one set; a token ends with the
 * character that makes it four heavy, or with its field. So no token is longer than 46 bits.
 */
#define KEY_BEGIN '1'
enum {
    CODE_BITS = 18,
    LIGHT = 1, /* ASCII and marks */
    HEAVY = 2, /* everything else */
    TOKEN_WEIGHT = 4,
    MARK_BEGIN = 2,
    MARK_END = 3,
    CODES_MAX = BOOK_FOLDED_MAX + 2,
    SPELLED_MAX = 8, /* letters in a token of syllables */
    INITIALS_MAX = 4 /* in a token of initials */
};

/* ---- folding --------------------------------------------------------------------------------- */

/* One character of clean UTF-8. */
static uint32_t take(const char **at)
{
    const uint8_t *p = (const uint8_t *)*at;

    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *at += 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] < 0xF0) {
        *at += 3;
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    *at += 4;
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
           (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

/* Letters whose small form takes as many bytes. */
static uint32_t lower(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 0x20;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    if ((c >= 0x100 && c <= 0x12F) || (c >= 0x14A && c <= 0x177))
        return c | 1;
    return c;
}

/* 0: left out. */
static uint32_t folded(uint32_t c)
{
    if (c == ' ' || c == 0xA0 || c == 0x3000)
        return 0;
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    return lower(c);
}

size_t book_fold(const char *text, char *out)
{
    char *to = out;

    while (*text != '\0') {
        const char *from = text;
        uint32_t was = take(&text);
        uint32_t c = folded(was);

        if (c == was) {
            memcpy(to, from, (size_t)(text - from));
            to += text - from;
        } else if (c != 0 && c < 0x80) {
            *to++ = (char)c;
        } else if (c != 0) {
            assert(c < 0x800 && text - from == 2);
            *to++ = (char)(0xC0 | c >> 6);
            *to++ = (char)(0x80 | (c & 0x3F));
        }
    }
    *to = '\0';
    assert(to - out < BOOK_FOLDED_MAX);
    return (size_t)(to - out);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

struct token {
    uint64_t bits; /* leftmost of BOOK_TOKEN_BITS */
    unsigned used;
    unsigned weight;
};

static struct token token_at(const uint32_t *codes, size_t count)
{
    struct token t = {0, 0, 0};

    for (size_t i = 0; i < count && t.weight < TOKEN_WEIGHT; i++) {
        bool heavy = codes[i] >= 0x80;

        t.bits = heavy ? t.bits << (CODE_BITS + 1) | UINT64_C(1) << CODE_BITS |
                             (codes[i] & ((1u << CODE_BITS) - 1))
                       : t.bits << 8 | codes[i];
        t.used += heavy ? CODE_BITS + 1 : 8;
        t.weight += heavy ? HEAVY : LIGHT;
    }
    assert(t.used <= BOOK_TOKEN_BITS);
    t.bits <<= BOOK_TOKEN_BITS - t.used;
    return t;
}

static uint64_t term(enum book_class class, uint64_t token)
{
    return (uint64_t) class << BOOK_TOKEN_BITS | token;
}

struct term_list {
    uint64_t *terms;
    size_t count;
};

static void put(struct term_list *list, uint64_t value)
{
    assert(list->count < BOOK_TERMS_MAX);
    list->terms[list->count++] = value;
}

/* Numbers are not looked for by their last digit alone. */
static unsigned least_weight(enum book_class class)
{
    return class == BOOK_CLASS_NAME || class == BOOK_CLASS_ADDRESS ? LIGHT : 2 * LIGHT;
}

/* Folded characters. */
static size_t decode(const char *text, uint32_t *codes)
{
    size_t count = 0;

    while (*text != '\0') {
        uint32_t c = folded(take(&text));

        codes[count] = c;
        count += c != 0 ? 1 : 0;
    }
    return count;
}

/* Tokens of ASCII, from the end on: each is the one after it with a character before. */
static void put_light(struct term_list *list, enum book_class class, const uint32_t *codes,
                      size_t count)
{
    uint64_t bits = 0;

    assert(list->count + count <= BOOK_TERMS_MAX);
    for (size_t i = count; i-- > 0;) {
        bits = bits >> 8 | (uint64_t)codes[i] << 24;
        if (count - i >= least_weight(class))
            list->terms[list->count++] =
                term(class, (bits & 0xFFFFFFFF) << (BOOK_TOKEN_BITS - 8 * TOKEN_WEIGHT));
    }
}

static void put_field(struct term_list *list, enum book_class class, const char *text)
{
    uint32_t codes[CODES_MAX], highest = 0;
    size_t count = 0, from = class == BOOK_CLASS_NAME ? 1 : 0;

    if (from > 0)
        codes[count++] = MARK_BEGIN;
    count += decode(text, codes + count);
    if (count == from)
        return;
    if (class == BOOK_CLASS_ACCOUNT)
        codes[count++] = MARK_END;
    for (size_t i = 0; i < count; i++)
        highest |= codes[i];
    if (highest < 0x80) {
        put_light(list, class, codes, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct token t = token_at(codes + i, count - i);

        if (t.weight >= least_weight(class))
            put(list, term(class, t.bits));
    }
}

/* ---- pinyin ---------------------------------------------------------------------------------- */

struct name_keys {
    struct pinyin_unit units[PINYIN_UNITS_MAX];
    size_t count;
    char initials[PINYIN_UNITS_MAX][PINYIN_READINGS_MAX]; /* letters, each once */
    size_t initial_count[PINYIN_UNITS_MAX];
};

static void keys_of(const char *folded_name, struct name_keys *out)
{
    out->count = pinyin_name(folded_name, out->units);
    for (size_t u = 0; u < out->count; u++) {
        size_t n = 0;

        for (size_t r = 0; r < out->units[u].count; r++) {
            char letter = out->units[u].readings[r].text[0];

            if (memchr(out->initials[u], letter, n) == NULL)
                out->initials[u][n++] = letter;
        }
        out->initial_count[u] = n;
    }
}

/*
 * Letters as keys of a telephone: the keys as nibbles from the left, behind all that have room two
 * bits for each, which letter of its key it is. So keys alone are a range, and letters are exact in
 * it. The begin mark is key 1.
 */
struct spelling {
    uint64_t keys, letters;
    unsigned count;
    unsigned keys_max, letters_max;
};

static struct spelling spelling_of(enum book_class class)
{
    bool initials = class == BOOK_CLASS_INITIALS;

    return (struct spelling){.keys_max = initials ? INITIALS_MAX : SPELLED_MAX,
                             .letters_max = initials ? INITIALS_MAX : SPELLED_MAX - 1};
}

static void spell(struct spelling *s, char key, char letter)
{
    char first = letter; /* of this key */

    if (s->count == s->keys_max)
        return;
    while (first > 'a' && pinyin_key((char)(first - 1)) == key)
        first--;
    s->keys = s->keys << 4 | (uint64_t)(key - '0');
    if (s->count < s->letters_max)
        s->letters = s->letters << 2 | (uint64_t)(letter - first);
    s->count++;
}

static uint64_t keys_token(const struct spelling *s)
{
    return s->keys << (BOOK_TOKEN_BITS - 4 * s->count);
}

static uint64_t letters_token(const struct spelling *s)
{
    unsigned letters = s->count < s->letters_max ? s->count : s->letters_max;

    return s->letters << (BOOK_TOKEN_BITS - 4 * s->keys_max - 2 * letters);
}

/* The next of all ways to choose one of each; false after the last. */
static bool next_way(size_t *chosen, const size_t *of, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        if (++chosen[i] < of[i])
            return true;
        chosen[i] = 0;
    }
    return false;
}

static void put_initials(struct term_list *list, const struct name_keys *keys)
{
    for (size_t from = 0; from <= keys->count; from++) {
        /* 0 stands for the begin mark and the first unit on. */
        size_t first = from == 0 ? 0 : from - 1, marks = from == 0 ? 1 : 0;
        size_t length = keys->count - first, chosen[INITIALS_MAX] = {0};
        int tried = 0;

        if (length > INITIALS_MAX - marks)
            length = INITIALS_MAX - marks;
        if (marks + length < 2)
            continue;
        do {
            struct spelling one = spelling_of(BOOK_CLASS_INITIALS);

            if (marks > 0)
                spell(&one, KEY_BEGIN, 'a');
            for (size_t i = 0; i < length; i++) {
                char letter = keys->initials[first + i][chosen[i]];

                spell(&one, pinyin_key(letter), letter);
            }
            put(list, term(BOOK_CLASS_INITIALS, keys_token(&one) | letters_token(&one)));
        } while (next_way(chosen, keys->initial_count + first, length) &&
                 ++tried < BOOK_READINGS_TRIED);
    }
}

/* Spelled letters are a token; more of them than it has room for are another. */
static void put_spelled(struct term_list *list, enum book_class class,
                        const struct pinyin_unit *units, const size_t *chosen, size_t count)
{
    struct spelling s = spelling_of(class), on = spelling_of(BOOK_CLASS_SPELLED_ON);

    for (size_t i = 0; i < count && on.count < on.keys_max; i++) {
        const struct pinyin_reading *r = &units[i].readings[chosen[i]];

        for (size_t at = 0; at < r->size; at++)
            spell(s.count < s.keys_max ? &s : &on, pinyin_key(r->text[at]), r->text[at]);
    }
    put(list, term(class, keys_token(&s) | letters_token(&s)));
    if (on.count > 0)
        put(list, term(BOOK_CLASS_SPELLED_ON, keys_token(&on) | letters_token(&on)));
}

static void put_syllables(struct term_list *list, const struct name_keys *keys)
{
    for (size_t first = 0; first < keys->count; first++) {
        enum book_class class = first == 0 ? BOOK_CLASS_SYLLABLES : BOOK_CLASS_INNER_SYLLABLES;
        size_t chosen[2 * SPELLED_MAX] = {0}, of[2 * SPELLED_MAX];
        size_t length = keys->count - first;
        int tried = 0;

        if (length > 2 * (size_t)SPELLED_MAX)
            length = 2 * (size_t)SPELLED_MAX;
        /* There is room for four syllables or five; what is beyond can't tell ways apart. */
        for (size_t i = 0; i < length; i++)
            of[i] = i < 5 ? keys->units[first + i].count : 1;
        do {
            put_spelled(list, class, keys->units + first, chosen, length);
        } while (next_way(chosen, of, length) && ++tried < BOOK_READINGS_TRIED);
    }
}

/* ---- terms of a customer --------------------------------------------------------------------- */

uint64_t book_term_of_account(const char *account)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a, then mixed */

    for (; *account != '\0'; account++)
        hash = (hash ^ (uint8_t)*account) * UINT64_C(0x100000001B3);
    hash = (hash ^ hash >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    return term(BOOK_CLASS_ACCOUNT_KEY, hash >> (64 - BOOK_TOKEN_BITS));
}

uint64_t book_term_of_cell(uint32_t row, uint32_t column)
{
    return term(BOOK_CLASS_CELL, (uint64_t)row << 20 | column);
}

size_t book_terms_of(const struct book_customer *c, uint64_t *terms_out)
{
    struct term_list list = {terms_out, 0};
    struct name_keys keys;
    char name[BOOK_FOLDED_MAX];

    put(&list, book_term_of_account(c->account));
    put_field(&list, BOOK_CLASS_ACCOUNT, c->account);
    put_field(&list, BOOK_CLASS_METER, c->meter);
    put_field(&list, BOOK_CLASS_PHONE, c->phone);
    put_field(&list, BOOK_CLASS_NAME, c->name);
    put_field(&list, BOOK_CLASS_ADDRESS, c->address);
    book_fold(c->name, name);
    keys_of(name, &keys);
    put_initials(&list, &keys);
    put_syllables(&list, &keys);
    if (c->latitude_e7 != 0 || c->longitude_e7 != 0)
        put(&list,
            book_term_of_cell((uint32_t)(c->latitude_e7 + DISTANCE_LATITUDE_MAX) / BOOK_CELL_E7,
                              (uint32_t)(c->longitude_e7 + (int64_t)DISTANCE_LONGITUDE_MAX) /
                                  BOOK_CELL_E7));
    return list.count;
}

/* ---- what is looked for ---------------------------------------------------------------------- */

void book_query_of(const char *query, struct book_query *out)
{
    memset(out, 0, sizeof(*out));
    out->size = book_fold(query, out->text);
    out->is_digits = out->is_letters = out->is_ascii = out->size > 0;
    for (size_t i = 0; i < out->size; i++) {
        char c = out->text[i];

        out->characters += (c & 0xC0) != 0x80 ? 1 : 0;
        out->is_digits = out->is_digits && c >= '0' && c <= '9';
        out->is_letters = out->is_letters && c >= 'a' && c <= 'z';
        out->is_ascii = out->is_ascii && (c & 0x80) == 0;
    }
    bool keyed = out->is_digits || out->is_letters;
    for (size_t i = 0; i < out->size && keyed; i++) {
        char key = out->is_letters ? pinyin_key(out->text[i]) : out->text[i];

        keyed = key >= '2';
        out->keys[i] = key;
    }
    if (!keyed)
        out->keys[0] = '\0';
}

/* The terms that spell the query from its from-th key on, behind a begin mark or not. */
static struct book_range spelled(const struct book_query *q, enum book_class class, bool begin,
                                 size_t from)
{
    struct spelling s = spelling_of(class), all;
    struct book_range range = {0, 0, 0, 0};

    if (begin)
        spell(&s, KEY_BEGIN, 'a');
    for (size_t i = from; q->keys[i] != '\0'; i++)
        spell(&s, q->keys[i], q->is_letters ? q->text[i] : 'a');
    range.first = term(class, keys_token(&s));
    range.last = range.first | ((UINT64_C(1) << (BOOK_TOKEN_BITS - 4 * s.count)) - 1);
    if (q->is_letters) {
        all = s;
        all.letters = (UINT64_C(1) << 2 * (s.count < s.letters_max ? s.count : s.letters_max)) - 1;
        range.mask = letters_token(&all);
        range.same = letters_token(&s);
    }
    return range;
}

static void wanted_spelled(const struct book_query *q, enum book_class class, bool begin,
                           struct book_wanted *out)
{
    out->ranges[out->range_count++] = spelled(q, class, begin, 0);
    /* What a token has no room for says more: few names have so many initials, or sound so. */
    if (class == BOOK_CLASS_INITIALS && q->size + (begin ? 1 : 0) > INITIALS_MAX)
        out->ranges[out->range_count++] = spelled(q, class, false, q->size - INITIALS_MAX);
    else if (class != BOOK_CLASS_INITIALS && q->size > SPELLED_MAX)
        out->ranges[out->range_count++] = spelled(q, BOOK_CLASS_SPELLED_ON, false, SPELLED_MAX);
}

static bool can_have(const struct book_query *q, enum book_class class, enum book_place place)
{
    switch (class) {
    case BOOK_CLASS_ACCOUNT:
        return q->is_ascii && q->size < ACCOUNT_MAX && (place == BOOK_AT_END || q->size > 1);
    case BOOK_CLASS_METER:
        return q->size < BOOK_METER_MAX && q->characters > 1;
    case BOOK_CLASS_PHONE:
        return q->size < BOOK_PHONE_MAX && q->characters > 1;
    case BOOK_CLASS_INITIALS:
    case BOOK_CLASS_SYLLABLES:
    case BOOK_CLASS_INNER_SYLLABLES:
        return q->keys[0] != '\0' && q->size > 1;
    default:
        return q->size > 0;
    }
}

bool book_terms_wanted(const struct book_query *q, enum book_class class, enum book_place place,
                       struct book_wanted *wanted_out)
{
    uint32_t codes[BOOK_FOLDED_MAX + 2];
    size_t count = 0;

    wanted_out->exact_count = wanted_out->range_count = 0;
    if (!can_have(q, class, place))
        return false;
    if (class == BOOK_CLASS_SYLLABLES || class == BOOK_CLASS_INNER_SYLLABLES ||
        class == BOOK_CLASS_INITIALS) {
        wanted_spelled(q, class, class == BOOK_CLASS_INITIALS && place == BOOK_AT_BEGIN,
                       wanted_out);
        return true;
    }
    if (place == BOOK_AT_BEGIN)
        codes[count++] = MARK_BEGIN;
    count += decode(q->text, codes + count);
    if (place == BOOK_AT_END)
        codes[count++] = MARK_END;
    for (size_t i = 0; i < count && wanted_out->exact_count < BOOK_QUERY_CODES_MAX; i++) {
        struct token t = token_at(codes + i, count - i);

        if (t.weight >= TOKEN_WEIGHT)
            wanted_out->exact[wanted_out->exact_count++] = term(class, t.bits);
    }
    if (wanted_out->exact_count == 0) {
        struct token whole = token_at(codes, count);
        uint64_t first = term(class, whole.bits);

        wanted_out->ranges[wanted_out->range_count++] = (struct book_range){
            .first = first, .last = first | ((UINT64_C(1) << (BOOK_TOKEN_BITS - whole.used)) - 1)};
    }
    return true;
}

/* Does the reading say the query's key or, in letters, its very letter? */
static bool says(const struct book_query *q, size_t at, char letter)
{
    return q->is_letters ? q->text[at] == letter : q->keys[at] == pinyin_key(letter);
}

static bool initials_fit(const struct book_query *q, const struct pinyin_unit *units, size_t count)
{
    if (count < q->size)
        return false;
    for (size_t i = 0; i < q->size; i++) {
        bool any = false;

        for (size_t r = 0; r < units[i].count && !any; r++)
            any = says(q, i, units[i].readings[r].text[0]);
        if (!any)
            return false;
    }
    return true;
}

/* How many characters of the reading fit the query from `at` on; less than both: it does not. */
static size_t fits(const struct book_query *q, size_t at, const struct pinyin_reading *r)
{
    size_t n = 0;

    while (n < r->size && at + n < q->size && says(q, at + n, r->text[n]))
        n++;
    return n;
}

/* reached: bit p = the units so far spell the query up to p. */
static bool syllables_fit(const struct book_query *q, const struct pinyin_unit *units, size_t count)
{
    uint64_t reached = 1;

    for (size_t u = 0; u < count && reached != 0; u++) {
        uint64_t next = 0;

        for (size_t at = 0; at < q->size; at++) {
            if ((reached >> at & 1) == 0)
                continue;
            for (size_t r = 0; r < units[u].count; r++) {
                size_t n = fits(q, at, &units[u].readings[r]);

                if (at + n == q->size)
                    return true;
                if (n == units[u].readings[r].size)
                    next |= UINT64_C(1) << (at + n);
            }
        }
        reached = next;
    }
    return false;
}

bool book_name_reads(const struct book_query *q, const char *name, enum book_class class,
                     enum book_place place)
{
    struct pinyin_unit units[PINYIN_UNITS_MAX];
    size_t count = pinyin_name(name, units);
    size_t starts = place == BOOK_AT_BEGIN && count > 0 ? 1 : count;

    assert(q->size <= 64);
    for (size_t first = 0; first < starts; first++) {
        bool fit = class == BOOK_CLASS_INITIALS ? initials_fit(q, units + first, count - first)
                                                : syllables_fit(q, units + first, count - first);
        if (fit)
            return true;
    }
    return false;
}
