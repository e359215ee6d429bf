#include "bank.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "custody.h"
#include "ledger.h"
#include "office_role.h"
#include "period.h"
#include "text.h"
#include "when.h"

enum { SLIP_LEAST = 6 }; /* shorter ones stand in many texts */
static const char followed_key[] = "bank/followed";

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

/* ---- not these two --------------------------------------------------------------------------- */

/* Each deposit that was taken apart has the marks of the lines that it is not; the oldest gives way
 * to one too many. */
enum { MARK_DIGITS = 16, MARKS_SIZE = STORE_VALUE_MAX - 1 };

static void apart_key(const char *terminal, uint64_t seq, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "apart/%s/%" PRIu64, terminal, seq);
}

static enum till_status mark_of(const struct store_bank_line *line, char out[MARK_DIGITS + 2])
{
    char name[BANK_NAME_MAX + BANK_REFERENCE_MAX + 1], hex[2 * HASH_SIZE + 1];
    uint8_t hash[HASH_SIZE];
    int size = snprintf(name, sizeof(name), "%s\n%s", line->bank, line->reference);
    enum till_status status =
        crypto_sha256((struct span){(const uint8_t *)name, (size_t)size}, hash);
    hex_encode((struct span){hash, sizeof(hash)}, hex);
    (void)snprintf(out, MARK_DIGITS + 2, "%.*s ", MARK_DIGITS, hex);
    return status;
}

/* The marks of a deposit; "" = none. */
static enum till_status marks_of(struct store *s, const char *terminal, uint64_t seq,
                                 char out[STORE_VALUE_MAX])
{
    char key[STORE_KEY_MAX];
    apart_key(terminal, seq, key);
    enum till_status status = store_value_get(s, key, out, STORE_VALUE_MAX);
    if (status == TILL_NOT_FOUND) {
        out[0] = '\0';
        return TILL_OK;
    }
    return status;
}

static enum till_status put_apart(struct store *s, const struct store_bank_line *line)
{
    char marks[STORE_VALUE_MAX], mark[MARK_DIGITS + 2], key[STORE_KEY_MAX];
    enum till_status status = marks_of(s, line->terminal, line->seq, marks);
    if (status == TILL_OK) {
        status = mark_of(line, mark);
    }
    if (status != TILL_OK || strstr(marks, mark) != NULL) {
        return status;
    }
    size_t size = strlen(marks), more = strlen(mark);
    if (size + more > MARKS_SIZE) {
        memmove(marks, marks + more, size - more + 1);
        size -= more;
    }
    memcpy(marks + size, mark, more + 1);
    apart_key(line->terminal, line->seq, key);
    return store_value_put(s, key, marks);
}

/* Where it can't be read it is left to people. */
static bool is_apart(struct store *s, const struct store_custody *row,
                     const struct store_bank_line *line)
{
    char marks[STORE_VALUE_MAX], mark[MARK_DIGITS + 2];
    return marks_of(s, row->terminal, row->seq, marks) != TILL_OK ||
           mark_of(line, mark) != TILL_OK || strstr(marks, mark) != NULL;
}

/* ---- what is open, in memory ----------------------------------------------------------------- */

struct open_deposit {
    struct store_custody row;
    int32_t date;
    int64_t cheques_minor; /* that the bank has not credited */
    bool gone;             /* its cash is at the bank */
    bool apart;            /* of some line: a person said so */
};
struct open_line {
    struct store_bank_line line;
    bool gone;
};
struct matching {
    struct store *store;
    int64_t now_s, posted_s;
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

/* Is its cash at the bank, and which cheques are not? */
static enum till_status stands(struct store *s, const struct store_custody *row, bool *gone_out,
                               int64_t *cheques_minor_out)
{
    struct store_bank_line line;
    struct ledger_slips slips;
    struct ledger_banked banked;
    enum till_status found = store_bank_of(s, row->terminal, row->seq, &line);
    *gone_out = found == TILL_OK;
    if (found != TILL_OK && found != TILL_NOT_FOUND) {
        return found;
    }
    enum till_status status = ledger_slips_of(s, row, &slips);
    if (status == TILL_OK) {
        status = ledger_banked_of(s, row, &banked);
    }
    int64_t returned_minor = 0;
    if (status == TILL_OK) {
        status = ledger_returned_of(s, row, &returned_minor);
    }
    if (status == TILL_OK) {
        *cheques_minor_out = slips.cheques_minor - banked.credited_minor - returned_minor;
        found = store_bank_cheques_of(s, row->terminal, row->seq, &line);
        /* They have a line: what it lacks no other line brings. */
        *cheques_minor_out = found == TILL_OK ? 0 : *cheques_minor_out;
        status = found == TILL_NOT_FOUND ? TILL_OK : found;
    }
    return status;
}

static enum till_status load_deposits(struct matching *m, const char *zone)
{
    struct store_custody row = {0};
    char marks[STORE_VALUE_MAX];
    enum till_status status = TILL_OK;
    while ((status = store_custody_open(m->store, row.terminal, row.seq, &row)) == TILL_OK) {
        if (!bank_is_deposit(&row)) {
            continue;
        }
        int64_t cheques_minor = 0;
        bool gone = false;
        status = stands(m->store, &row, &gone, &cheques_minor);
        if (status != TILL_OK) {
            return status;
        }
        if (gone && cheques_minor == 0) {
            continue;
        }
        void *more = grown(m->deposits, m->deposit_count, sizeof(*m->deposits), &status);
        if (more == NULL) {
            return status;
        }
        m->deposits = more;
        status = marks_of(m->store, row.terminal, row.seq, marks);
        if (status != TILL_OK) {
            return status;
        }
        m->deposits[m->deposit_count++] = (struct open_deposit){.row = row,
                                                                .date = when_date(zone, row.at_s),
                                                                .cheques_minor = cheques_minor,
                                                                .gone = gone,
                                                                .apart = marks[0] != '\0'};
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

/* A line found its deposit, or lost it: the ledger follows, and what waits is marked. posted_s: of
 * the open period. */
static enum till_status put_line(struct store *s, const struct store_bank_line *line,
                                 const char *terminal, uint64_t seq, int64_t posted_s)
{
    struct store_custody row;
    const struct ledger_context ledger = {
        .store = s, .terminal = "", .user = LEDGER_NOBODY, .now_s = posted_s};
    enum till_status status = store_bank_put(s, line);
    if (status == TILL_OK) {
        status = store_custody_get(s, terminal, seq, &row);
    }
    if (status == TILL_OK) {
        status = ledger_follow_bank(&ledger, &row);
    }
    return status == TILL_OK ? custody_mark(s, terminal, seq) : status;
}

bool bank_is_followed(struct store *s)
{
    return store_value_number(s, followed_key) > 0;
}

/* What was matched before the ledger followed: once. */
static enum till_status follow_all(struct store *s, int64_t posted_s)
{
    struct store_bank_line line = {0};
    enum till_status status = TILL_OK;
    if (bank_is_followed(s)) {
        return TILL_OK;
    }
    while ((status = store_bank_next(s, line.bank, line.reference, &line)) == TILL_OK) {
        if (line.match != BANK_OPEN) {
            status = put_line(s, &line, line.terminal, line.seq, posted_s);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? store_value_raise(s, followed_key) : status;
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
    bool whole =
        d->cheques_minor > 0 && d->row.amount_minor + d->cheques_minor == l->line.amount_minor;
    bool amount = whole || d->row.amount_minor == l->line.amount_minor;
    bool slip = d->row.slip[0] != '\0' && strcmp(d->row.slip, l->line.slip) == 0;
    if (d->gone || l->gone || !same_bank(d, l)) {
        return false;
    }
    if (d->apart && is_apart(m->store, &d->row, &l->line)) {
        return false;
    }
    int32_t apart = when_days_between(d->date, l->line.date);
    bool both = d->row.slip[0] != '\0' && l->line.slip[0] != '\0';
    switch (way) {
    case BANK_EXACT:
        return slip && amount;
    case BANK_BY_SLIP: /* not a line of its cheques alone */
        return slip && (whole || d->cheques_minor == 0 || d->cheques_minor != l->line.amount_minor);
    case BANK_BY_TEXT:
        return amount && strlen(d->row.slip) >= SLIP_LEAST &&
               strstr(l->line.text, d->row.slip) != NULL;
    default:
        return amount && !both && apart >= -m->days && apart <= m->days;
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
    /* Cash and cheques of the same amount, each by a line with the slip's number. */
    bool twins = way == BANK_EXACT && d->cheques_minor == d->row.amount_minor;
    size_t others = 0;
    for (size_t i = 0; i < m->line_count; i++) {
        others += &m->lines[i] != l && fits(m, d, &m->lines[i], way) ? 1 : 0;
    }
    return others == 0 || (twins && others == 1);
}

static enum till_status join(struct matching *m, struct open_line *l, struct open_deposit *d,
                             enum bank_match way)
{
    l->line.match = way;
    text_copy(l->line.terminal, sizeof(l->line.terminal), d->row.terminal);
    l->line.seq = d->row.seq;
    l->line.matched_at_s = m->now_s;
    l->line.cheques = d->gone;
    int64_t more_minor = l->line.amount_minor - (d->gone ? 0 : d->row.amount_minor);
    more_minor = more_minor < d->cheques_minor ? more_minor : d->cheques_minor;
    d->cheques_minor -= more_minor > 0 ? more_minor : 0;
    d->cheques_minor = d->gone ? 0 : d->cheques_minor; /* by one line, whatever it lacks */
    l->gone = d->gone = true;
    m->outcome->matched[way]++;
    return put_line(m->store, &l->line, d->row.terminal, d->row.seq, m->posted_s);
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

/* Cheques that the bank credited by themselves: the slip's number and what is left of them. Their
 * cash has its line, or none went with them. */
static enum till_status match_cheques(struct matching *m)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < m->line_count && status == TILL_OK; i++) {
        struct open_line *l = &m->lines[i];
        for (size_t k = 0; k < m->deposit_count && status == TILL_OK && !l->gone; k++) {
            struct open_deposit *d = &m->deposits[k];
            bool slip = d->row.slip[0] != '\0' && strcmp(d->row.slip, l->line.slip) == 0;
            bool fit = d->gone && d->cheques_minor > 0 && slip && same_bank(d, l) &&
                       d->cheques_minor == l->line.amount_minor &&
                       !(d->apart && is_apart(m->store, &d->row, &l->line));
            status = fit ? join(m, l, d, BANK_EXACT) : TILL_OK;
        }
    }
    return status;
}

static enum till_status count_left(const struct matching *m)
{
    struct custody_view view = {.row = {.seq = 0}};
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < m->line_count; i++) {
        m->outcome->open_lines += m->lines[i].gone ? 0 : 1;
    }
    for (size_t i = 0; i < m->deposit_count; i++) {
        m->outcome->open_deposits += m->deposits[i].gone ? 0 : 1;
    }
    while ((status = custody_step(m->store, CUSTODY_VARIANCES, CUSTODY_WAITING, &view)) ==
           TILL_OK) {
        bool differs =
            view.line.reference[0] != '\0' && view.line.amount_minor != view.row.amount_minor;
        m->outcome->open_differences += differs && view.open_minor != 0 ? 1 : 0;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
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
    status = period_posting_time(s, now_s, &m.posted_s);
    if (status == TILL_OK) {
        status = follow_all(s, m.posted_s);
    }
    if (status == TILL_OK) {
        status = ledger_follow_slips(s, m.posted_s);
        status = status == TILL_UNCHANGED ? TILL_OK : status;
    }
    if (status == TILL_OK) {
        status = load_deposits(&m, zone);
    }
    if (status == TILL_OK) {
        status = load_lines(&m);
    }
    for (int way = BANK_EXACT; way <= BANK_BY_AMOUNT && status == TILL_OK; way++) {
        status = match_way(&m, (enum bank_match)way);
    }
    if (status == TILL_OK) {
        status = match_cheques(&m);
    }
    if (status == TILL_OK) {
        status = count_left(&m);
    }
    free(m.deposits);
    free(m.lines);
    return store_finish(s, status);
}

enum till_status bank_open_minor(struct store *s, const struct store_bank_line *line,
                                 int64_t *open_minor_out, char owner_out[USER_MAX])
{
    struct store_custody row;
    *open_minor_out = 0;
    owner_out[0] = '\0';
    if (line->match == BANK_OPEN) {
        return TILL_OK;
    }
    enum till_status status = store_custody_get(s, line->terminal, line->seq, &row);
    if (status != TILL_OK) {
        return status;
    }
    text_copy(owner_out, USER_MAX, row.user);
    return line->amount_minor == row.amount_minor ? TILL_OK
                                                  : custody_open_minor(s, &row, open_minor_out);
}

/* ---- by hand --------------------------------------------------------------------------------- */

static enum till_status refuse(char reason_out[STORE_REASON_MAX], const char *reason)
{
    text_copy(reason_out, STORE_REASON_MAX, reason);
    return TILL_REFUSED;
}

static enum till_status put_joined(struct store *s, struct store_bank_line *line,
                                   const char *terminal, uint64_t seq, const char *by,
                                   int64_t now_s, char reason_out[STORE_REASON_MAX])
{
    struct store_bank_line other;
    struct store_custody row;
    int64_t posted_s = 0;
    enum till_status status = store_custody_get(s, terminal, seq, &row);
    if (status == TILL_OK && !bank_is_deposit(&row)) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK && line->match != BANK_OPEN) {
        bool same = strcmp(line->terminal, terminal) == 0 && line->seq == seq;
        return same ? TILL_UNCHANGED
                    : refuse(reason_out, N_("that line is matched to another deposit"));
    }
    if (status == TILL_OK && line->amount_minor < 0) {
        return refuse(reason_out, N_("that line is money that went out"));
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_bank_of(s, terminal, seq, &other);
    if (status == TILL_OK) { /* then it can be the line of what is left of its cheques */
        int64_t cheques_minor = 0;
        status = stands(s, &row, &line->cheques, &cheques_minor);
        if (status == TILL_OK && cheques_minor == 0) {
            return refuse(reason_out, N_("that deposit is matched to another line"));
        }
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    line->match = BANK_BY_HAND;
    text_copy(line->terminal, sizeof(line->terminal), terminal);
    line->seq = seq;
    text_copy(line->matched_by, sizeof(line->matched_by), by);
    line->matched_at_s = now_s;
    status = period_posting_time(s, now_s, &posted_s);
    return status == TILL_OK ? put_line(s, line, terminal, seq, posted_s) : status;
}

enum till_status bank_join(struct store *s, const char *bank, const char *reference,
                           const char *terminal, uint64_t seq, const char *by, int64_t now_s,
                           char reason_out[STORE_REASON_MAX])
{
    struct store_bank_line line;
    reason_out[0] = '\0';
    if (!user_is_valid(by)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_bank_get(s, bank, reference, &line);
    if (status == TILL_OK) {
        status = office_role_check(s, by, true, reason_out);
    }
    if (status == TILL_OK) {
        status = put_joined(s, &line, terminal, seq, by, now_s, reason_out);
    }
    return store_finish(s, status);
}

static enum till_status put_parted(struct store *s, const struct store_bank_line *line,
                                   int64_t now_s)
{
    struct store_bank_line parted = *line;
    int64_t posted_s = 0;
    parted.match = BANK_OPEN;
    parted.terminal[0] = parted.matched_by[0] = '\0';
    parted.seq = 0;
    parted.cheques = false;
    parted.matched_at_s = 0;
    enum till_status status = put_apart(s, line);
    if (status == TILL_OK) {
        status = period_posting_time(s, now_s, &posted_s);
    }
    return status == TILL_OK ? put_line(s, &parted, line->terminal, line->seq, posted_s) : status;
}

enum till_status bank_part(struct store *s, const char *bank, const char *reference, const char *by,
                           int64_t now_s, char reason_out[STORE_REASON_MAX])
{
    struct store_bank_line line;
    reason_out[0] = '\0';
    if (by != NULL && !user_is_valid(by)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_bank_get(s, bank, reference, &line);
    if (status == TILL_OK) {
        status = office_role_check(s, by, false, reason_out);
    }
    if (status == TILL_OK && line.match == BANK_OPEN) {
        status = TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        status = put_parted(s, &line, now_s);
    }
    return store_finish(s, status);
}
