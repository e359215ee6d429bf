#include "book_delta.h"

#include <stdlib.h>
#include <string.h>

#include "book_text.h"
#include "crypto.h"

enum {
    PIECE = 64 * 1024,
    DIGEST_SIZE = 16, /* of a customer's lines; only chance must be kept out */
    BLOCK_MAX = (BILLS_MAX + BOOK_CORRECTED_MAX + 2) * BOOK_LINE_MAX,
    HEAD_MAX = 64 * 1024 * 1024
};

/* ---- lines of a packed book ------------------------------------------------------------------ */

typedef enum till_status take_line(void *context, struct span line); /* with its LF */

/* Hand on whole lines; what is left moves to the front. */
static enum till_status take_lines(uint8_t *plain, size_t *size, take_line *take, void *context)
{
    size_t at = 0;
    enum till_status status = TILL_OK;
    while (status == TILL_OK) {
        const uint8_t *end = memchr(plain + at, '\n', *size - at);
        if (end == NULL) {
            break;
        }
        size_t line_size = (size_t)(end - plain) - at + 1;
        status = take(context, (struct span){plain + at, line_size});
        at += line_size;
    }
    *size -= at;
    memmove(plain, plain + at, *size);
    return status == TILL_OK && *size > BOOK_LINE_MAX ? TILL_E_PROTOCOL : status;
}

static enum till_status walk(struct span packed, take_line *take, void *context)
{
    uint8_t *plain = malloc(PIECE + BOOK_LINE_MAX);
    struct unpacker *u = NULL;
    size_t size = 0;
    enum till_status status = plain == NULL ? TILL_E_MEMORY : TILL_OK;
    if (status == TILL_OK) {
        status = unpacker_open(BOOK_DELTA_PLAIN_MAX, &u);
    }
    bool more = true;
    while (status == TILL_OK && more) {
        struct buffer out;
        size_t before = packed.size;
        buffer_init(&out, plain + size, PIECE + BOOK_LINE_MAX - size);
        status = unpacker_feed(u, &packed, &out);
        size += out.size;
        more = out.size > 0 || packed.size < before;
        if (status == TILL_OK) {
            status = take_lines(plain, &size, take, context);
        }
    }
    if (status == TILL_OK && (!unpacker_done(u) || size > 0)) {
        status = TILL_E_PROTOCOL;
    }
    unpacker_close(u);
    free(plain);
    return status;
}

/* ---- blocks: a customer with their bills ----------------------------------------------------- */

struct block {
    char account[ACCOUNT_MAX]; /* "" = none yet */
    size_t size;
    uint8_t text[BLOCK_MAX];
};

struct seen {
    char account[ACCOUNT_MAX];
    bool here; /* in the whole book too */
    uint8_t digest[DIGEST_SIZE];
};

struct text {
    uint8_t *bytes;
    size_t size, capacity;
};

struct diff {
    struct text base_head, head; /* lines before the first customer */
    struct seen *base;
    size_t count, capacity;
    struct block block;
    struct book_pen *pen;
    bool head_done;
};

static bool begins(struct span line, const char *with)
{
    size_t size = strlen(with);
    return line.size >= size && memcmp(line.data, with, size) == 0;
}

static enum till_status text_add(struct text *t, struct span bytes)
{
    if (bytes.size > HEAD_MAX - t->size) {
        return TILL_TOO_LARGE;
    }
    if (t->size + bytes.size > t->capacity) {
        size_t capacity = 2 * t->capacity + bytes.size;
        uint8_t *grown = realloc(t->bytes, capacity);
        if (grown == NULL) {
            return TILL_E_MEMORY;
        }
        t->bytes = grown;
        t->capacity = capacity;
    }
    memcpy(t->bytes + t->size, bytes.data, bytes.size);
    t->size += bytes.size;
    return TILL_OK;
}

/* {"t":"customer","account":"6100234567",… : the account has nothing that is escaped. */
static enum till_status begin_block(struct block *b, struct span line)
{
    static const char before[] = "{\"t\":\"customer\",\"account\":\"";
    size_t size = 0;
    if (!begins(line, before)) {
        return TILL_E_PROTOCOL;
    }
    const uint8_t *from = line.data + sizeof(before) - 1;
    while (size < ACCOUNT_MAX && from + size < line.data + line.size && from[size] != '"') {
        size++;
    }
    if (size == 0 || size == ACCOUNT_MAX) {
        return TILL_E_PROTOCOL;
    }
    memset(b->account, 0, sizeof(b->account));
    memcpy(b->account, from, size);
    b->size = 0;
    return TILL_OK;
}

static enum till_status add_line(struct block *b, struct span line)
{
    if (b->account[0] == '\0' || line.size > sizeof(b->text) - b->size) {
        return TILL_E_PROTOCOL;
    }
    memcpy(b->text + b->size, line.data, line.size);
    b->size += line.size;
    return TILL_OK;
}

static enum till_status digest_of(const struct block *b, uint8_t out[DIGEST_SIZE])
{
    uint8_t hash[HASH_SIZE];
    enum till_status status = crypto_sha256((struct span){b->text, b->size}, hash);
    memcpy(out, hash, DIGEST_SIZE);
    return status;
}

/* One line of either book; whole blocks go to `done`. */
static enum till_status sort_line(struct diff *d, struct text *head, struct span line,
                                  enum till_status (*done)(struct diff *d))
{
    bool customer = begins(line, "{\"t\":\"customer\""), end = begins(line, "{\"t\":\"end\"");
    enum till_status status = TILL_OK;
    if ((customer || end) && d->block.account[0] != '\0') {
        status = done(d);
        d->block.account[0] = '\0';
    }
    if (status != TILL_OK || end) {
        return status;
    }
    if (customer) {
        status = begin_block(&d->block, line);
        return status == TILL_OK ? add_line(&d->block, line) : status;
    }
    bool of_customer = begins(line, "{\"t\":\"bill\"") || begins(line, "{\"t\":\"corrected\"");
    return of_customer ? add_line(&d->block, line) : text_add(head, line);
}

/* ---- the base -------------------------------------------------------------------------------- */

static enum till_status keep_block(struct diff *d)
{
    if (d->count == BOOK_DELTA_CUSTOMERS_MAX) {
        return TILL_TOO_LARGE;
    }
    if (d->count == d->capacity) {
        size_t capacity = d->capacity == 0 ? 1024 : 2 * d->capacity;
        struct seen *grown = realloc(d->base, capacity * sizeof(*grown));
        if (grown == NULL) {
            return TILL_E_MEMORY;
        }
        d->base = grown;
        d->capacity = capacity;
    }
    struct seen *s = &d->base[d->count++];
    memcpy(s->account, d->block.account, sizeof(s->account));
    s->here = false;
    return digest_of(&d->block, s->digest);
}

static enum till_status take_base_line(void *context, struct span line)
{
    struct diff *d = context;
    return sort_line(d, &d->base_head, line, keep_block);
}

static int by_account(const void *a, const void *b)
{
    const struct seen *one = a, *two = b;
    return strcmp(one->account, two->account);
}

/* ---- the whole book, compared ---------------------------------------------------------------- */

/* Site, users, meter books, team: all of them where any line differs. */
static enum till_status put_head(struct diff *d)
{
    if (d->head_done) {
        return TILL_OK;
    }
    d->head_done = true;
    if (d->head.size == d->base_head.size &&
        (d->head.size == 0 || memcmp(d->head.bytes, d->base_head.bytes, d->head.size) == 0)) {
        return TILL_OK;
    }
    return book_pen_put(d->pen, (struct span){d->head.bytes, d->head.size}, false);
}

static enum till_status put_changed(struct diff *d)
{
    struct seen key;
    uint8_t digest[DIGEST_SIZE];
    memcpy(key.account, d->block.account, sizeof(key.account));
    struct seen *before =
        d->count == 0 ? NULL : bsearch(&key, d->base, d->count, sizeof(key), by_account);
    enum till_status status = digest_of(&d->block, digest);
    if (status == TILL_OK) {
        status = put_head(d);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (before != NULL) {
        before->here = true;
        if (memcmp(before->digest, digest, DIGEST_SIZE) == 0) {
            return TILL_OK;
        }
    }
    return book_pen_put(d->pen, (struct span){d->block.text, d->block.size}, false);
}

static enum till_status put_gone(struct diff *d)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < d->count && status == TILL_OK; i++) {
        if (d->base[i].here) {
            continue;
        }
        uint8_t memory[BOOK_LINE_MAX];
        struct buffer out;
        struct book_text_line line = {.type = BOOK_LINE_GONE};
        memcpy(line.as.account, d->base[i].account, sizeof(line.as.account));
        buffer_init(&out, memory, sizeof(memory));
        status = book_text_write(&line, &out);
        if (status == TILL_OK) {
            status = book_pen_put(d->pen, (struct span){out.data, out.size}, false);
        }
    }
    return status;
}

static enum till_status take_line_compared(void *context, struct span line)
{
    struct diff *d = context;
    enum till_status status = sort_line(d, &d->head, line, put_changed);
    if (status != TILL_OK || !begins(line, "{\"t\":\"end\"")) {
        return status;
    }
    status = put_head(d);
    if (status == TILL_OK) {
        status = put_gone(d);
    }
    return status == TILL_OK ? book_pen_put(d->pen, line, true) : status;
}

enum till_status book_delta_make(struct span base, struct span whole,
                                 struct book_content *delta_out)
{
    struct diff *d = calloc(1, sizeof(*d));
    *delta_out = (struct book_content){0};
    if (d == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = walk(base, take_base_line, d);
    if (status == TILL_OK) {
        if (d->count > 0) {
            qsort(d->base, d->count, sizeof(*d->base), by_account);
        }
        status = book_pen_open(delta_out, &d->pen);
    }
    if (status == TILL_OK) {
        status = walk(whole, take_line_compared, d);
    }
    enum till_status closed = book_pen_close(d->pen);
    status = status == TILL_OK ? closed : status;
    if (status != TILL_OK) {
        book_content_free(delta_out);
    }
    if (d->base_head.bytes != NULL) {
        crypto_wipe(d->base_head.bytes, d->base_head.size);
    }
    if (d->head.bytes != NULL) {
        crypto_wipe(d->head.bytes, d->head.size);
    }
    free(d->base_head.bytes);
    free(d->head.bytes);
    free(d->base);
    free(d);
    return status;
}
