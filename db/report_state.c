/*
 * What the report file keeps of itself: the last entry that was read, the fold as of it, and how
 * far lists have come (db/REPORT.md, Progress).
 */
#include <string.h>

#include "report_file.h"

enum { PROGRESS_FORM = 1, PROGRESS_MAX = 256 };

static void put_edition(struct buffer *b, const struct report_edition *e)
{
    buffer_put_varint(b, e->revision);
    buffer_put(b, e->hash, HASH_SIZE);
}

static struct report_edition take_edition(struct reader *r)
{
    struct report_edition e = {.revision = reader_varint(r, INT64_MAX)};
    struct span hash = reader_take(r, HASH_SIZE);

    if (hash.size == HASH_SIZE)
        memcpy(e.hash, hash.data, HASH_SIZE);
    return e;
}

static void put_progress(struct buffer *b, const struct report_progress *p)
{
    buffer_put_u8(b, PROGRESS_FORM);
    buffer_put_varint(b, p->bookless);
    buffer_put_varint(b, p->doubt_seq);
    buffer_put_varint(b, p->doubt_of);
    buffer_put_varint(b, p->doubt_copy);
    buffer_put_varint(b, p->known_seq);
    buffer_put_varint(b, p->gap_seq);
    buffer_put_zigzag(b, p->gap_id);
    buffer_put_zigzag(b, p->running_id);
    buffer_put_varint(b, p->acked_seq);
    put_edition(b, &p->standing);
    buffer_put_zigzag(b, p->as_of_s);
    buffer_put_u8(b, p->generation);
    buffer_put_u8(b, (uint8_t)p->scan);
    put_edition(b, &p->next);
    buffer_put_varint(b, p->scan_book);
    buffer_put_varint(b, p->scan_customer);
    buffer_put_varint(b, p->scan_seq);
}

static enum till_status take_progress(struct span packed, struct report_progress *p)
{
    struct reader r;

    memset(p, 0, sizeof *p);
    if (packed.size == 0)
        return TILL_OK;
    reader_init(&r, packed);
    if (reader_u8(&r) != PROGRESS_FORM)
        return TILL_UNSUPPORTED;
    p->bookless = reader_varint(&r, INT64_MAX);
    p->doubt_seq = reader_varint(&r, INT64_MAX);
    p->doubt_of = reader_varint(&r, INT64_MAX);
    p->doubt_copy = (uint32_t)reader_varint(&r, UINT32_MAX);
    p->known_seq = reader_varint(&r, INT64_MAX);
    p->gap_seq = reader_varint(&r, INT64_MAX);
    p->gap_id = reader_zigzag(&r, 0, INT64_MAX);
    p->running_id = reader_zigzag(&r, 0, INT64_MAX);
    p->acked_seq = reader_varint(&r, INT64_MAX);
    p->standing = take_edition(&r);
    p->as_of_s = reader_zigzag(&r, INT64_MIN, INT64_MAX);
    p->generation = reader_u8(&r);
    uint8_t scan = reader_u8(&r);
    p->scan = (enum report_scan)scan;
    p->next = take_edition(&r);
    p->scan_book = reader_varint(&r, INT64_MAX);
    p->scan_customer = reader_varint(&r, INT64_MAX);
    p->scan_seq = reader_varint(&r, INT64_MAX);
    bool whole = !r.failed && r.left.size == 0 && p->generation <= 1 && scan <= SCAN_JOURNAL;
    return whole ? TILL_OK : TILL_E_CORRUPT;
}

static enum till_status read_state(struct report *r, const struct sqlite_use *use)
{
    uint64_t seq = 0;
    struct span fold = sqlite_column_span(use, 2);
    enum till_status status = sqlite_column_unsigned(use, 0, &seq);

    if (status == TILL_OK)
        status = take_progress(sqlite_column_span(use, 3), &r->progress);
    if (status != TILL_OK || seq == 0)
        return status;
    status = sqlite_column_exact(use, 1, r->hash, HASH_SIZE);
    if (status == TILL_OK)
        status = fold_unpack(fold, &r->fold);
    return status == TILL_OK && r->fold.seq != seq ? TILL_E_CORRUPT : status;
}

enum till_status report_load(struct report *r)
{
    struct sqlite_use use = report_use(r, REPORT_STATE);
    enum till_status status = sqlite_next(&use);

    if (status == TILL_OK)
        status = read_state(r, &use);
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
}

enum till_status report_save(struct report *r)
{
    uint8_t fold_memory[FOLD_PACKED_MAX], progress_memory[PROGRESS_MAX];
    struct buffer fold, progress;

    buffer_init(&fold, fold_memory, sizeof fold_memory);
    buffer_init(&progress, progress_memory, sizeof progress_memory);
    put_progress(&progress, &r->progress);
    enum till_status status = fold_pack(&r->fold, &fold);
    if (status == TILL_OK)
        status = buffer_status(&progress);
    if (status != TILL_OK)
        return status;
    struct sqlite_use use = report_use(r, REPORT_PUT_STATE);
    sqlite_bind_unsigned(&use, r->fold.seq);
    sqlite_bind_bytes(&use, r->hash, r->fold.seq > 0 ? HASH_SIZE : 0);
    sqlite_bind_bytes(&use, fold.data, fold.size);
    sqlite_bind_bytes(&use, progress.data, progress.size);
    return sqlite_run(&use);
}
