#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "book_file.h"
#include "book_term.h"

/*
 * What is looked through, kind by kind, the best first. The rarest terms say which rows may fit;
 * each of those is then looked at. To look at a row takes as long as to read some hundred of a
 * list: where few rows are left, another term is not worth its own. A range has about as many.
 */
enum { TERMS_MOST = 6, FEW_ROWS = 48, ROWS_A_LOOK = 400, ROWS_OF_RANGE = 100000 };
enum { SHOWN_MAX = BOOK_FOUND_MAX };

static const struct stream {
    enum book_match match;
    enum book_class class;
    enum book_place place;
} streams[] = {
    {BOOK_MATCH_ACCOUNT, BOOK_CLASS_ACCOUNT, BOOK_AT_END},
    {BOOK_MATCH_ACCOUNT, BOOK_CLASS_ACCOUNT, BOOK_ANYWHERE},
    {BOOK_MATCH_METER, BOOK_CLASS_METER, BOOK_ANYWHERE},
    {BOOK_MATCH_PHONE, BOOK_CLASS_PHONE, BOOK_ANYWHERE},
    {BOOK_MATCH_NAME, BOOK_CLASS_NAME, BOOK_AT_BEGIN},
    {BOOK_MATCH_NAME, BOOK_CLASS_NAME, BOOK_ANYWHERE},
    {BOOK_MATCH_PINYIN, BOOK_CLASS_INITIALS, BOOK_AT_BEGIN},
    {BOOK_MATCH_PINYIN, BOOK_CLASS_SYLLABLES, BOOK_AT_BEGIN},
    {BOOK_MATCH_PINYIN, BOOK_CLASS_INITIALS, BOOK_ANYWHERE},
    {BOOK_MATCH_PINYIN, BOOK_CLASS_INNER_SYLLABLES, BOOK_ANYWHERE},
    {BOOK_MATCH_ADDRESS, BOOK_CLASS_ADDRESS, BOOK_ANYWHERE},
};
enum { STREAMS = sizeof(streams) / sizeof(streams[0]) };

struct search {
    struct book *book;
    struct book_query query;
    unsigned kinds;
    int64_t whole; /* the row whose account the query is; 0 = none */
    struct {
        int64_t row;
        enum book_match match;
    } shown[SHOWN_MAX];
    size_t count;
};

/* ---- which rows may fit ---------------------------------------------------------------------- */

struct rare {
    uint64_t term;
    uint64_t count;
};

/* The rarest of the wanted terms, the rarest first; 0 in *count_out: a term is nowhere. */
static enum till_status rarest(const struct book_volume *v, const struct book_wanted *wanted,
                               struct rare rare[TERMS_MOST], size_t *count_out)
{
    size_t kept = 0;

    *count_out = 0;
    for (size_t i = 0; i < wanted->exact_count; i++) {
        struct rare one = {.term = wanted->exact[i]};
        enum till_status st = book_posting_count(&v->postings, one.term, &one.count);

        if (st != TILL_OK || one.count == 0)
            return st;
        size_t at = kept < TERMS_MOST ? kept++ : TERMS_MOST;
        for (; at > 0 && rare[at - 1].count > one.count; at--)
            if (at < TERMS_MOST)
                rare[at] = rare[at - 1];
        if (at < TERMS_MOST)
            rare[at] = one;
    }
    *count_out = kept;
    return TILL_OK;
}

static enum till_status mark(const struct book_volume *v, const struct book_range *range, size_t at)
{
    memset(v->bits[at], 0, book_bits_size(v->rows));
    return book_posting_bits(&v->postings, range, v->bits[at], v->rows);
}

static size_t rows_left(const struct book_volume *v)
{
    size_t count = 0;

    for (size_t word = 0; word <= (size_t)v->rows / 64; word++)
        count += (size_t)__builtin_popcountll(v->bits[0][word]);
    return count;
}

/* What bits[0] has is to have a term of the range as well. */
static enum till_status narrow(const struct book_volume *v, const struct book_range *range)
{
    enum till_status st = mark(v, range, 1);

    for (size_t word = 0; word <= (size_t)v->rows / 64; word++)
        v->bits[0][word] &= v->bits[1][word];
    return st;
}

/* Into v->bits[0]. *any_out false: none. */
static enum till_status candidates(const struct book_volume *v, const struct book_wanted *wanted,
                                   bool *any_out)
{
    struct book_range ranges[TERMS_MOST];
    struct rare rare[TERMS_MOST];
    size_t count = wanted->range_count;
    enum till_status st = TILL_OK;

    memcpy(ranges, wanted->ranges, sizeof(wanted->ranges));
    for (size_t i = 0; i < count; i++)
        rare[i].count = ROWS_OF_RANGE;
    if (wanted->exact_count > 0) {
        st = rarest(v, wanted, rare, &count);
        for (size_t i = 0; i < count; i++)
            ranges[i] = (struct book_range){.first = rare[i].term, .last = rare[i].term};
    }
    *any_out = st == TILL_OK && count > 0;
    if (!*any_out)
        return st;
    st = mark(v, &ranges[0], 0);
    for (size_t i = 1; i < count && st == TILL_OK; i++) {
        size_t left = rows_left(v);

        if (left <= FEW_ROWS || left < rare[i].count / ROWS_A_LOOK)
            break;
        st = narrow(v, &ranges[i]);
    }
    return st;
}

/* ---- does it fit ----------------------------------------------------------------------------- */

/* The column of book_texts that a class is about. */
static int column_of(enum book_class class)
{
    switch (class) {
    case BOOK_CLASS_ACCOUNT:
        return 0;
    case BOOK_CLASS_ADDRESS:
        return 2;
    case BOOK_CLASS_METER:
        return 3;
    case BOOK_CLASS_PHONE:
        return 4;
    default:
        return 1;
    }
}

static bool fits(const struct book_query *q, const struct stream *s, const char *text)
{
    char plain[BOOK_FOLDED_MAX];
    size_t size = book_fold(text, plain);

    if (s->match == BOOK_MATCH_PINYIN)
        return book_name_reads(q, plain, s->class, s->place);
    if (size < q->size)
        return false;
    switch (s->place) {
    case BOOK_AT_BEGIN:
        return memcmp(plain, q->text, q->size) == 0;
    case BOOK_AT_END:
        return memcmp(plain + size - q->size, q->text, q->size) == 0;
    default:
        return strstr(plain, q->text) != NULL;
    }
}

static enum till_status row_fits(const struct search *search, const struct book_volume *v,
                                 const struct stream *s, int64_t row, bool *fits_out)
{
    struct sqlite_use use = sqlite_begin(v->statements[BOOK_TEXTS]);
    char text[BOOK_ADDRESS_MAX];
    enum till_status st;

    sqlite_bind_integer(&use, row);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, column_of(s->class), text, sizeof(text));
    if (st == TILL_OK && !book_text_is_clean(text, sizeof(text)))
        st = TILL_E_CORRUPT;
    if (st == TILL_OK)
        *fits_out = fits(&search->query, s, text);
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
}

/* ---- going through --------------------------------------------------------------------------- */

static bool is_shown(const struct search *search, int64_t row)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->shown[i].row == row)
            return true;
    return false;
}

static void show(struct search *search, int64_t row, enum book_match match)
{
    assert(search->count < SHOWN_MAX);
    search->shown[search->count].row = row;
    search->shown[search->count++].match = match;
}

/* Rows of one file that fit and are not shown yet, until `until` are. */
static enum till_status go_through(struct search *search, struct book_volume *v,
                                   const struct stream *s, size_t until)
{
    int64_t offset = v == &search->book->delta ? BOOK_DELTA_ROWS : 0;
    const uint64_t *gone = offset == 0 ? search->book->gone : NULL;
    struct book_wanted wanted;
    enum till_status st;
    bool any = false;

    if (v->db == NULL || !book_terms_wanted(&search->query, s->class, s->place, &wanted))
        return TILL_OK;
    st = candidates(v, &wanted, &any);
    for (int64_t word = 0; any && st == TILL_OK && word <= v->rows / 64; word++) {
        uint64_t left = v->bits[0][word] & ~(gone != NULL ? gone[word] : 0);

        for (; left != 0 && st == TILL_OK && search->count < until; left &= left - 1) {
            int64_t row = word * 64 + __builtin_ctzll(left);
            bool fit = false;

            if (is_shown(search, offset + row))
                continue;
            st = row_fits(search, v, s, row, &fit);
            if (st == TILL_OK && fit)
                show(search, offset + row, s->match);
        }
        if (search->count >= until)
            break;
    }
    return st;
}

/* Whether the kind may have more than was shown: it filled up. */
static enum till_status go_through_kind(struct search *search, enum book_match match, size_t until,
                                        bool *more_out)
{
    enum till_status st = TILL_OK;

    if (match == BOOK_MATCH_ACCOUNT && search->whole != 0 && !is_shown(search, search->whole))
        show(search, search->whole, match);
    for (size_t i = 0; i < STREAMS && st == TILL_OK && search->count < until; i++) {
        if (streams[i].match != match)
            continue;
        st = go_through(search, &search->book->base, &streams[i], until);
        if (st == TILL_OK && search->count < until)
            st = go_through(search, &search->book->delta, &streams[i], until);
    }
    *more_out = search->count >= until;
    return st;
}

/* The share of each kind first, then what is left of each. */
static enum till_status look(struct search *search, size_t wanted)
{
    bool more[BOOK_MATCH_KINDS] = {false};
    enum till_status st = TILL_OK;

    for (int kind = BOOK_MATCH_ACCOUNT; kind < BOOK_MATCH_KINDS && st == TILL_OK; kind++) {
        size_t until = search->count + BOOK_MATCH_SHARE;

        if (until > wanted)
            until = wanted;
        if ((search->kinds >> kind & 1) != 0 && search->count < wanted)
            st = go_through_kind(search, (enum book_match)kind, until, &more[kind]);
    }
    for (int kind = BOOK_MATCH_ACCOUNT; kind < BOOK_MATCH_KINDS && st == TILL_OK; kind++)
        if (more[kind] && search->count < wanted)
            st = go_through_kind(search, (enum book_match)kind, wanted, &more[kind]);
    return st;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* Accounts bear capitals. False: the query can't be one. */
static bool as_account(const struct book_query *q, char out[ACCOUNT_MAX])
{
    if (q->size == 0 || q->size >= ACCOUNT_MAX)
        return false;
    for (size_t i = 0; i <= q->size; i++) {
        char c = q->text[i];

        out[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return account_is_valid(out);
}

static enum till_status read_shown(struct search *search, size_t offset, struct book_line *lines,
                                   size_t capacity, size_t *count_out)
{
    enum till_status st = TILL_OK;

    for (size_t i = offset; i < search->count && *count_out < capacity && st == TILL_OK; i++) {
        st = book_read_line(search->book, search->shown[i].row, &lines[*count_out], NULL);
        if (st == TILL_OK)
            lines[(*count_out)++].match = search->shown[i].match;
    }
    return st;
}

/* TILL_NOT_FOUND: the query is no whole account that can be answered alone. */
static enum till_status find_alone(struct search *search, const char *account, size_t offset,
                                   struct book_line *line_out, size_t *count_out)
{
    if (search->query.size < search->book->longest_account)
        return TILL_NOT_FOUND;
    enum till_status st = book_line_of_account(search->book, account, line_out, NULL);
    if (st == TILL_OK)
        line_out->match = BOOK_MATCH_ACCOUNT;
    *count_out = st == TILL_OK && offset == 0 ? 1 : 0;
    return st;
}

enum till_status book_find_kinds(struct book *b, const char *query, unsigned kinds, size_t offset,
                                 struct book_line *lines_out, size_t capacity, size_t *count_out)
{
    struct search search = {.book = b, .kinds = kinds != 0 ? kinds : ~0u};
    size_t wanted = BOOK_FOUND_MAX;
    char account[ACCOUNT_MAX];
    enum till_status st = TILL_NOT_FOUND;

    *count_out = 0;
    if (query[0] == '\0' || !book_text_is_clean(query, BOOK_QUERY_MAX + 1))
        return TILL_BAD_INPUT;
    book_query_of(query, &search.query);
    if (capacity == 0 || offset >= BOOK_FOUND_MAX || search.query.size == 0)
        return TILL_OK;
    if (capacity < wanted - offset)
        wanted = offset + capacity;
    if ((search.kinds >> BOOK_MATCH_ACCOUNT & 1) != 0 && as_account(&search.query, account)) {
        st = find_alone(&search, account, offset, lines_out, count_out);
        if (st != TILL_NOT_FOUND)
            return st;
        st = book_row_of_account(b, account, &search.whole);
    }
    if (st == TILL_OK || st == TILL_NOT_FOUND)
        st = look(&search, wanted);
    return st == TILL_OK ? read_shown(&search, offset, lines_out, capacity, count_out) : st;
}

enum till_status book_find(struct book *b, const char *query, size_t offset,
                           struct book_line *lines_out, size_t capacity, size_t *count_out)
{
    return book_find_kinds(b, query, 0, offset, lines_out, capacity, count_out);
}
