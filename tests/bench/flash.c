/*
 * flash_bytes: what one receipt and the record of its print cost on flash: all bytes that SQLite
 * hands to the VFS's xWrite, database and WAL, those of checkpoints included.
 */
#include "stage.h"
#include "vfs.h"

enum { RECEIPTS = 400 };

/* What the prototype of this storage reached. */
#define PROTOTYPE_BYTES 5477.0

int main(int argc, char **argv)
{
    struct bench_place place;
    struct stage stage;
    struct flow_effect effect;
    struct entry entry;
    char dir[BENCH_PATH_MAX], text[JOURNAL_RECEIPT_TEXT_MAX];
    size_t size = 0, texts = 0, bodies = 0;
    bench_begin(argc, argv, &place);
    bench_folder(&place, "flash", dir);
    stage_make(dir, STAGE_TOWN, SIM_START_S);
    stage_open(&stage, &place, dir, false);
    stage_begin_shift(&stage);
    uint64_t before = vfs_bytes_written();
    for (uint32_t n = 0; n < RECEIPTS; n++) {
        struct flow_event event = {.type = EVENT_COMMITTED};
        stage_collection(&stage, n, &effect);
        ledger_commit(stage.app, &effect, &event, &entry);
        bench_need(event.status, "collection");
        bench_need(journal_receipt_text(stage.app->journal, entry.seq, text, sizeof text, &size),
                   "receipt text");
        texts += size;
        bodies += entry.body_size;
        stage_print_done(&stage, entry.seq);
    }
    /* The end of the day writes back what lies in the WAL: that is part of it. */
    stage_close(&stage);
    double bytes = (double)(vfs_bytes_written() - before) / RECEIPTS;
    bench_row("flash_bytes", bytes, "B", PROTOTYPE_BYTES);
    bench_say("%d receipts: a body is %zu bytes, the lines of a paper %zu", RECEIPTS,
              bodies / RECEIPTS, texts / RECEIPTS);
    return 0;
}
