/*
 * Long without the office: how long payments waited until the office was known to have them, as far
 * as the journal tells (db/REPORT.md, Gaps).
 */
#include "report_entry.h"

/* The first payment after that entry and before another; 0 = none. */
static enum till_status first_payment(struct journal *j, uint64_t after, uint64_t before,
                                      struct entry *out)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_PAYMENTS};
    enum till_status status;

    out->seq = after;
    do {
        status = journal_next_of(j, out->seq, kinds, out);
    } while (status == TILL_OK && out->seq < before && kind_is_training(out->kind));
    return status == TILL_OK && out->seq >= before ? TILL_NOT_FOUND : status;
}

/*
 * A Z says how many entries the office had not confirmed: so far it had heard, and of the first
 * payment after that it had not for so long. Each Z of one gap tells it anew, in the place of what
 * the one before told.
 */
enum till_status report_totals(struct report *r, const struct report_moment *m)
{
    struct body_shift_totals b;
    struct report_progress *p = &r->progress;
    struct entry first;
    enum till_status status = entry_read_shift_totals(m->e, &b);

    if (status != TILL_OK)
        return status;
    uint64_t before = m->e->seq - 1;
    uint64_t known = b.unsent < before ? before - b.unsent : 0;
    p->known_seq = known > p->known_seq ? known : p->known_seq;
    status = first_payment(m->from->journal, p->known_seq, m->e->seq, &first);
    if (status != TILL_OK || m->e->at_s - first.at_s < REPORT_OFFLINE_S)
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    if (p->gap_seq == first.seq)
        status = report_change(r, REPORT_DROP_EXCEPTION, p->gap_id, 0);
    p->gap_seq = first.seq;
    p->gap_id = report_note_id(m->e->seq, REPORT_OFFLINE);
    return status == TILL_OK ? report_note(r, m,
                                           &(struct report_note){.kind = REPORT_OFFLINE,
                                                                 .about = first.seq,
                                                                 .number = m->e->at_s - first.at_s})
                             : status;
}

/* The gap that lasts, by what is acknowledged now: it goes when that comes. */
enum till_status report_running_gap(struct report *r, const struct report_source *from)
{
    struct report_progress *p = &r->progress;
    uint64_t acked = journal_acknowledged(from->journal)->seq;
    struct entry first = {0}, last;
    struct report_moment m;
    enum till_status status = TILL_OK;

    if (p->running_id != 0)
        status = report_change(r, REPORT_DROP_EXCEPTION, p->running_id, 0);
    p->running_id = 0;
    p->acked_seq = acked;
    if (status == TILL_OK)
        status = first_payment(from->journal, acked > p->known_seq ? acked : p->known_seq,
                               r->fold.seq + 1, &first);
    if (status != TILL_OK || r->fold.at_s - first.at_s < REPORT_OFFLINE_S ||
        first.seq == p->gap_seq || p->gap_id == report_note_id(r->fold.seq, REPORT_OFFLINE))
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    status = journal_read(from->journal, r->fold.seq, &last, NULL);
    if (status == TILL_OK)
        status = report_moment_of(r, from, &last, &m);
    if (status != TILL_OK)
        return status;
    p->running_id = report_note_id(last.seq, REPORT_OFFLINE);
    return report_note(r, &m,
                       &(struct report_note){.kind = REPORT_OFFLINE,
                                             .about = first.seq,
                                             .number = last.at_s - first.at_s,
                                             .open = true});
}
