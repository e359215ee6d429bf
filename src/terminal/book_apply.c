/*
 * A book that lies in the spool: unpacked, checked against its signed manifest, built beside the
 * old one, renamed, and only then journalled and used.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book_text.h"
#include "log.h"
#include "parts.h"

enum { PIECE = 64 * 1024 };

struct reading {
    struct book_builder *builder;
    struct crypto_hash *hash;
    struct unpacker *unpacker;
    struct book_text_line line;
    char account[ACCOUNT_MAX]; /* of the customer whose bills follow */
    uint32_t customers;
    bool ended;
    uint8_t plain[PIECE + BOOK_LINE_MAX];
    size_t plain_size;
};

static enum till_status take_line(struct reading *r, struct span text)
{
    struct book_text_line *line = &r->line;
    enum till_status status = book_text_read(text, line);
    if (status != TILL_OK || r->ended)
        return TILL_E_PROTOCOL;
    switch (line->type) {
    case BOOK_LINE_SITE:
        return book_builder_site(r->builder, &line->as.site);
    case BOOK_LINE_USER:
        return book_builder_user(r->builder, &line->as.user);
    case BOOK_LINE_METER_BOOK:
        return book_builder_meter_book(r->builder, &line->as.meter_book);
    case BOOK_LINE_CUSTOMER:
        memcpy(r->account, line->as.customer.account, sizeof r->account);
        r->customers++;
        return book_builder_customer(r->builder, &line->as.customer);
    case BOOK_LINE_BILL:
        return r->account[0] ? book_builder_bill(r->builder, r->account, &line->as.bill)
                             : TILL_E_PROTOCOL;
    case BOOK_LINE_END:
        r->ended = true;
        return line->as.customers == r->customers ? TILL_OK : TILL_E_PROTOCOL;
    case BOOK_LINE_TEAM:
        return book_builder_team(r->builder, &line->as.team);
    case BOOK_LINE_GONE:
        return TILL_E_PROTOCOL;
    }
    return TILL_E_PROTOCOL;
}

/* All whole lines of what is unpacked; the rest moves to the front. */
static enum till_status take_lines(struct reading *r)
{
    size_t at = 0;
    enum till_status status = TILL_OK;
    while (status == TILL_OK) {
        const uint8_t *end = memchr(r->plain + at, '\n', r->plain_size - at);
        if (!end)
            break;
        size_t size = (size_t)(end - r->plain) - at;
        status = take_line(r, (struct span){r->plain + at, size});
        at += size + 1;
    }
    r->plain_size -= at;
    memmove(r->plain, r->plain + at, r->plain_size);
    return status == TILL_OK && r->plain_size > BOOK_LINE_MAX ? TILL_E_PROTOCOL : status;
}

static enum till_status take_piece(struct reading *r, struct span in)
{
    enum till_status status = TILL_OK;
    bool more = true;
    while (more && status == TILL_OK) {
        struct buffer out;
        size_t before = in.size;
        buffer_init(&out, r->plain + r->plain_size, sizeof r->plain - r->plain_size);
        status = unpacker_feed(r->unpacker, &in, &out);
        if (status == TILL_OK)
            status = crypto_hash_add(r->hash, (struct span){out.data, out.size});
        r->plain_size += out.size;
        more = out.size > 0 || in.size < before;
        if (status == TILL_OK)
            status = take_lines(r);
    }
    return status == TILL_OK && in.size > 0 ? TILL_E_PROTOCOL : status;
}

static enum till_status read_file(struct reading *r, const char *path)
{
    uint8_t packed[PIECE];
    enum till_status status = TILL_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    for (;;) {
        ssize_t n = read(fd, packed, sizeof packed);
        if (n <= 0 || status != TILL_OK) {
            status = n < 0 && status == TILL_OK ? TILL_E_IO : status;
            break;
        }
        status = take_piece(r, (struct span){packed, (size_t)n});
    }
    close(fd);
    if (status == TILL_OK && (!unpacker_done(r->unpacker) || !r->ended || r->plain_size))
        status = TILL_E_PROTOCOL;
    return status;
}

static enum till_status build(struct app *app, struct reading *r, const char *path,
                              const struct book_manifest *manifest)
{
    uint8_t hash[HASH_SIZE];
    enum till_status status = unpacker_open(manifest->plain_size, &r->unpacker);
    if (status == TILL_OK)
        status = crypto_hash_begin(&r->hash);
    if (status == TILL_OK)
        status = book_builder_open(app->book_path, app->options.vfs, NULL, &r->builder);
    if (status == TILL_OK)
        status = read_file(r, path);
    if (r->hash) {
        enum till_status ended = crypto_hash_end(r->hash, hash);
        if (status == TILL_OK)
            status = ended;
    }
    if (status == TILL_OK && memcmp(hash, manifest->meta.hash, HASH_SIZE) != 0)
        status = TILL_E_SIGNATURE;
    unpacker_close(r->unpacker);
    if (status == TILL_OK)
        return book_builder_finish(r->builder, &manifest->meta);
    book_builder_abandon(r->builder);
    return status;
}

static enum till_status check_manifest(const struct app *app, const struct book_manifest *manifest)
{
    const struct book_meta *meta = &manifest->meta;
    if (strcmp(meta->terminal, journal_terminal(app->journal)) != 0)
        return TILL_E_PROTOCOL;
    /* A book that knows entries that we do not: this is an old image of the terminal. */
    if (meta->applied_seq > journal_fold(app->journal)->seq)
        return TILL_E_FORK;
    if (app->book && meta->revision <= book_meta(app->book)->revision)
        return TILL_UNCHANGED;
    return TILL_OK;
}

static enum till_status note(struct app *app)
{
    struct entry entry;
    const struct book_meta *meta = book_meta(app->book);
    struct body_book_applied body = {
        .revision = meta->revision, .applied_seq = meta->applied_seq, .customers = meta->customers};
    memcpy(body.hash, meta->hash, HASH_SIZE);
    enum till_status status = entry_write_book_applied(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

enum till_status book_note(struct app *app)
{
    if (!app->journal || !app->book || app->forked ||
        book_meta(app->book)->revision <= journal_fold(app->journal)->book_revision)
        return TILL_OK;
    return note(app);
}

enum till_status book_apply(struct app *app, const char *path, const struct book_manifest *manifest)
{
    enum till_status status = check_manifest(app, manifest);
    if (status != TILL_OK)
        return status;
    struct reading *r = calloc(1, sizeof *r);
    if (!r)
        return TILL_E_MEMORY;
    status = build(app, r, path, manifest);
    free(r);
    if (status != TILL_OK) {
        log_error("book %llu was not applied: %s", (unsigned long long)manifest->meta.revision,
                  status_text(status));
        return status;
    }
    book_close(app->book);
    app->book = NULL;
    status = book_open(app->book_path, app->options.vfs, NULL, &app->book);
    if (status == TILL_OK)
        status = note(app);
    return status;
}
