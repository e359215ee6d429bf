/*
 * The sums of a shift, out of the journal: from the entry that opened it to the last one, with the
 * lines that stand on its receipts.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"

/* What one receipt's paper says; too large for a stack beside others. */
struct paper_room {
    struct entry entry;
    struct receipt receipt;
    char text[RECEIPT_PACKED_MAX];
};

/* The entry that opened this shift. */
static enum till_status find_opening(struct app *app, uint32_t shift, struct entry *out)
{
    struct body_shift_opened opened;
    for (uint64_t seq = journal_fold(app->journal)->seq; seq > 0; seq--) {
        enum till_status status = journal_read(app->journal, seq, out, NULL);
        if (status != TILL_OK)
            return status;
        if (out->kind == KIND_SHIFT_OPENED && entry_read_shift_opened(out, &opened) == TILL_OK &&
            opened.shift == shift)
            return TILL_OK;
    }
    return TILL_E_CHAIN;
}

/* Papers lie beside the chain: one that is lost or spoilt stops no close. Its bills are told
 * without type and month then. */
static enum till_status read_receipt(struct app *app, uint64_t seq, struct paper_room *room,
                                     struct shift_receipt *out)
{
    size_t size = 0;
    enum till_status status = journal_read(app->journal, seq, &room->entry, NULL);
    *out = (struct shift_receipt){.entry = &room->entry};
    if (status != TILL_OK)
        return status;
    status = journal_receipt_text(app->journal, seq, room->text, sizeof room->text, &size);
    if (status == TILL_OK)
        status = receipt_unpack((struct span){(const uint8_t *)room->text, size}, &room->receipt);
    if (status != TILL_OK) {
        log_warning("the paper of %llu can't be read: %s", (unsigned long long)seq,
                    status_text(status));
        return TILL_OK;
    }
    out->lines = room->receipt.items;
    out->count = room->receipt.item_count;
    return TILL_OK;
}

static enum till_status add(struct app *app, uint64_t seq, struct shift_sums *sums,
                            struct paper_room *room)
{
    struct entry entry;
    struct shift_receipt receipt;
    enum till_status status = journal_read(app->journal, seq, &entry, NULL);
    if (status != TILL_OK)
        return status;
    uint64_t needs = shift_sums_needs(sums, &entry);
    if (needs == 0)
        return shift_sums_add(sums, &entry, NULL);
    status = read_receipt(app, needs, room, &receipt);
    return status == TILL_OK ? shift_sums_add(sums, &entry, &receipt) : status;
}

enum till_status shift_work(struct app *app, const struct fold_user *owner, struct shift_sums *out)
{
    struct entry opened;
    struct paper_room *room = malloc(sizeof *room);
    enum till_status status = room ? find_opening(app, owner->shift, &opened) : TILL_E_MEMORY;
    if (status == TILL_OK)
        status = shift_sums_begin(out, owner->user, &opened);
    uint64_t last = journal_fold(app->journal)->seq;
    for (uint64_t seq = opened.seq + 1; status == TILL_OK && seq <= last; seq++)
        status = add(app, seq, out, room);
    free(room);
    return status;
}
