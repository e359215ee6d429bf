#include "bank.h"

#include <stdlib.h>
#include <string.h>

#include "custody.h"
#include "text.h"
#include "when.h"

enum { SLIP_LEAST = 6 }; /* shorter ones stand in many texts */

bool bank_is_deposit(const struct store_custody *row)
{
    return row->kind == KIND_DEPOSIT || (row->kind == KIND_CASH_DROP && row->other[0] == '\0');
}

const char *bank_match_text(enum bank_match match)
{
    static const char *const texts[] = {N_("open"),
                                        N_("slip and amount"),
                                        N_("slip, another amount"),
                                        N_("slip in the text"),
                                        N_("amount and day"),
                                        N_("by hand")};
    return texts[match];
}

/* ---- what is open, in memory ----------------------------------------------------------------- */

struct open_deposit {
    struct store_custody row;
    int32_t date;
    bool gone;
};
struct open_line {
    struct store_bank_line line;
    bool gone;
};
struct matching {
    struct store *store;
    int64_t now_s;
    int32_t days;
    struct open_deposit *deposits;
    struct open_line *lines;
    size_t deposit_count, line_count;
    struct bank_outcome *outcome;
};

/* Room for one more of that size; NULL: no memory, or over the limit. */
static void *grown(void *list, size_t count, size_t size, enum till_status *status)
{
    if (count == BANK_OPEN_MAX) {
        *status = TILL_TOO_LARGE;
        return NULL;
    }
    /* Doubled at each power of two. */
    if ((count & (count - 1)) != 0) {
        return list;
    }
    void *more = realloc(list, (count == 0 ? 1 : 2 * count) * size);
    *status = more == NULL ? TILL_E_MEMORY : *status;
    return more;
}

static enum till_status load_deposits(struct matching *m, const char *zone)
{
    struct store_custody row = {0};
    struct store_bank_line line;
    enum till_status status = TILL_OK;
    while ((status = store_custody_open(m->store, row.terminal, row.seq, &row)) == TILL_OK) {
        if (!bank_is_deposit(&row)) {
            continue;
        }
        status = store_bank_of(m->store, row.terminal, row.seq, &line);
        if (status == TILL_OK) {
            continue;
        }
        if (status != TILL_NOT_FOUND) {
            return status;
        }
        status = TILL_OK;
        void *more = grown(m->deposits, m->deposit_count, sizeof(*m->deposits), &status);
        if (more == NULL) {
            return status;
        }
        m->deposits = more;
        m->deposits[m->deposit_count++] =
            (struct open_deposit){.row = row, .date = when_date(zone, row.at_s)};
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status load_lines(struct matching *m)
{
    struct store_bank_line line = {0};
    enum till_status status = TILL_OK;
    while ((status = store_bank_open(m->store, line.bank, line.reference, &line)) == TILL_OK) {
        if (line.amount_minor < 0) {
            continue;
        }
        void *more = grown(m->lines, m->line_count, sizeof(*m->lines), &status);
        if (more == NULL) {
            return status;
        }
        m->lines = more;
        m->lines[m->line_count++] = (struct open_line){.line = line};
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* A line found its deposit, or lost it. */
static enum till_status put_line(struct store *s, const struct store_bank_line *line,
                                 const char *terminal, uint64_t seq)
{
    enum till_status status = store_bank_put(s, line);
    return status == TILL_OK ? custody_mark(s, terminal, seq) : status;
}

/* ---- which is which -------------------------------------------------------------------------- */

/* A drop by slip does not say which bank. */
static bool same_bank(const struct open_deposit *d, const struct open_line *l)
{
    return d->row.bank[0] == '\0' || strcmp(d->row.bank, l->line.bank) == 0;
}

static bool fits(const struct matching *m, const struct open_deposit *d, const struct open_line *l,
                 enum bank_match way)
{
    bool amount = d->row.amount_minor == l->line.amount_minor;
    bool slip = d->row.slip[0] != '\0' && strcmp(d->row.slip, l->line.slip) == 0;
    if (d->gone || l->gone || !same_bank(d, l)) {
        return false;
    }
    int32_t apart = when_days_between(d->date, l->line.date);
    switch (way) {
    case BANK_EXACT:
        return slip && amount;
    case BANK_BY_SLIP:
        return slip;
    case BANK_BY_TEXT:
        return amount && strlen(d->row.slip) >= SLIP_LEAST &&
               strstr(l->line.text, d->row.slip) != NULL;
    default:
        return amount && apart >= -m->days && apart <= m->days;
    }
}

/* The one deposit that fits the line; NULL: none, or more than one. */
static struct open_deposit *only_deposit(const struct matching *m, const struct open_line *l,
                                         enum bank_match way)
{
    struct open_deposit *found = NULL;
    for (size_t i = 0; i < m->deposit_count; i++) {
        if (!fits(m, &m->deposits[i], l, way)) {
            continue;
        }
        if (found != NULL) {
            return NULL;
        }
        found = &m->deposits[i];
    }
    return found;
}

static bool is_only_line(const struct matching *m, const struct open_deposit *d,
                         const struct open_line *l, enum bank_match way)
{
    for (size_t i = 0; i < m->line_count; i++) {
        if (&m->lines[i] != l && fits(m, d, &m->lines[i], way)) {
            return false;
        }
    }
    return true;
}

static enum till_status join(struct matching *m, struct open_line *l, struct open_deposit *d,
                             enum bank_match way)
{
    l->line.match = way;
    text_copy(l->line.terminal, sizeof(l->line.terminal), d->row.terminal);
    l->line.seq = d->row.seq;
    l->line.matched_at_s = m->now_s;
    l->gone = d->gone = true;
    m->outcome->matched[way]++;
    return put_line(m->store, &l->line, d->row.terminal, d->row.seq);
}

static enum till_status match_way(struct matching *m, enum bank_match way)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < m->line_count && status == TILL_OK; i++) {
        struct open_line *l = &m->lines[i];
        struct open_deposit *d = l->gone ? NULL : only_deposit(m, l, way);
        if (d != NULL && is_only_line(m, d, l, way)) {
            status = join(m, l, d, way);
        }
    }
    return status;
}

static void count_left(const struct matching *m)
{
    for (size_t i = 0; i < m->line_count; i++) {
        m->outcome->open_lines += m->lines[i].gone ? 0 : 1;
    }
    for (size_t i = 0; i < m->deposit_count; i++) {
        m->outcome->open_deposits += m->deposits[i].gone ? 0 : 1;
    }
}

enum till_status bank_match(struct store *s, const char *zone, int32_t days, int64_t now_s,
                            struct bank_outcome *outcome_out)
{
    struct matching m = {.store = s, .now_s = now_s, .days = days, .outcome = outcome_out};
    *outcome_out = (struct bank_outcome){0};
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = load_deposits(&m, zone);
    if (status == TILL_OK) {
        status = load_lines(&m);
    }
    for (int way = BANK_EXACT; way <= BANK_BY_AMOUNT && status == TILL_OK; way++) {
        status = match_way(&m, (enum bank_match)way);
    }
    count_left(&m);
    free(m.deposits);
    free(m.lines);
    return store_finish(s, status);
}

/* ---- by hand --------------------------------------------------------------------------------- */

static enum till_status put_joined(struct store *s, struct store_bank_line *line,
                                   const char *terminal, uint64_t seq, const char *by,
                                   int64_t now_s)
{
    struct store_bank_line other;
    struct store_custody row;
    enum till_status status = store_custody_get(s, terminal, seq, &row);
    if (status == TILL_OK && !bank_is_deposit(&row)) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK && line->match != BANK_OPEN) {
        bool same = strcmp(line->terminal, terminal) == 0 && line->seq == seq;
        status = same ? TILL_UNCHANGED : TILL_REFUSED;
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_bank_of(s, terminal, seq, &other);
    if (status != TILL_NOT_FOUND) {
        return status == TILL_OK ? TILL_REFUSED : status;
    }
    line->match = BANK_BY_HAND;
    text_copy(line->terminal, sizeof(line->terminal), terminal);
    line->seq = seq;
    text_copy(line->matched_by, sizeof(line->matched_by), by);
    line->matched_at_s = now_s;
    return put_line(s, line, terminal, seq);
}

enum till_status bank_join(struct store *s, const char *bank, const char *reference,
                           const char *terminal, uint64_t seq, const char *by, int64_t now_s)
{
    struct store_bank_line line;
    if (!user_is_valid(by)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_bank_get(s, bank, reference, &line);
    if (status == TILL_OK) {
        status = put_joined(s, &line, terminal, seq, by, now_s);
    }
    return store_finish(s, status);
}

enum till_status bank_part(struct store *s, const char *bank, const char *reference)
{
    struct store_bank_line line;
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_bank_get(s, bank, reference, &line);
    if (status == TILL_OK && line.match == BANK_OPEN) {
        status = TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        struct store_bank_line parted = line;
        parted.match = BANK_OPEN;
        parted.terminal[0] = parted.matched_by[0] = '\0';
        parted.seq = 0;
        parted.matched_at_s = 0;
        status = put_line(s, &parted, line.terminal, line.seq);
    }
    return store_finish(s, status);
}
