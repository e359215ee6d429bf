#include "journal_crew.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_ENTRIES = 256, BATCH_ROOM = 160 * BATCH_ENTRIES, BATCHES = 2 * JOURNAL_CREW_MAX };

struct batch {
    struct batch *next;
    struct sealer sealer;
    size_t count, used;
    uint16_t sizes[BATCH_ENTRIES];
    uint8_t hashes[BATCH_ENTRIES][HASH_SIZE];
    uint8_t bytes[BATCH_ROOM];
};

struct journal_crew {
    pthread_mutex_t lock;
    pthread_cond_t work; /* there is some, or it is over */
    pthread_cond_t room; /* a batch was given back */
    struct batch *idle, *first, *last;
    journal_crew_job *job; /* NULL: taken */
    void *context;
    bool bad, over;
    struct batch *filling; /* the reader's own */
    unsigned count;
    pthread_t threads[JOURNAL_CREW_MAX];
    struct batch batches[BATCHES];
};

static bool digest_one_by_one(const struct batch *b, uint8_t (*hashes_out)[HASH_SIZE])
{
    const uint8_t *at = b->bytes;

    for (size_t i = 0; i < b->count; at += b->sizes[i++])
        if (b->sealer.digest(b->sealer.context, (struct span){at, b->sizes[i]}, hashes_out[i]) !=
            TILL_OK)
            return false;
    return true;
}

static bool batch_fits(const struct batch *b)
{
    const struct sealer *s = &b->sealer;
    uint8_t hashes[BATCH_ENTRIES][HASH_SIZE];
    bool done = s->digest_each != NULL
                    ? s->digest_each(s->context, b->bytes, b->sizes, b->count, hashes) == TILL_OK
                    : digest_one_by_one(b, hashes);

    return done && memcmp(hashes, b->hashes, b->count * HASH_SIZE) == 0;
}

/* ---- with the lock held ---------------------------------------------------------------------- */

static struct batch *next_batch(struct journal_crew *crew)
{
    struct batch *b = crew->first;

    if (b == NULL)
        return NULL;
    crew->first = b->next;
    if (crew->first == NULL)
        crew->last = NULL;
    return b;
}

/* Let go of the lock while it is done. */
static void do_batch(struct journal_crew *crew, struct batch *b)
{
    bool skip = crew->bad;

    pthread_mutex_unlock(&crew->lock);
    bool fits = skip || batch_fits(b);
    pthread_mutex_lock(&crew->lock);
    crew->bad = crew->bad || !fits;
    b->count = b->used = 0;
    b->next = crew->idle;
    crew->idle = b;
    pthread_cond_signal(&crew->room);
}

static bool do_job(struct journal_crew *crew)
{
    journal_crew_job *job = crew->job;

    if (job == NULL)
        return false;
    crew->job = NULL;
    if (crew->bad)
        return true;
    pthread_mutex_unlock(&crew->lock);
    bool fits = job(crew->context);
    pthread_mutex_lock(&crew->lock);
    crew->bad = crew->bad || !fits;
    return true;
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *help(void *context)
{
    struct journal_crew *crew = context;

    pthread_mutex_lock(&crew->lock);
    for (;;) {
        if (do_job(crew))
            continue;
        struct batch *b = next_batch(crew);
        if (b != NULL)
            do_batch(crew, b);
        else if (crew->over)
            break;
        else
            pthread_cond_wait(&crew->work, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

enum till_status journal_crew_open(unsigned threads, journal_crew_job *job, void *context,
                                   struct journal_crew **crew_out)
{
    struct journal_crew *crew = malloc(sizeof *crew);

    assert(threads >= 1 && threads <= JOURNAL_CREW_MAX);
    if (crew == NULL)
        return TILL_E_MEMORY;
    /* The batches' bytes are touched when they are used. */
    memset(crew, 0, offsetof(struct journal_crew, batches));
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->work, NULL);
    pthread_cond_init(&crew->room, NULL);
    crew->job = job;
    crew->context = context;
    for (size_t i = 0; i < BATCHES; i++) {
        struct batch *b = &crew->batches[i];

        b->count = b->used = 0;
        b->next = crew->idle;
        crew->idle = b;
    }
    crew->filling = crew->idle;
    crew->idle = crew->filling->next;
    for (unsigned i = 1; i < threads; i++)
        if (pthread_create(&crew->threads[crew->count], NULL, help, crew) == 0)
            crew->count++;
    *crew_out = crew;
    return TILL_OK;
}

/* Hand over what was filled, and take an empty one: where there is none, one is hashed here. */
static bool hand_over(struct journal_crew *crew)
{
    struct batch *b = crew->filling;

    pthread_mutex_lock(&crew->lock);
    b->next = NULL;
    if (crew->last != NULL)
        crew->last->next = b;
    else
        crew->first = b;
    crew->last = b;
    pthread_cond_signal(&crew->work);
    while (crew->idle == NULL || crew->count == 0) {
        b = next_batch(crew);
        if (b != NULL)
            do_batch(crew, b);
        else if (crew->idle != NULL)
            break;
        else
            pthread_cond_wait(&crew->room, &crew->lock);
    }
    crew->filling = crew->idle;
    crew->idle = crew->filling->next;
    bool good = !crew->bad;
    pthread_mutex_unlock(&crew->lock);
    return good;
}

bool journal_crew_check(struct journal_crew *crew, const struct sealer *sealer,
                        const char *terminal, const struct entry *e, const uint8_t prev[HASH_SIZE])
{
    struct batch *b = crew->filling;
    struct buffer bytes;

    if (b->count == BATCH_ENTRIES || BATCH_ROOM - b->used < CHAIN_PREIMAGE_MAX) {
        if (!hand_over(crew))
            return false;
        b = crew->filling;
    }
    buffer_init(&bytes, b->bytes + b->used, BATCH_ROOM - b->used);
    chain_preimage(terminal, e, prev, &bytes);
    assert(!bytes.overflow);
    b->sealer = *sealer;
    b->sizes[b->count] = (uint16_t)bytes.size;
    memcpy(b->hashes[b->count++], e->hash, HASH_SIZE);
    b->used += bytes.size;
    return true;
}

bool journal_crew_close(struct journal_crew *crew, bool give_up)
{
    if (crew == NULL)
        return false;
    if (!give_up)
        (void)!hand_over(crew);
    pthread_mutex_lock(&crew->lock);
    crew->bad = crew->bad || give_up;
    while (do_job(crew))
        ;
    for (struct batch *b; (b = next_batch(crew)) != NULL;)
        do_batch(crew, b);
    crew->over = true;
    pthread_cond_broadcast(&crew->work);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->count; i++)
        pthread_join(crew->threads[i], NULL);
    bool good = !crew->bad;
    pthread_cond_destroy(&crew->work);
    pthread_cond_destroy(&crew->room);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
    return good;
}
