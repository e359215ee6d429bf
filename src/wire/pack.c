#include "book_text.h"

#include <stdlib.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "zstd_frame.h"

enum {
    WINDOW_LOG_READ_MAX = 23, /* 8 MiB: what a terminal must be able to spare while unpacking */
    WINDOW_LOG_WRITTEN = 20,  /* 1 MiB: what it spares today; a book's lines repeat closely */
    TABLE_LOG_LEAST = 16,
    PACK_LEVEL = 15,
    /* A book of 1,000,000 customers, 299 MB: 34.6 MB in 7 s; at level 15 it is 32.2 MB in 57 s. */
    PACK_LEVEL_LARGE = 9
};
#define PACK_LARGE (UINT64_C(32) << 20)

/* ---- unpacking ------------------------------------------------------------------------------- */

struct unpacker {
    ZSTD_DStream *stream;
    uint64_t left; /* plain bytes that may still come */
    size_t magic_seen;
    bool done;
    enum till_status failed; /* sticky */
};

enum till_status unpacker_open(uint64_t most_size, struct unpacker **unpacker_out)
{
    struct unpacker *u = calloc(1, sizeof(*u));
    if (u == NULL) {
        return TILL_E_MEMORY;
    }
    u->stream = ZSTD_createDStream();
    u->left = most_size;
    if (u->stream == NULL ||
        ZSTD_isError(ZSTD_DCtx_setParameter(u->stream, ZSTD_d_windowLogMax, WINDOW_LOG_READ_MAX))) {
        unpacker_close(u);
        return TILL_E_MEMORY;
    }
    *unpacker_out = u;
    return TILL_OK;
}

/* The first bytes decide whether it is a frame of ours, however small the pieces are. */
static bool magic_holds(struct unpacker *u, struct span in)
{
    for (size_t i = 0; i < in.size && u->magic_seen < ZSTD_MAGIC_SIZE; i++) {
        if (in.data[i] != zstd_magic(u->magic_seen)) {
            return false;
        }
        u->magic_seen++;
    }
    return true;
}

static enum till_status fail_unpacking(struct unpacker *u, enum till_status status)
{
    u->failed = status;
    return status;
}

static enum till_status status_of_zstd(size_t result)
{
    switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_frameParameter_windowTooLarge:
        return TILL_TOO_LARGE;
    case ZSTD_error_memory_allocation:
        return TILL_E_MEMORY;
    default:
        return TILL_E_PROTOCOL;
    }
}

enum till_status unpacker_feed(struct unpacker *u, struct span *in, struct buffer *out)
{
    if (u->failed != TILL_OK) {
        return u->failed;
    }
    if (!magic_holds(u, *in)) {
        return fail_unpacking(u, TILL_E_PROTOCOL);
    }
    ZSTD_inBuffer from = {in->data, in->size, 0};
    ZSTD_outBuffer to = {out->data, out->capacity, out->size};
    /* Each round takes or gives at least one byte, or is the last. */
    while (!u->done && to.pos < to.size) {
        size_t from_before = from.pos;
        size_t to_before = to.pos;
        size_t result = ZSTD_decompressStream(u->stream, &to, &from);
        if (ZSTD_isError(result)) {
            return fail_unpacking(u, status_of_zstd(result));
        }
        if (to.pos - to_before > u->left) {
            return fail_unpacking(u, TILL_TOO_LARGE);
        }
        u->left -= to.pos - to_before;
        u->done = result == 0;
        if (from.pos == from_before && to.pos == to_before) {
            break;
        }
    }
    out->size = to.pos;
    in->data += from.pos;
    in->size -= from.pos;
    if (u->done && in->size > 0) {
        return fail_unpacking(u, TILL_E_PROTOCOL);
    }
    return TILL_OK;
}

bool unpacker_done(const struct unpacker *u)
{
    return u->done && u->failed == TILL_OK;
}

void unpacker_close(struct unpacker *u)
{
    if (u != NULL) {
        ZSTD_freeDStream(u->stream);
        free(u);
    }
}

/* ---- packing --------------------------------------------------------------------------------- */

struct packer {
    ZSTD_CCtx *stream;
};

static bool set(struct packer *p, ZSTD_cParameter parameter, int value)
{
    return !ZSTD_isError(ZSTD_CCtx_setParameter(p->stream, parameter, value));
}

/* Left alone, zstd's tables are as large as if gigabytes came: 65 MiB a book, and a host packs
 * several at a time. 0: left alone. */
static bool set_tables(struct packer *p, int log)
{
    return set(p, ZSTD_c_hashLog, log) && set(p, ZSTD_c_chainLog, log);
}

/* Tables that hold each byte that is coming, or each of a window. */
static int table_log(uint64_t plain_size)
{
    int log = TABLE_LOG_LEAST;
    while (log < WINDOW_LOG_WRITTEN && (plain_size >> log) != 0) {
        log++;
    }
    return log;
}

enum till_status packer_open(struct packer **packer_out)
{
    struct packer *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return TILL_E_MEMORY;
    }
    p->stream = ZSTD_createCCtx();
    if (p->stream == NULL || !set(p, ZSTD_c_compressionLevel, PACK_LEVEL) ||
        !set(p, ZSTD_c_windowLog, WINDOW_LOG_WRITTEN) || !set(p, ZSTD_c_checksumFlag, 1) ||
        !set_tables(p, WINDOW_LOG_WRITTEN)) {
        packer_close(p);
        return TILL_E_MEMORY;
    }
    *packer_out = p;
    return TILL_OK;
}

enum till_status packer_expect(struct packer *p, uint64_t plain_size)
{
    bool large = plain_size >= PACK_LARGE;
    return set(p, ZSTD_c_compressionLevel, large ? PACK_LEVEL_LARGE : PACK_LEVEL) &&
                   set_tables(p, large ? 0 : table_log(plain_size))
               ? TILL_OK
               : TILL_E_MEMORY;
}

enum till_status packer_feed(struct packer *p, struct span *in, bool last, struct buffer *out)
{
    ZSTD_inBuffer from = {in->data, in->size, 0};
    ZSTD_outBuffer to = {out->data, out->capacity, out->size};
    enum till_status status = TILL_TOO_LARGE;
    while (to.pos < to.size) {
        size_t result =
            ZSTD_compressStream2(p->stream, &to, &from, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(result)) {
            status = TILL_E_MEMORY;
            break;
        }
        /* At the end zstd says how much is still inside; before it, all taken in is enough. */
        if (last ? result == 0 : from.pos == from.size) {
            status = TILL_OK;
            break;
        }
    }
    out->size = to.pos;
    in->data += from.pos;
    in->size -= from.pos;
    return status;
}

void packer_close(struct packer *p)
{
    if (p != NULL) {
        ZSTD_freeCCtx(p->stream);
        free(p);
    }
}
