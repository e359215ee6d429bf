#include "workers.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

struct list {
    struct worker_job *first, *last;
    size_t count;
};

struct worker {
    struct workers *pool;
    void *context;
    pthread_t thread;
    char order[TERMINAL_MAX]; /* of the job that it runs; "" = none */
    bool busy;
    int64_t began_ms;
};

struct workers {
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct list waiting, done;
    size_t most;
    int fd; /* an eventfd: jobs that were done */
    bool ending;
    size_t count; /* threads that run */
    struct worker worker[WORKERS_MAX];
};

/* ---- lists ----------------------------------------------------------------------------------- */

static void put_last(struct list *list, struct worker_job *job)
{
    job->next = NULL;
    if (list->last == NULL) {
        list->first = job;
    } else {
        list->last->next = job;
    }
    list->last = job;
    list->count++;
}

/* The job behind `before`; NULL: the first one. */
static struct worker_job *take_behind(struct list *list, struct worker_job *before)
{
    struct worker_job **place = before == NULL ? &list->first : &before->next;
    struct worker_job *job = *place;
    if (job == NULL) {
        return NULL;
    }
    *place = job->next;
    if (list->last == job) {
        list->last = before;
    }
    list->count--;
    job->next = NULL;
    return job;
}

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- a worker -------------------------------------------------------------------------------- */

static bool is_being_run(const struct workers *w, const char *order)
{
    for (size_t i = 0; i < w->count && order[0] != '\0'; i++) {
        if (strcmp(w->worker[i].order, order) == 0) {
            return true;
        }
    }
    return false;
}

/* The one that waited longest and is not kept back by one of its order. */
static struct worker_job *next_job(struct workers *w)
{
    struct worker_job *before = NULL;
    for (struct worker_job *job = w->waiting.first; job != NULL; job = job->next) {
        if (!is_being_run(w, job->order)) {
            return take_behind(&w->waiting, before);
        }
        before = job;
    }
    return NULL;
}

static void tell_loop(const struct workers *w)
{
    uint64_t one = 1;
    ssize_t written = write(w->fd, &one, sizeof(one));
    /* It fails only where the counter is full: then it is readable anyway. */
    (void)written;
}

static void *work(void *context)
{
    struct worker *self = context;
    struct workers *w = self->pool;
    (void)pthread_mutex_lock(&w->lock);
    for (;;) {
        struct worker_job *job = w->ending ? NULL : next_job(w);
        if (job == NULL) {
            if (w->ending) {
                break;
            }
            (void)pthread_cond_wait(&w->news, &w->lock);
            continue;
        }
        memcpy(self->order, job->order, sizeof(self->order));
        self->busy = true;
        self->began_ms = now_ms();
        (void)pthread_mutex_unlock(&w->lock);
        job->run(job, self->context);
        (void)pthread_mutex_lock(&w->lock);
        self->order[0] = '\0';
        self->busy = false;
        put_last(&w->done, job);
        tell_loop(w);
        /* One of its order may have waited for it, and other workers have gone to sleep over it. */
        if (w->waiting.count > 0) {
            (void)pthread_cond_signal(&w->news);
        }
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Signals are the loop's. */
static enum till_status start_thread(struct workers *w, void *context)
{
    struct worker *worker = &w->worker[w->count];
    sigset_t all, before;
    worker->pool = w;
    worker->context = context;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    (void)pthread_mutex_lock(&w->lock);
    int code = pthread_create(&worker->thread, NULL, work, worker);
    w->count += code == 0 ? 1 : 0;
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code != 0) {
        log_error("starting a worker: %s", strerror(code));
        return TILL_E_IO;
    }
    return TILL_OK;
}

/* ---- the pool -------------------------------------------------------------------------------- */

enum till_status workers_start(void *const *contexts, size_t count, size_t most,
                               struct workers **workers_out)
{
    assert(count >= 1 && count <= WORKERS_MAX && most >= 1);
    struct workers *w = calloc(1, sizeof(*w));
    if (w == NULL) {
        return TILL_E_MEMORY;
    }
    w->most = most;
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->news, NULL);
    w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    enum till_status status = w->fd >= 0 ? TILL_OK : TILL_E_IO;
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        status = start_thread(w, contexts[i]);
    }
    if (status != TILL_OK) {
        workers_free(w);
        return status;
    }
    *workers_out = w;
    return TILL_OK;
}

enum till_status workers_give(struct workers *w, struct worker_job *job)
{
    assert(memchr(job->order, '\0', sizeof(job->order)) != NULL);
    (void)pthread_mutex_lock(&w->lock);
    bool room = w->waiting.count < w->most && !w->ending;
    if (room) {
        put_last(&w->waiting, job);
        (void)pthread_cond_signal(&w->news);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return room ? TILL_OK : TILL_BUSY;
}

int workers_fd(const struct workers *w)
{
    return w->fd;
}

struct worker_job *workers_take(struct workers *w)
{
    (void)pthread_mutex_lock(&w->lock);
    struct worker_job *job = take_behind(&w->done, NULL);
    if (job == NULL) {
        uint64_t count = 0;
        ssize_t got = read(w->fd, &count, sizeof(count)); /* not readable any more */
        (void)got;
    }
    (void)pthread_mutex_unlock(&w->lock);
    return job;
}

void workers_look(struct workers *w, struct workers_state *state_out)
{
    int64_t now = now_ms();
    *state_out = (struct workers_state){.count = w->count};
    (void)pthread_mutex_lock(&w->lock);
    state_out->waiting = w->waiting.count;
    for (size_t i = 0; i < w->count; i++) {
        const struct worker *worker = &w->worker[i];
        state_out->busy += worker->busy ? 1 : 0;
        if (worker->busy && now - worker->began_ms > state_out->longest_ms) {
            state_out->longest_ms = now - worker->began_ms;
        }
    }
    (void)pthread_mutex_unlock(&w->lock);
}

void workers_end(struct workers *w)
{
    (void)pthread_mutex_lock(&w->lock);
    w->ending = true;
    (void)pthread_cond_broadcast(&w->news);
    (void)pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < w->count; i++) {
        (void)pthread_join(w->worker[i].thread, NULL);
    }
    w->count = 0;
}

struct worker_job *workers_left(struct workers *w)
{
    assert(w->count == 0);
    return take_behind(&w->waiting, NULL);
}

void workers_free(struct workers *w)
{
    if (w == NULL) {
        return;
    }
    workers_end(w);
    if (w->fd >= 0) {
        (void)close(w->fd);
    }
    (void)pthread_cond_destroy(&w->news);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}
