/* Numbered paper at the office: in the states that the terminals' entries say. */
#include <inttypes.h>
#include <string.h>

#include "days_office.h"
#include "days_stock.h"
#include "stock.h"

struct paper_sums {
    uint64_t used, written, spoiled, voided, unused;
    int64_t face_minor;
};

static void add_up(const struct days_log *log, struct paper_sums sums[STOCK_TYPE_COUNT],
                   struct days_fault *f)
{
    struct days_stock stock;
    days_stock_make(&stock, log, f);
    for (size_t i = 0; i < stock.count; i++) {
        const struct days_number *n = &stock.list[i];
        struct paper_sums *s = &sums[n->number.type];
        s->used += n->state == DAYS_USED;
        s->written += n->state == DAYS_WRITTEN;
        s->spoiled += n->state == DAYS_SPOILED || n->state == DAYS_SKIPPED;
        s->voided += n->state == DAYS_VOIDED;
        /* What was given back lies blank in 4001's hands. */
        s->unused += n->state == DAYS_UNUSED || n->state == DAYS_RETURNED;
        s->face_minor += n->face_minor;
    }
    days_stock_free(&stock);
}

/* Nobody issued these ranges, some numbers were made up, and clocks were set: that is found, and
 * nothing else. */
static void look(void *context, const struct stock_problem *p)
{
    struct days_fault *f = context;
    if (p->what != (int)STOCK_WRONG_UNISSUED && p->what != (int)STOCK_ODD_NEVER_HAD &&
        p->what != (int)STOCK_ODD_DATE) {
        days_wrong(f, "the office says of %s %" PRIu64 " (type %d, record %" PRIu64 " of %s): %s",
                   p->series, p->first, p->type, p->seq, p->terminal, stock_wrong_text(p->what));
    }
}

void days_check_office_stock(const struct days_world *w, struct days_fault *f)
{
    struct paper_sums sums[STOCK_TYPE_COUNT] = {{.used = 0}};
    struct stock_verdict verdict;
    for (unsigned i = 0; i < w->script->terminals && days_right(f); i++) {
        add_up(&w->terminals[i].log, sums, f);
    }
    if (!days_right(f)) {
        return;
    }
    enum till_status status = stock_check(office.store, look, f, &verdict);
    for (int type = 1; type < STOCK_TYPE_COUNT && days_right(f); type++) {
        const struct stock_totals *t = &verdict.totals[type];
        const struct paper_sums *s = &sums[type];
        int64_t face_minor = t->sums.face_minor[STOCK_USED] + t->sums.face_minor[STOCK_WRITTEN];
        if (status != TILL_OK || t->sums.numbers[STOCK_USED] != s->used ||
            t->sums.numbers[STOCK_WRITTEN] != s->written ||
            t->sums.numbers[STOCK_SPOILED] != s->spoiled ||
            t->sums.numbers[STOCK_VOIDED] != s->voided || t->unused != s->unused ||
            face_minor != s->face_minor) {
            days_wrong(f,
                       "paper of type %d at the office: used %" PRIu64 " written %" PRIu64
                       " spoiled %" PRIu64 " voided %" PRIu64 " unused %" PRIu64 " face %" PRId64
                       ", by the entries %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
                       " %" PRId64 " (%s)",
                       type, t->sums.numbers[STOCK_USED], t->sums.numbers[STOCK_WRITTEN],
                       t->sums.numbers[STOCK_SPOILED], t->sums.numbers[STOCK_VOIDED], t->unused,
                       face_minor, s->used, s->written, s->spoiled, s->voided, s->unused,
                       s->face_minor, status_name(status));
        }
    }
}
