#include "book_indexer.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "book_term.h"

enum {
    BATCH_ROWS = 128,
    ALONE_ROWS = 4096 /* a book of fewer is not worth a thread */
};

struct batch {
    int64_t first; /* row */
    size_t count, done;
    struct book_customer customers[BATCH_ROWS];
};

struct book_indexer {
    struct book_indexer_options options;
    struct book_gather *gather;
    uint64_t terms[BOOK_TERMS_MAX];
    bool threaded;
    /* One batch is filled by the caller while the other is gathered. */
    struct batch batches[2];
    unsigned filling;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch *given; /* to the thread; NULL: it has nothing to do, and touches nothing */
    bool over;
};

/* False: the gather is full, and the row is not in it. */
static bool gather_row(struct book_indexer *ix, int64_t row, const struct book_customer *customer)
{
    size_t count = book_terms_of(customer, ix->terms);

    return book_gather_put(ix->gather, row, ix->terms, count);
}

static enum till_status gather_or_flush(struct book_indexer *ix, int64_t row,
                                        const struct book_customer *customer)
{
    if (gather_row(ix, row, customer))
        return TILL_OK;
    enum till_status st = ix->options.flush(ix->options.context, ix->gather);
    if (st == TILL_OK) {
        bool fits = gather_row(ix, row, customer);

        assert(fits); /* one row, into an empty run */
    }
    return st;
}

/* What is left of a batch. */
static enum till_status gather_rest(struct book_indexer *ix, struct batch *b)
{
    enum till_status st = TILL_OK;

    for (; b->done < b->count && st == TILL_OK; b->done++)
        st = gather_or_flush(ix, b->first + (int64_t)b->done, &b->customers[b->done]);
    b->count = b->done = 0;
    return st;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void *gather_batches(void *context)
{
    struct book_indexer *ix = context;

    pthread_mutex_lock(&ix->lock);
    for (;;) {
        struct batch *b = ix->given;

        if (b == NULL && ix->over)
            break;
        if (b == NULL) {
            pthread_cond_wait(&ix->changed, &ix->lock);
            continue;
        }
        pthread_mutex_unlock(&ix->lock);
        while (b->done < b->count &&
               gather_row(ix, b->first + (int64_t)b->done, &b->customers[b->done]))
            b->done++;
        pthread_mutex_lock(&ix->lock);
        ix->given = NULL;
        pthread_cond_broadcast(&ix->changed);
    }
    pthread_mutex_unlock(&ix->lock);
    return NULL;
}

static void start(struct book_indexer *ix)
{
    pthread_mutex_init(&ix->lock, NULL);
    pthread_cond_init(&ix->changed, NULL);
    ix->threaded = pthread_create(&ix->thread, NULL, gather_batches, ix) == 0;
    if (ix->threaded)
        return;
    pthread_cond_destroy(&ix->changed);
    pthread_mutex_destroy(&ix->lock);
    ix->options.alone = true;
}

static void give(struct book_indexer *ix, struct batch *b)
{
    pthread_mutex_lock(&ix->lock);
    ix->given = b;
    pthread_cond_broadcast(&ix->changed);
    pthread_mutex_unlock(&ix->lock);
}

/* Until the thread has nothing to do. */
static void await(struct book_indexer *ix)
{
    pthread_mutex_lock(&ix->lock);
    while (ix->given != NULL)
        pthread_cond_wait(&ix->changed, &ix->lock);
    pthread_mutex_unlock(&ix->lock);
}

static void stop(struct book_indexer *ix)
{
    if (!ix->threaded)
        return;
    pthread_mutex_lock(&ix->lock);
    ix->over = true;
    pthread_cond_broadcast(&ix->changed);
    pthread_mutex_unlock(&ix->lock);
    pthread_join(ix->thread, NULL);
    pthread_cond_destroy(&ix->changed);
    pthread_mutex_destroy(&ix->lock);
    ix->threaded = false;
    ix->options.alone = true;
}

/* ---- the caller ------------------------------------------------------------------------------ */

enum till_status book_indexer_open(const struct book_indexer_options *options,
                                   struct book_indexer **indexer_out)
{
    struct book_indexer *ix = calloc(1, sizeof(*ix));

    if (ix == NULL)
        return TILL_E_MEMORY;
    ix->options = *options;
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        ix->options.alone = true;
    enum till_status st = book_gather_open(&ix->gather);
    if (st != TILL_OK) {
        free(ix);
        return st;
    }
    *indexer_out = ix;
    return TILL_OK;
}

/* The batch goes to the thread once that has done the one before; where its run was full in the
 * middle, the run is written and the rest gathered here. */
static enum till_status turn(struct book_indexer *ix)
{
    struct batch *filled = &ix->batches[ix->filling];

    await(ix);
    ix->filling ^= 1u;
    enum till_status st = gather_rest(ix, &ix->batches[ix->filling]);
    if (st == TILL_OK)
        give(ix, filled);
    return st;
}

enum till_status book_indexer_put(struct book_indexer *ix, int64_t row,
                                  const struct book_customer *customer)
{
    if (!ix->threaded && !ix->options.alone && row > ALONE_ROWS)
        start(ix);
    if (!ix->threaded)
        return gather_or_flush(ix, row, customer);
    struct batch *b = &ix->batches[ix->filling];
    if (b->count == 0)
        b->first = row;
    assert(row == b->first + (int64_t)b->count);
    b->customers[b->count++] = *customer;
    return b->count < BATCH_ROWS ? TILL_OK : turn(ix);
}

enum till_status book_indexer_end(struct book_indexer *ix)
{
    enum till_status st = TILL_OK;

    if (ix->threaded) {
        await(ix);
        st = gather_rest(ix, &ix->batches[ix->filling ^ 1u]);
        if (st == TILL_OK)
            st = gather_rest(ix, &ix->batches[ix->filling]);
    }
    stop(ix);
    if (st == TILL_OK && !book_gather_is_empty(ix->gather))
        st = ix->options.flush(ix->options.context, ix->gather);
    return st;
}

void book_indexer_close(struct book_indexer *ix)
{
    if (ix == NULL)
        return;
    stop(ix);
    book_gather_close(ix->gather);
    free(ix);
}
