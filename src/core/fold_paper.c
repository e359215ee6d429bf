#include "fold_inside.h"

/* Which paper is open, which is uncertain, which originals wait. */

/* Committing an entry with a paper begins its copy 0; what was before is history now. */
static void begin_paper(struct fold *f, uint64_t seq, uint32_t copy)
{
    f->paper_seq = seq;
    f->paper_copy = copy;
    f->paper_uncertain = false;
}

static void end_basket(struct fold *f)
{
    f->basket = 0;
    f->basket_next = 0;
    f->basket_last = 0;
}

/* A new original. Those of an earlier basket that still wait become duplicates, if anything. */
void fold_begin_original(struct fold *f, uint64_t seq)
{
    end_basket(f);
    begin_paper(f, seq, 0);
    f->last_receipt_seq = seq;
    f->last_receipt_copies = 0;
}

/* The originals of a basket wait for the first one's paper to end. */
enum till_status fold_begin_in_basket(struct fold *f, uint64_t seq, uint64_t basket)
{
    if (basket == 0 || basket == seq) {
        fold_begin_original(f, seq);
        if (basket != 0) {
            f->basket = basket;
            f->basket_last = seq;
        }
        return TILL_OK;
    }
    if (basket != f->basket || seq != f->basket_last + 1) {
        return TILL_E_PROTOCOL;
    }
    if (f->basket_next == 0) {
        f->basket_next = seq;
    }
    f->basket_last = seq;
    f->last_receipt_seq = seq;
    f->last_receipt_copies = 0;
    return TILL_OK;
}

enum till_status fold_apply_duplicate(struct fold *f, const struct entry *e)
{
    struct body_print b;
    enum till_status status = entry_read_print(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    /* A number that is no receipt's can't be told here: db/ looks before it writes one. */
    if (b.seq > f->last_receipt_seq) {
        return TILL_E_PROTOCOL;
    }
    if (b.seq == f->last_receipt_seq) {
        if (b.copy != f->last_receipt_copies + 1) {
            return TILL_E_PROTOCOL;
        }
        f->last_receipt_copies = b.copy;
    }
    /* Of one whose original has not begun: then no original follows any more. */
    if (f->basket_next != 0 && b.seq >= f->basket_next) {
        end_basket(f);
    }
    begin_paper(f, b.seq, b.copy);
    return TILL_OK;
}

/* A paper ended well: where originals wait, the next begins by this very entry. */
static void begin_next(struct fold *f)
{
    uint64_t next = f->basket_next;
    begin_paper(f, next, 0);
    if (next == 0) {
        end_basket(f);
    } else {
        f->basket_next = next < f->basket_last ? next + 1 : 0;
    }
}

/* The end of a paper: of the one that is open, or of one that a later receipt has superseded. */
enum till_status fold_apply_print_end(struct fold *f, const struct entry *e)
{
    struct body_print b;
    enum till_status status = entry_read_print(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    if (b.seq != f->paper_seq || b.copy != f->paper_copy) {
        bool superseded = b.seq < f->paper_seq || (b.seq == f->paper_seq && b.copy < f->paper_copy);
        return superseded ? TILL_OK : TILL_E_PROTOCOL;
    }
    if (kind_base(e->kind) == KIND_PRINT_UNCERTAIN) {
        f->paper_uncertain = true;
    } else {
        begin_next(f);
    }
    return TILL_OK;
}
