/*
 * A book that lies in the spool: unpacked, checked against its signed manifest, built beside the
 * old one, renamed, and only then journalled and used. It is done in slices between two steps of
 * the application, so that a million customers don't hold a key; the old book serves meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "book_text.h"
#include "log.h"
#include "parts.h"
#include "vfs.h"

enum {
    PIECE = 16 * 1024,
    PLAIN_ROOM = 64 * 1024,
    SLICE_MS = 15,
    /* What is done in one go: a small book takes no longer than a slice. */
    SMALL_PLAIN = 256 * 1024,
    READ_PERCENT = 80, /* of the whole work; the rest is its index */
    FLUSH_EVERY = 64   /* slices between two wakes of the disk */
};

/* One book on its way in; either a builder or a change stands. */
struct book_work {
    struct book_manifest manifest;
    struct book_builder *builder;
    struct book_change *change;
    struct crypto_hash *hash;
    struct unpacker *unpacker;
    struct book_text_line line;
    char account[ACCOUNT_MAX]; /* of the customer whose bills follow */
    bool ended, ending;        /* the last line came; the builder is at its end */
    bool waiting; /* a PIN was stretched: lines that are here wait for the next slice */
    bool more;    /* the unpacker may have more of the piece */
    int fd;
    int flushed; /* of the file that grows; -1 = not open */
    unsigned slices;
    uint64_t packed_read;
    uint8_t packed[PIECE];
    struct span piece; /* what is left of `packed` */
    uint8_t plain[PLAIN_ROOM + BOOK_LINE_MAX];
    size_t plain_size;
};

/* ---- seals ----------------------------------------------------------------------------------- */

static enum till_status seal(void *context, struct span bytes, uint8_t mac_out[HASH_SIZE])
{
    return crypto_mac_of(context, bytes, mac_out);
}

enum till_status book_seal_of(const uint8_t secret[HASH_SIZE], struct crypto_mac **keyed_out,
                              struct book_mac *mac_out)
{
    static const char tag[] = "fieldtill/book-row/1";
    uint8_t key[HASH_SIZE];
    enum till_status status = crypto_hmac((struct span){secret, HASH_SIZE},
                                          (struct span){(const uint8_t *)tag, strlen(tag)}, key);
    if (status == TILL_OK)
        status = crypto_mac_open((struct span){key, sizeof key}, keyed_out);
    crypto_wipe(key, sizeof key);
    if (status == TILL_OK)
        *mac_out = (struct book_mac){.context = *keyed_out, .mac = seal};
    return status;
}

static enum till_status prepare_seal(struct app *app)
{
    return app->line.book_key
               ? TILL_OK
               : book_seal_of(app->identity.secret, &app->line.book_key, &app->line.book_mac);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Stretching for this board takes long, so that it is one user a slice; whoever kept PIN and salt
 * keeps what came of it. */
static enum till_status wrap(struct app *app, struct book_work *w, struct book_user *user)
{
    struct book_user before;
    bool same = app->book && book_find_user(app->book, user->user, &before) == TILL_OK &&
                before.rounds == user->rounds &&
                memcmp(before.salt, user->salt, sizeof before.salt) == 0;
    w->waiting = !same;
    if (!same)
        return identity_wrap_pin(app, user);
    memcpy(user->pin_check, before.pin_check, sizeof user->pin_check);
    return TILL_OK;
}

static enum till_status build_line(struct app *app, struct book_work *w)
{
    struct book_text_line *line = &w->line;
    enum till_status status;
    switch (line->type) {
    case BOOK_LINE_SITE:
        return book_builder_site(w->builder, &line->as.site);
    case BOOK_LINE_USER:
        status = wrap(app, w, &line->as.user);
        return status == TILL_OK ? book_builder_user(w->builder, &line->as.user) : status;
    case BOOK_LINE_METER_BOOK:
        return book_builder_meter_book(w->builder, &line->as.meter_book);
    case BOOK_LINE_TEAM:
        return book_builder_team(w->builder, &line->as.team);
    case BOOK_LINE_HOLDER:
        return book_builder_holder(w->builder, &line->as.holder);
    case BOOK_LINE_STOCK:
        return book_builder_stock(w->builder, &line->as.stock);
    case BOOK_LINE_TAKEN:
        return book_builder_taken(w->builder, &line->as.taken);
    case BOOK_LINE_EXPLAINED:
        return book_builder_explained(w->builder, &line->as.explained);
    case BOOK_LINE_CUSTOMER:
        return book_builder_customer(w->builder, &line->as.customer);
    case BOOK_LINE_BILL:
        return book_builder_bill(w->builder, w->account, &line->as.bill);
    case BOOK_LINE_CORRECTED:
        return book_builder_corrected(w->builder, w->account, &line->as.corrected);
    case BOOK_LINE_END:
        return TILL_OK;
    case BOOK_LINE_GONE: /* of deltas alone */
    case BOOK_LINE_SKIPPED:
        break;
    }
    return TILL_E_PROTOCOL;
}

static enum till_status change_line(struct app *app, struct book_work *w)
{
    struct book_text_line *line = &w->line;
    enum till_status status;
    switch (line->type) {
    case BOOK_LINE_SITE:
        return book_change_site(w->change, &line->as.site);
    case BOOK_LINE_USER:
        status = wrap(app, w, &line->as.user);
        return status == TILL_OK ? book_change_user(w->change, &line->as.user) : status;
    case BOOK_LINE_METER_BOOK:
        return book_change_meter_book(w->change, &line->as.meter_book);
    case BOOK_LINE_TEAM:
        return book_change_team(w->change, &line->as.team);
    case BOOK_LINE_HOLDER:
        return book_change_holder(w->change, &line->as.holder);
    case BOOK_LINE_STOCK:
        return book_change_stock(w->change, &line->as.stock);
    case BOOK_LINE_TAKEN:
        return book_change_taken(w->change, &line->as.taken);
    case BOOK_LINE_EXPLAINED:
        return book_change_explained(w->change, &line->as.explained);
    case BOOK_LINE_CUSTOMER:
        return book_change_customer(w->change, &line->as.customer);
    case BOOK_LINE_BILL:
        return book_change_bill(w->change, w->account, &line->as.bill);
    case BOOK_LINE_CORRECTED:
        return book_change_corrected(w->change, w->account, &line->as.corrected);
    case BOOK_LINE_GONE:
        return book_change_gone(w->change, line->as.account);
    case BOOK_LINE_END:
        return TILL_OK;
    case BOOK_LINE_SKIPPED:
        break;
    }
    return TILL_E_PROTOCOL;
}

static enum till_status take_line(struct app *app, struct book_work *w, struct span text)
{
    struct book_text_line *line = &w->line;
    enum till_status status = book_text_read(text, line);
    if (status != TILL_OK || w->ended)
        return TILL_E_PROTOCOL;
    if (line->type == BOOK_LINE_SKIPPED)
        return TILL_OK;
    if (line->type == BOOK_LINE_CUSTOMER)
        memcpy(w->account, line->as.customer.account, sizeof w->account);
    else if (line->type != BOOK_LINE_BILL && line->type != BOOK_LINE_CORRECTED)
        w->account[0] = '\0';
    else if (!w->account[0])
        return TILL_E_PROTOCOL;
    if (line->type == BOOK_LINE_END) {
        w->ended = true;
        if (line->as.customers != w->manifest.meta.customers)
            return TILL_E_PROTOCOL;
    }
    status = w->change ? change_line(app, w) : build_line(app, w);
    crypto_wipe(&line->as.team, line->type == BOOK_LINE_TEAM ? sizeof line->as.team : 0);
    return status;
}

/* Whole lines of what is unpacked, up to one that makes the others wait; the rest moves to the
 * front. */
static enum till_status take_lines(struct app *app, struct book_work *w)
{
    size_t at = 0;
    enum till_status status = TILL_OK;
    w->waiting = false;
    while (status == TILL_OK && !w->waiting) {
        const uint8_t *end = memchr(w->plain + at, '\n', w->plain_size - at);
        if (!end)
            break;
        size_t size = (size_t)(end - w->plain) - at;
        status = take_line(app, w, (struct span){w->plain + at, size});
        at += size + 1;
    }
    w->plain_size -= at;
    memmove(w->plain, w->plain + at, w->plain_size);
    bool too_long = !w->waiting && w->plain_size > BOOK_LINE_MAX;
    return status == TILL_OK && too_long ? TILL_E_PROTOCOL : status;
}

/* Lines that waited, or a round of unpacking and its lines. w->more: this was not all. */
static enum till_status take_round(struct app *app, struct book_work *w)
{
    size_t before = w->piece.size;
    struct buffer out;
    if (w->waiting)
        return take_lines(app, w);
    buffer_init(&out, w->plain + w->plain_size, sizeof w->plain - w->plain_size);
    enum till_status status = unpacker_feed(w->unpacker, &w->piece, &out);
    w->plain_size += out.size;
    w->more = out.size > 0 || w->piece.size < before;
    if (status == TILL_OK)
        status = take_lines(app, w);
    return status == TILL_OK && !w->more && w->piece.size > 0 ? TILL_E_PROTOCOL : status;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Everything was read: is it what the manifest says? */
static enum till_status begin_end(struct book_work *w)
{
    uint8_t hash[HASH_SIZE];
    enum till_status status = crypto_hash_end(w->hash, hash);
    w->hash = NULL;
    if (status == TILL_OK && (!unpacker_done(w->unpacker) || !w->ended || w->plain_size > 0))
        status = TILL_E_PROTOCOL;
    if (status == TILL_OK && memcmp(hash, w->manifest.content_hash, HASH_SIZE) != 0)
        status = TILL_E_SIGNATURE;
    if (status == TILL_OK)
        status = w->change ? book_change_end(w->change, &w->manifest.meta)
                           : book_builder_end(w->builder, &w->manifest.meta);
    w->ending = true;
    return status;
}

/* The disk is woken now and then, so that the sync at the end finds little left to do. */
static void flush(const struct app *app, struct book_work *w)
{
    char path[PATH_ROOM + 16];
    if (w->slices++ % FLUSH_EVERY != FLUSH_EVERY - 1)
        return;
    if (w->flushed < 0) {
        snprintf(path, sizeof path, "%s%s", app->book_path, w->change ? ".delta.new" : ".new");
        w->flushed = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (w->flushed >= 0)
        (void)sync_file_range(w->flushed, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The next piece of the spool's file; at its end the book's end begins. */
static enum till_status read_piece(struct book_work *w)
{
    ssize_t n = read(w->fd, w->packed, sizeof w->packed);
    if (n < 0)
        return TILL_E_IO;
    if (n == 0)
        return begin_end(w);
    w->packed_read += (uint64_t)n;
    w->piece = (struct span){w->packed, (size_t)n};
    w->more = true;
    return crypto_hash_add(w->hash, w->piece);
}

/* As much as fits the slice; *done_out: the new book stands. */
static enum till_status work_on(struct app *app, struct book_work *w, unsigned budget_ms,
                                bool *done_out)
{
    int64_t until_ms = clock_ms() + budget_ms;
    enum till_status status = TILL_OK;
    *done_out = false;
    while (status == TILL_OK && !w->ending && clock_ms() < until_ms) {
        status = w->more || w->waiting ? take_round(app, w) : read_piece(w);
        if (w->waiting)
            return status;
    }
    int64_t left_ms = until_ms - clock_ms();
    if (status != TILL_OK || !w->ending || left_ms <= 0)
        return status;
    status = w->change ? book_change_step(w->change, (unsigned)left_ms, done_out)
                       : book_builder_step(w->builder, (unsigned)left_ms, done_out);
    if (status != TILL_OK || *done_out) /* freed by that step */
        w->builder = NULL, w->change = NULL;
    return status;
}

static void free_work(struct app *app)
{
    struct book_work *w = app->line.book_work;
    uint8_t hash[HASH_SIZE];
    if (!w)
        return;
    book_builder_abandon(w->builder);
    book_change_abandon(w->change);
    if (w->hash && crypto_hash_end(w->hash, hash) != TILL_OK)
        log_debug("a hash was not ended");
    unpacker_close(w->unpacker);
    if (w->fd >= 0)
        close(w->fd);
    if (w->flushed >= 0)
        close(w->flushed);
    crypto_wipe(w, sizeof *w);
    free(w);
    app->line.book_work = NULL;
    app->line.book_percent = 0;
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* Once a run each: an offer comes again with every connection. */
static void odd_book(struct app *app, enum till_status code, const char *text)
{
    if (!app->line.book_was_odd)
        ledger_anomaly(app, code, text);
    app->line.book_was_odd = true;
}

static enum till_status check_manifest(struct app *app, const struct book_manifest *manifest)
{
    const struct book_meta *meta = &manifest->meta;
    if (strcmp(meta->terminal, journal_terminal(app->journal)) != 0) {
        odd_book(app, TILL_E_PROTOCOL, "a book of another terminal was offered");
        return TILL_E_PROTOCOL;
    }
    /* A book that knows entries that we do not: this is an old image of the terminal. */
    if (meta->applied_seq > journal_fold(app->journal)->seq)
        return TILL_E_FORK;
    if (app->book && meta->revision == book_meta(app->book)->revision)
        return TILL_UNCHANGED;
    if (meta->revision < journal_fold(app->journal)->book_revision) {
        odd_book(app, TILL_REFUSED, "an older book than the last one was offered");
        return TILL_REFUSED;
    }
    if (manifest->since != 0 &&
        (!app->book || book_meta(app->book)->revision != manifest->since ||
         memcmp(book_meta(app->book)->hash, manifest->base_hash, HASH_SIZE) != 0)) {
        app->line.whole_book = true; /* told by the next `pending`: it has no base */
        return TILL_NO_BOOK;
    }
    return TILL_OK;
}

static enum till_status open_work(struct app *app, struct book_work *w, const char *path)
{
    w->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (w->fd < 0)
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    enum till_status status = prepare_seal(app);
    if (status == TILL_OK)
        status = unpacker_open(w->manifest.plain_size, &w->unpacker);
    if (status == TILL_OK)
        status = crypto_hash_begin(&w->hash);
    if (status != TILL_OK)
        return status;
    return w->manifest.since != 0
               ? book_change_open(app->book_path, app->options.vfs, &app->line.book_mac, &w->change)
               : book_builder_open(app->book_path, app->options.vfs, &app->line.book_mac,
                                   &w->builder);
}

enum till_status book_apply(struct app *app, const char *path, const struct book_manifest *manifest)
{
    if (app->line.book_work)
        return TILL_BUSY;
    enum till_status status = check_manifest(app, manifest);
    if (status != TILL_OK)
        return status;
    struct book_work *w = calloc(1, sizeof *w);
    if (!w)
        return TILL_E_MEMORY;
    w->manifest = *manifest;
    w->fd = w->flushed = -1;
    app->line.book_work = w;
    status = open_work(app, w, path);
    if (status != TILL_OK)
        free_work(app);
    return status;
}

/* ---- in use ---------------------------------------------------------------------------------- */

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
    if (!app->journal || !app->book || app->forked || journal_fold(app->journal)->retired ||
        book_meta(app->book)->revision <= journal_fold(app->journal)->book_revision)
        return TILL_OK;
    return note(app);
}

enum till_status book_load(struct app *app)
{
    if (!app->journal)
        return TILL_NO_BOOK; /* nor is there a secret yet to seal one */
    enum till_status status = prepare_seal(app);
    if (status == TILL_OK)
        status = book_open(app->book_path, app->options.vfs, &app->line.book_mac, &app->book);
    if (status == TILL_E_SIGNATURE) {
        odd_book(app, status, "users, limits or the site in the book that lay here were altered");
        book_drop(app);
        return status;
    }
    app->has_team = status == TILL_OK && book_has_team(app->book);
    app->holder_count = 0;
    if (status == TILL_OK)
        status = book_holders(app->book, app->holders, BOOK_HOLDERS_MAX, &app->holder_count);
    if (status == TILL_OK &&
        strcmp(book_meta(app->book)->terminal, journal_terminal(app->journal)) == 0) {
        taken_open(app);
        ask_forget(app, NULL);
    }
    if (status != TILL_OK ||
        strcmp(book_meta(app->book)->terminal, journal_terminal(app->journal)) == 0)
        return status;
    odd_book(app, TILL_E_CORRUPT, "the book that lay here is of another terminal");
    book_drop(app);
    return TILL_E_CORRUPT;
}

void book_drop(struct app *app)
{
    char delta[PATH_ROOM + 8];
    const char *vfs = app->options.vfs ? app->options.vfs : VFS_SECTOR_NAME;
    snprintf(delta, sizeof delta, "%s.delta", app->book_path);
    book_close(app->book);
    app->book = NULL;
    app->has_team = false;
    /* What changed since means nothing without what it is laid over. */
    if (vfs_remove(vfs, app->book_path) == TILL_E_IO || vfs_remove(vfs, delta) == TILL_E_IO)
        log_warning("%s can't be removed", app->book_path);
}

static enum till_status swap(struct app *app)
{
    book_close(app->book);
    app->book = NULL;
    enum till_status status = book_load(app);
    return status == TILL_OK ? book_note(app) : status;
}

bool book_apply_step(struct app *app, enum till_status *status_out)
{
    struct book_work *w = app->line.book_work;
    bool done = false;
    if (!w)
        return false;
    unsigned budget_ms = w->manifest.plain_size <= SMALL_PLAIN ? SLICE_MS * 100 : SLICE_MS;
    enum till_status status = work_on(app, w, budget_ms, &done);
    if (status == TILL_OK && !done) {
        uint64_t whole = w->manifest.packed_size > 0 ? w->manifest.packed_size : 1;
        uint64_t read_percent = w->packed_read * READ_PERCENT / whole;
        app->line.book_percent = w->ending ? READ_PERCENT : (int)read_percent;
        flush(app, w);
        return false;
    }
    uint64_t revision = w->manifest.meta.revision;
    bool delta = w->manifest.since != 0;
    free_work(app);
    if (status == TILL_OK)
        status = swap(app);
    if (status == TILL_OK) {
        app->line.whole_book = false;
    } else {
        log_error("book %llu was not applied: %s", (unsigned long long)revision,
                  status_text(status));
        app->line.whole_book = app->line.whole_book || delta;
    }
    *status_out = status;
    return true;
}

void book_apply_abandon(struct app *app)
{
    free_work(app);
}

void book_unload(struct app *app)
{
    book_apply_abandon(app);
    book_close(app->book);
    app->book = NULL;
    crypto_mac_close(app->line.book_key);
    app->line.book_key = NULL;
}
