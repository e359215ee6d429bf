/*
 * book_apply: a whole book that lies in the spool becomes the terminal's book, as the terminal does
 * it between two keys: hashed, unpacked, each line read strictly, rows built and sealed, indexed,
 * synced, renamed, opened. 1,000,000 customers.
 *
 * The baseline in the same run: the same rows inserted into two plain SQLite tables that keep an
 * account and a place from coming twice, and committed; parts of both take turns. The longest slice
 * is told as well: no key waits longer for it, but for the last one, which syncs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_text.h"
#include "plain.h"
#include "stage.h"
#include "text.h"

enum { CUSTOMERS = 1000000, CHUNK = 10000, CHUNKS = CUSTOMERS / CHUNK, PACKED_ROOM = 256 * 1024 };
/* About what a customer and their bills take unpacked. */
enum { CUSTOMER_SIZE = 300 };

/* ---- the book in the spool ------------------------------------------------------------------- */

struct spool {
    FILE *file;
    struct packer *packer;
    struct crypto_hash *hash;
    struct book_manifest manifest;
    struct book_text_line line;
    uint8_t packed[PACKED_ROOM];
};

static void put(struct spool *s, enum book_line_type type)
{
    uint8_t memory[BOOK_LINE_MAX + 1];
    struct buffer text, out;
    s->line.type = type;
    buffer_init(&text, memory, sizeof memory);
    bench_need(book_text_write(&s->line, &text), "a line");
    struct span plain = {text.data, text.size};
    s->manifest.plain_size += plain.size;
    buffer_init(&out, s->packed, sizeof s->packed);
    bench_need(packer_feed(s->packer, &plain, type == BOOK_LINE_END, &out), "pack");
    bench_need(crypto_hash_add(s->hash, (struct span){out.data, out.size}), "hash");
    if (fwrite(s->packed, 1, out.size, s->file) != out.size)
        bench_fail("write the spool");
    s->manifest.packed_size += out.size;
}

static void put_customer(struct spool *s, uint32_t n)
{
    struct bill bills[CROWD_BILLS_MAX];
    size_t count = crowd_bills(n, bills);
    crowd_customer(n, &s->line.as.customer);
    put(s, BOOK_LINE_CUSTOMER);
    for (size_t i = 0; i < count; i++) {
        s->line.as.bill = bills[i];
        put(s, BOOK_LINE_BILL);
    }
}

static void make_spool(const char *path, const struct app *app, struct book_manifest *manifest_out)
{
    struct spool *s = calloc(1, sizeof *s);
    if (!s)
        bench_fail("memory");
    s->file = fopen(path, "wb");
    if (!s->file)
        bench_fail(path);
    bench_need(packer_open(&s->packer), "packer");
    /* So the host packs a book of that size: eight times as fast. */
    bench_need(packer_expect(s->packer, (uint64_t)CUSTOMERS * CUSTOMER_SIZE), "packer");
    bench_need(crypto_hash_begin(&s->hash), "hash");
    s->line.as.site = *book_site(app->book);
    put(s, BOOK_LINE_SITE);
    for (uint32_t book = 0; book < crowd_meter_books(CUSTOMERS); book++) {
        crowd_meter_book(book, &s->line.as.meter_book);
        put(s, BOOK_LINE_METER_BOOK);
    }
    for (uint32_t n = 0; n < CUSTOMERS; n++)
        put_customer(s, n);
    s->line.as.customers = CUSTOMERS;
    put(s, BOOK_LINE_END);
    packer_close(s->packer);
    bench_need(crypto_hash_end(s->hash, s->manifest.content_hash), "hash");
    if (fclose(s->file) != 0)
        bench_fail("close the spool");
    struct book_meta *meta = &s->manifest.meta;
    *meta = crowd_meta(CUSTOMERS);
    text_copy(meta->terminal, sizeof meta->terminal, journal_terminal(app->journal));
    memcpy(meta->hash, s->manifest.content_hash, HASH_SIZE);
    meta->revision = book_meta(app->book)->revision + 1;
    *manifest_out = s->manifest;
    free(s);
}

/* ---- taking turns ---------------------------------------------------------------------------- */

static double put_chunk(struct plain *p, uint32_t chunk)
{
    struct item {
        struct book_customer customer;
        struct bill bills[CROWD_BILLS_MAX];
        size_t count;
    } *items = malloc(CHUNK * sizeof *items);
    if (!items)
        bench_fail("memory");
    for (uint32_t i = 0; i < CHUNK; i++) {
        crowd_customer(chunk * CHUNK + i, &items[i].customer);
        items[i].count = crowd_bills(chunk * CHUNK + i, items[i].bills);
    }
    double from = bench_now_us();
    for (uint32_t i = 0; i < CHUNK; i++) {
        uint32_t n = chunk * CHUNK + i;
        plain_put(p, (int64_t)n + 1, n / CROWD_BOOK_SIZE + 1, &items[i].customer, items[i].bills,
                  items[i].count);
    }
    double took = bench_now_us() - from;
    free(items);
    return took;
}

struct run {
    double apply_us, plain_us, longest_us;
    uint32_t chunks;
};

/* The terminal's book, slice after slice; the plain tables keep pace with what it has read. */
static void apply(struct app *app, struct plain *p, struct run *r)
{
    enum { READ_PERCENT = 80 };
    enum till_status status = TILL_OK;
    bool ended = false;
    while (!ended) {
        double from = bench_now_us();
        ended = book_apply_step(app, &status);
        double took = bench_now_us() - from;
        r->apply_us += took;
        if (!ended && took > r->longest_us)
            r->longest_us = took;
        uint32_t due = (uint32_t)app->line.book_percent * CHUNKS / READ_PERCENT;
        while (r->chunks < CHUNKS && (r->chunks < due || ended))
            r->plain_us += put_chunk(p, r->chunks++);
    }
    bench_need(status, "apply the book");
    double from = bench_now_us();
    plain_commit(p);
    r->plain_us += bench_now_us() - from;
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct stage stage;
    struct plain plain;
    struct book_manifest manifest;
    struct run run = {.chunks = 0};
    char dir[BENCH_PATH_MAX], spool[BENCH_PATH_MAX + 16], bare[BENCH_PATH_MAX + 16];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "apply", dir);
    stage_make(dir, STAGE_TOWN, SIM_START_S);
    stage_open(&stage, &place, dir, false);
    snprintf(spool, sizeof spool, "%s/book.zst", dir);
    snprintf(bare, sizeof bare, "%s/plain.db", dir);
    make_spool(spool, stage.app, &manifest);
    bench_say("book_apply: %d customers, %.1f MB packed, %.1f MB plain", (int)CUSTOMERS,
              (double)manifest.packed_size / 1e6, (double)manifest.plain_size / 1e6);
    plain_open(&plain, bare, true);
    bench_need(book_apply(stage.app, spool, &manifest), "begin the book");
    apply(stage.app, &plain, &run);
    plain_close(&plain);
    if (book_meta(stage.app->book)->customers != CUSTOMERS)
        bench_fail("the book that stands is another one");
    bench_row("book_apply", CUSTOMERS / (run.apply_us / 1e6), "1/s",
              CUSTOMERS / (run.plain_us / 1e6));
    bench_say("book_apply: longest slice %.1f ms", run.longest_us / 1000);
    stage_close(&stage);
    return 0;
}
