/* Deltas: made when one is asked for, kept beside the books. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_delta.h"
#include "book_files.h"
#include "crypto.h"
#include "log.h"

/* Below this share of the whole a delta is worth its name. */
enum { WORTH_PARTS = 2 };

static enum till_status read_whole(const struct book_build *b, const char *terminal,
                                   uint64_t revision, struct book_manifest *manifest_out)
{
    char text[STATEMENT_MAX];
    enum till_status status = book_build_manifest(b, terminal, revision, text);
    return status == TILL_OK
               ? manifest_read(b->statement, (struct span){(const uint8_t *)text, strlen(text)},
                               manifest_out)
               : status;
}

static enum till_status read_contents(const struct book_build *b, const char *terminal,
                                      uint64_t revision, uint64_t since,
                                      struct book_content *delta_out)
{
    char *base = NULL, *whole = NULL;
    size_t base_size = 0, whole_size = 0;
    struct files_piece all = {0};
    enum till_status status = book_build_content(b, terminal, since, &all, &base, &base_size);
    if (status == TILL_OK) {
        status = book_build_content(b, terminal, revision, &all, &whole, &whole_size);
    }
    if (status == TILL_OK) {
        status = book_delta_make((struct span){(const uint8_t *)base, base_size},
                                 (struct span){(const uint8_t *)whole, whole_size}, delta_out);
    }
    free(base);
    free(whole);
    return status;
}

/* manifest: of the whole book; becomes the delta's. Empty files say: it is not worth it. */
static enum till_status write_delta(const struct book_build *b, struct book_manifest *manifest,
                                    const struct book_content *delta)
{
    const char *terminal = manifest->meta.terminal;
    char path[FILES_PATH_MAX];
    uint8_t text[STATEMENT_MAX];
    struct buffer out;
    bool worth = delta->packed_size < manifest->packed_size / WORTH_PARTS;
    manifest->packed_size = delta->packed_size;
    manifest->plain_size = delta->plain_size;
    buffer_init(&out, text, sizeof(text));
    enum till_status status =
        crypto_sha256((struct span){delta->packed, delta->packed_size}, manifest->content_hash);
    if (status == TILL_OK && worth) {
        status = manifest_write(b->statement, manifest, &out);
    }
    if (status == TILL_OK) {
        status =
            book_files_path(b, terminal, manifest->meta.revision, manifest->since, ".zst", path);
    }
    if (status == TILL_OK && worth) {
        status = files_write(path, (struct span){delta->packed, delta->packed_size});
    }
    if (status == TILL_OK) {
        status =
            book_files_path(b, terminal, manifest->meta.revision, manifest->since, ".txt", path);
    }
    return status == TILL_OK ? files_write(path, (struct span){out.data, out.size}) : status;
}

static enum till_status make_delta(const struct book_build *b, const char *terminal,
                                   uint64_t revision, uint64_t since,
                                   const uint8_t applied[HASH_SIZE])
{
    struct book_manifest *both = calloc(2, sizeof(*both));
    struct book_content delta = {0};
    if (both == NULL) {
        return TILL_E_MEMORY;
    }
    struct book_manifest *base = &both[0], *manifest = &both[1];
    enum till_status status = read_whole(b, terminal, since, base);
    /* The number alone says little: a restored store may have given it to another book. */
    if (status == TILL_OK && memcmp(base->meta.hash, applied, HASH_SIZE) != 0) {
        status = TILL_NO_BOOK;
    }
    if (status == TILL_OK) {
        status = read_whole(b, terminal, revision, manifest);
    }
    if (status == TILL_OK) {
        status = read_contents(b, terminal, revision, since, &delta);
    }
    if (status == TILL_OK) {
        manifest->since = since;
        memcpy(manifest->base_hash, base->meta.hash, HASH_SIZE);
        log_info("book %s-%" PRIu64 " over %" PRIu64 ": %zu bytes of %" PRIu64, terminal, revision,
                 since, delta.packed_size, manifest->packed_size);
        status = write_delta(b, manifest, &delta);
    }
    book_content_free(&delta);
    free(both);
    return status;
}

enum till_status book_build_delta(const struct book_build *b, const char *terminal,
                                  uint64_t revision, uint64_t since, char out[STATEMENT_MAX])
{
    char path[FILES_PATH_MAX];
    uint8_t applied[HASH_SIZE];
    if (since == 0 || since >= revision || book_applied_get(b->store, terminal, applied) != since) {
        return TILL_NO_BOOK;
    }
    enum till_status status = book_files_path(b, terminal, revision, since, ".txt", path);
    if (status == TILL_OK && !files_exist(path)) {
        status = make_delta(b, terminal, revision, since, applied);
    }
    if (status == TILL_OK) {
        status = files_read_text(path, out, STATEMENT_MAX);
    }
    return status == TILL_OK && out[0] == '\0' ? TILL_NO_BOOK : status;
}

enum till_status book_build_delta_content(const struct book_build *b, const char *terminal,
                                          uint64_t revision, uint64_t since,
                                          struct files_piece *piece, char **content_out,
                                          size_t *size_out)
{
    char path[FILES_PATH_MAX];
    enum till_status status = book_files_path(b, terminal, revision, since, ".zst", path);
    if (status == TILL_OK) {
        status = files_read_piece(path, BOOK_BUILD_PACKED_MAX, piece, content_out, size_out);
    }
    return status == TILL_NOT_FOUND ? TILL_NO_BOOK : status;
}
