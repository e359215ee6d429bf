#include "stock.h"

#include <string.h>

#include "import.h"
#include "office_role.h"
#include "text.h"

/* ---- words ----------------------------------------------------------------------------------- */

static const char *const type_names[STOCK_TYPE_COUNT] = {
    [STOCK_RECEIPT] = "receipt", [STOCK_INVOICE] = "invoice", [STOCK_MANUAL] = "manual"};

int stock_type_named(const char *name)
{
    for (int i = 1; i < STOCK_TYPE_COUNT; i++) {
        if (strcmp(type_names[i], name) == 0) {
            return i;
        }
    }
    return 0;
}

const char *stock_type_name(int type)
{
    return type > 0 && type < STOCK_TYPE_COUNT ? type_names[type] : "?";
}

const char *stock_act_text(enum stock_act act)
{
    static const char *const names[] = {[STOCK_ISSUED] = N_("issued"),
                                        [STOCK_TRANSFERRED] = N_("transferred"),
                                        [STOCK_BROUGHT_BACK] = N_("brought back"),
                                        [STOCK_TAKEN_OVER] = N_("taken over"),
                                        [STOCK_GIVEN_ON] = N_("given on")};
    return names[act];
}

const char *stock_state_text(enum stock_state state)
{
    static const char *const names[] = {[STOCK_USED] = N_("used"),
                                        [STOCK_SPOILED] = N_("spoiled"),
                                        [STOCK_VOIDED] = N_("voided"),
                                        [STOCK_WRITTEN] = N_("written by hand")};
    return names[state];
}

/* ---- who and what ---------------------------------------------------------------------------- */

static enum till_status refuse(char reason_out[STORE_REASON_MAX], const char *reason)
{
    text_copy(reason_out, STORE_REASON_MAX, reason);
    return TILL_REFUSED;
}

static bool wanted_is_valid(const struct stock_wanted *w)
{
    return w->type > 0 && w->type < STOCK_TYPE_COUNT &&
           (w->series[0] == '\0' || terminal_is_valid(w->series)) && w->first > 0 &&
           w->first <= w->last && w->last - w->first < STOCK_RANGE_MAX;
}

static enum till_status check_people(struct store *s, const struct stock_wanted *w,
                                     char reason_out[STORE_REASON_MAX])
{
    struct store_terminal t;
    struct book_user u = {0};
    enum till_status status = office_role_check(s, w->by, false, reason_out);
    if (status == TILL_OK && w->to != NULL) {
        status = import_find_user(s, w->to, &u);
        explicit_bzero(&u, sizeof(u));
        if (status == TILL_NOT_FOUND) {
            return refuse(reason_out, N_("no user has that number"));
        }
    }
    if (status == TILL_OK && w->terminal != NULL) {
        status = store_terminal_get(s, w->terminal, &t);
        explicit_bzero(&t, sizeof(t));
    }
    return status;
}

/* A number that some record names is no blank paper any more. */
static enum till_status check_blank(struct store *s, const struct stock_wanted *w,
                                    char reason_out[STORE_REASON_MAX])
{
    struct stock_sums sums = {0};
    struct store_stock_number row;
    struct stock_number first = {.type = w->type, .number = w->first};
    text_copy(first.series, sizeof(first.series), w->series);
    enum till_status status = store_stock_number_of(s, &first, "", 0, &row);
    bool blank = status == TILL_NOT_FOUND;
    if (status == TILL_OK || status == TILL_NOT_FOUND) {
        status = store_stock_sums(s, w->type, w->series, w->first, w->last, &sums);
    }
    for (int i = 0; i < STOCK_STATES && status == TILL_OK; i++) {
        blank = blank && sums.numbers[i] == 0;
    }
    return status != TILL_OK || blank
               ? status
               : refuse(reason_out, N_("some of these numbers are not blank any more"));
}

/* ---- hands ----------------------------------------------------------------------------------- */

enum till_status stock_cut(struct store *s, const struct store_stock_range *range, uint64_t first,
                           uint64_t last)
{
    struct store_stock_range left = *range, right = *range;
    enum till_status status = store_stock_range_remove(s, range->type, range->series, range->first);
    if (status == TILL_OK && range->first < first) {
        left.last = first - 1;
        status = store_stock_range_put(s, &left);
    }
    if (status == TILL_OK && range->last > last) {
        right.first = last + 1;
        status = store_stock_range_put(s, &right);
    }
    return status;
}

static struct store_stock_move move_of(const struct stock_wanted *w, enum stock_act act,
                                       int64_t now_s)
{
    struct store_stock_move m = {
        .at_s = now_s, .act = act, .type = w->type, .first = w->first, .last = w->last};
    text_copy(m.series, sizeof(m.series), w->series);
    text_copy(m.taker, sizeof(m.taker), w->to == NULL ? "" : w->to);
    text_copy(m.terminal, sizeof(m.terminal), w->terminal == NULL ? "" : w->terminal);
    text_copy(m.by, sizeof(m.by), w->by == NULL ? "" : w->by);
    return m;
}

/* The step, and the range that it leaves in somebody's hands. */
static enum till_status put_step(struct store *s, struct store_stock_move *m)
{
    struct store_stock_range range = {
        .type = m->type, .first = m->first, .last = m->last, .since_s = m->at_s};
    enum till_status status = store_stock_move_put(s, m, &m->id);
    if (status != TILL_OK || m->taker[0] == '\0') {
        return status;
    }
    range.issue = (uint64_t)m->id;
    text_copy(range.series, sizeof(range.series), m->series);
    text_copy(range.holder, sizeof(range.holder), m->taker);
    text_copy(range.giver, sizeof(range.giver), m->giver);
    text_copy(range.terminal, sizeof(range.terminal), m->terminal);
    return store_stock_range_put(s, &range);
}

/* Each piece out of the hands that it is in. */
static enum till_status move_pieces(struct store *s, const struct store_stock_range *pieces,
                                    size_t count, struct store_stock_move *m)
{
    uint64_t first = m->first, last = m->last;
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        m->first = pieces[i].first > first ? pieces[i].first : first;
        m->last = pieces[i].last < last ? pieces[i].last : last;
        text_copy(m->giver, sizeof(m->giver), pieces[i].holder);
        status = stock_cut(s, &pieces[i], m->first, m->last);
        if (status == TILL_OK) {
            status = put_step(s, m);
        }
    }
    return status;
}

/* How many of first..last the pieces have. */
static uint64_t covered(const struct store_stock_range *pieces, size_t count, uint64_t first,
                        uint64_t last)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t from = pieces[i].first > first ? pieces[i].first : first;
        uint64_t to = pieces[i].last < last ? pieces[i].last : last;
        sum += to - from + 1;
    }
    return sum;
}

/* Within the transaction. */
static enum till_status act(struct store *s, const struct stock_wanted *w,
                            struct store_stock_move *m, char reason_out[STORE_REASON_MAX])
{
    struct store_stock_range pieces[STOCK_PIECES_MAX];
    size_t count = 0;
    enum till_status status = check_people(s, w, reason_out);
    if (status == TILL_OK) {
        status = store_stock_overlapping(s, w->type, w->series, w->first, w->last, pieces,
                                         STOCK_PIECES_MAX, &count);
    }
    if (status == TILL_OK && m->act == STOCK_ISSUED && count > 0) {
        return refuse(reason_out, N_("some of these numbers are in somebody's hands already"));
    }
    if (status == TILL_OK && m->act != STOCK_ISSUED &&
        covered(pieces, count, w->first, w->last) != w->last - w->first + 1) {
        return refuse(reason_out, N_("some of these numbers are in nobody's hands"));
    }
    if (status == TILL_OK) {
        status = check_blank(s, w, reason_out);
    }
    if (status == TILL_OK) {
        status = m->act == STOCK_ISSUED ? put_step(s, m) : move_pieces(s, pieces, count, m);
    }
    return status;
}

static enum till_status do_act(struct store *s, const struct stock_wanted *w, enum stock_act which,
                               int64_t now_s, struct store_stock_move *move_out,
                               char reason_out[STORE_REASON_MAX])
{
    reason_out[0] = '\0';
    *move_out = move_of(w, which, now_s);
    if (!wanted_is_valid(w)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, act(s, w, move_out, reason_out)) : status;
}

enum till_status stock_issue(struct store *s, const struct stock_wanted *w, int64_t now_s,
                             struct store_stock_move *move_out, char reason_out[STORE_REASON_MAX])
{
    return do_act(s, w, STOCK_ISSUED, now_s, move_out, reason_out);
}

enum till_status stock_transfer(struct store *s, const struct stock_wanted *w, int64_t now_s,
                                struct store_stock_move *move_out,
                                char reason_out[STORE_REASON_MAX])
{
    return do_act(s, w, STOCK_TRANSFERRED, now_s, move_out, reason_out);
}

enum till_status stock_return(struct store *s, const struct stock_wanted *w, int64_t now_s,
                              struct store_stock_move *move_out, char reason_out[STORE_REASON_MAX])
{
    return do_act(s, w, STOCK_BROUGHT_BACK, now_s, move_out, reason_out);
}
