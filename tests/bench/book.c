/*
 * book_insert and book_bytes: a book of 1,000,000 customers through the builder, with its index,
 * seals and checks, until it is renamed into place; against the same rows inserted into two plain
 * SQLite tables and committed.
 *
 *   book_insert  customers a second. The plain tables keep an account and a place from coming
 *                twice, as the builder does. Both take turns of CHUNK customers, so that whatever
 *                else the machine does falls on both.
 *   book_bytes   MB of the book's file; the baseline is the plain tables without any index
 *
 * Neither is charged with making up the customers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "plain.h"
#include "vfs.h"

enum { CUSTOMERS = 1000000, CHUNK = 10000, SLICE_MS = 10 };

struct item {
    struct book_customer customer;
    struct bill bills[CROWD_BILLS_MAX];
    size_t count;
};

static void make(struct item *items, uint32_t from)
{
    for (uint32_t i = 0; i < CHUNK; i++) {
        crowd_customer(from + i, &items[i].customer);
        items[i].count = crowd_bills(from + i, items[i].bills);
    }
}

static double put_book(struct book_builder *b, const struct item *items)
{
    double from = bench_now_us();
    for (uint32_t i = 0; i < CHUNK; i++) {
        bench_need(book_builder_customer(b, &items[i].customer), "customer");
        for (size_t j = 0; j < items[i].count; j++)
            bench_need(book_builder_bill(b, items[i].customer.account, &items[i].bills[j]), "bill");
    }
    return bench_now_us() - from;
}

static double put_plain(struct plain *p, const struct item *items, uint32_t first)
{
    double from = bench_now_us();
    for (uint32_t i = 0; i < CHUNK; i++)
        plain_put(p, (int64_t)first + i + 1, (first + i) / CROWD_BOOK_SIZE + 1, &items[i].customer,
                  items[i].bills, items[i].count);
    return bench_now_us() - from;
}

/* The longest slice but for the last, which syncs. */
static double finish(struct book_builder *b, double *longest_out)
{
    struct book_meta meta = crowd_meta(CUSTOMERS);
    double from = bench_now_us(), slice = 0;
    bool done = false;
    bench_need(book_builder_end(b, &meta), "end");
    while (!done) {
        if (slice > *longest_out)
            *longest_out = slice;
        double begin = bench_now_us();
        bench_need(book_builder_step(b, SLICE_MS, &done), "step");
        slice = bench_now_us() - begin;
    }
    bench_say("book: the last step, which syncs, took %.0f ms", slice / 1000);
    return bench_now_us() - from;
}

static double megabytes(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        bench_fail(path);
    return (double)info.st_size / 1e6;
}

static double plain_bytes(const char *path, struct item *items)
{
    struct plain p;
    plain_open(&p, path, false);
    for (uint32_t from = 0; from < CUSTOMERS; from += CHUNK) {
        make(items, from);
        put_plain(&p, items, from);
    }
    plain_commit(&p);
    plain_close(&p);
    return megabytes(path);
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct book_builder *b = NULL;
    struct plain p;
    double book_us = 0, plain_us = 0, longest_us = 0;
    char dir[BENCH_PATH_MAX], path[BENCH_PATH_MAX + 16], bare[BENCH_PATH_MAX + 16];
    struct item *items = malloc(CHUNK * sizeof *items);
    bench_begin(argc, argv, &place);
    bench_folder(&place, "book", dir);
    snprintf(path, sizeof path, "%s/book.db", dir);
    snprintf(bare, sizeof bare, "%s/bare.db", dir);
    if (!items)
        bench_fail("memory");
    bench_need(vfs_register(512), "vfs");
    bench_need(book_builder_open(path, NULL, crowd_mac(), &b), "book");
    bench_need(crowd_put_head(b, CUSTOMERS), "head");
    plain_open(&p, bare, true);
    for (uint32_t from = 0; from < CUSTOMERS; from += CHUNK) {
        make(items, from);
        book_us += put_book(b, items);
        plain_us += put_plain(&p, items, from);
    }
    book_us += finish(b, &longest_us);
    double commit = bench_now_us();
    plain_commit(&p);
    plain_us += bench_now_us() - commit;
    plain_close(&p);
    unlink(bare);
    bench_row("book_insert", CUSTOMERS / book_us * 1e6, "/s", CUSTOMERS / plain_us * 1e6);
    bench_say("book: the longest other slice of %d ms took %.1f ms", SLICE_MS, longest_us / 1000);
    bench_row("book_bytes", megabytes(path), "MB", plain_bytes(bare, items));
    free(items);
    return 0;
}
