#include "pcsc_watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "monotonic.h"
#include "text.h"

enum {
    RETRY_MS = 1000,        /* between two looks for the daemon */
    LOOK_MS = 5000,         /* at most so long in one wait; a lost cancel costs no more */
    CLOSE_MS = 1000,        /* that closing waits for the threads */
    CANCEL_MS = 20,         /* between two cancels: one that comes before the wait is lost */
    READERS_MAX = 2048,     /* bytes of all names */
    STACK_SIZE = 256 * 1024 /* of a thread */
};

struct timespec pcsc_in_ms(int64_t ms)
{
    struct timespec when;
    (void)clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += (time_t)(ms / 1000);
    when.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (when.tv_nsec >= 1000000000L) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000L;
    }
    return when;
}

static void destroy(struct pcsc *p)
{
    if (p->event_fd >= 0) {
        close(p->event_fd);
    }
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void pcsc_leave(struct pcsc *p)
{
    pthread_mutex_lock(&p->lock);
    bool last = --p->holders == 0;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    if (last) {
        destroy(p);
    }
}

/* ---- the watcher ----------------------------------------------------------------------------- */

static void publish(struct pcsc *p, const char *name, bool present)
{
    uint64_t one = 1;
    pthread_mutex_lock(&p->lock);
    if (strcmp(p->name, name) != 0 || p->present != present) {
        text_copy(p->name, sizeof p->name, name);
        p->present = present;
        (void)!write(p->event_fd, &one, sizeof one);
        pthread_cond_broadcast(&p->changed);
    }
    pthread_mutex_unlock(&p->lock);
}

static bool is_closing(struct pcsc *p)
{
    pthread_mutex_lock(&p->lock);
    bool closing = p->closing;
    pthread_mutex_unlock(&p->lock);
    return closing;
}

static void pause_a_while(struct pcsc *p)
{
    struct timespec until = pcsc_in_ms(RETRY_MS);
    pthread_mutex_lock(&p->lock);
    while (!p->closing && pthread_cond_timedwait(&p->changed, &p->lock, &until) == 0) {
    }
    pthread_mutex_unlock(&p->lock);
}

/* The first reader whose name has the wanted part. false: the daemon is gone. */
static bool find_reader(struct pcsc *p, SCARDCONTEXT context, char name_out[PCSC_NAME_MAX])
{
    char names[READERS_MAX];
    DWORD size = sizeof names;
    LONG answer = SCardListReaders(context, NULL, names, &size);
    name_out[0] = '\0';
    if (answer == SCARD_E_NO_READERS_AVAILABLE) {
        return true;
    }
    if (answer != SCARD_S_SUCCESS) {
        return false;
    }
    names[sizeof names - 1] = '\0';
    for (size_t at = 0; at < size && names[at] != '\0'; at += strlen(names + at) + 1) {
        if (strstr(names + at, p->wanted) != NULL) {
            text_copy(name_out, PCSC_NAME_MAX, names + at);
            return true;
        }
    }
    return true;
}

static LONG wait_for_change(struct pcsc *p, SCARDCONTEXT context, SCARD_READERSTATE *states,
                            DWORD count)
{
    pthread_mutex_lock(&p->lock);
    bool closing = p->closing;
    p->watching = context;
    p->waiting = !closing;
    pthread_mutex_unlock(&p->lock);
    LONG answer =
        closing ? SCARD_E_CANCELLED : SCardGetStatusChange(context, LOOK_MS, states, count);
    pthread_mutex_lock(&p->lock);
    p->waiting = false;
    pthread_mutex_unlock(&p->lock);
    return answer;
}

/* One reader, or none, until readers come or go. false: the daemon is gone. */
static bool watch_reader(struct pcsc *p, SCARDCONTEXT context)
{
    char name[PCSC_NAME_MAX];
    SCARD_READERSTATE states[2];
    memset(states, 0, sizeof states);
    if (!find_reader(p, context, name)) {
        return false;
    }
    states[0].szReader = "\\\\?PnP?\\Notification";
    states[1].szReader = name;
    DWORD count = name[0] != '\0' ? 2 : 1;
    if (count == 1) {
        publish(p, "", false);
    }
    while (!is_closing(p)) {
        LONG answer = wait_for_change(p, context, states, count);
        if (answer == SCARD_E_TIMEOUT || answer == SCARD_E_CANCELLED) {
            continue;
        }
        if (answer == SCARD_E_UNKNOWN_READER) {
            return true;
        }
        if (answer != SCARD_S_SUCCESS) {
            return false;
        }
        const DWORD lost = SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE | SCARD_STATE_IGNORE;
        if (count == 2 && (states[1].dwEventState & lost) == 0) {
            publish(p, name, (states[1].dwEventState & SCARD_STATE_PRESENT) != 0);
        } else if (count == 2) {
            return true;
        }
        if ((states[0].dwEventState & SCARD_STATE_CHANGED) != 0) {
            return true;
        }
        states[0].dwCurrentState = states[0].dwEventState;
        states[1].dwCurrentState = states[1].dwEventState;
    }
    return true;
}

void *pcsc_watch(void *pcsc)
{
    struct pcsc *p = pcsc;
    while (!is_closing(p)) {
        SCARDCONTEXT context;
        if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS) {
            while (!is_closing(p) && watch_reader(p, context)) {
            }
            (void)SCardReleaseContext(context);
        }
        publish(p, "", false);
        if (!is_closing(p)) {
            pause_a_while(p);
        }
    }
    pcsc_leave(p);
    return NULL;
}

/* ---- both ------------------------------------------------------------------------------------ */

static bool start_thread(struct pcsc *p, void *(*run)(void *))
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;
    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    /* Signals are the program's: they are taken by the thread that expects them. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    p->holders++;
    bool started = pthread_create(&thread, &attributes, run, p) == 0;
    p->holders -= started ? 0 : 1;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

enum till_status pcsc_start(const char *wanted, struct pcsc **pcsc_out)
{
    struct pcsc *p = calloc(1, sizeof *p);
    pthread_condattr_t attributes;
    if (!p) {
        return TILL_E_MEMORY;
    }
    p->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    p->holders = 1;
    text_copy(p->wanted, sizeof p->wanted, wanted);
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&p->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    pthread_mutex_lock(&p->lock);
    bool started = p->event_fd >= 0 && start_thread(p, pcsc_watch) && start_thread(p, pcsc_work);
    pthread_mutex_unlock(&p->lock);
    if (!started) {
        pcsc_stop(p);
        return TILL_E_IO;
    }
    *pcsc_out = p;
    return TILL_OK;
}

void pcsc_stop(struct pcsc *p)
{
    int64_t until_ms = monotonic_ms() + CLOSE_MS;
    pthread_mutex_lock(&p->lock);
    p->closing = true;
    pthread_cond_broadcast(&p->changed);
    while (p->holders > 1 && monotonic_ms() < until_ms) {
        struct timespec soon = pcsc_in_ms(CANCEL_MS);
        if (p->waiting) {
            SCARDCONTEXT watching = p->watching;
            pthread_mutex_unlock(&p->lock);
            (void)SCardCancel(watching);
            pthread_mutex_lock(&p->lock);
        }
        (void)pthread_cond_timedwait(&p->changed, &p->lock, &soon);
    }
    if (p->holders > 1) {
        log_warning("card: a reader still holds its thread");
    }
    pthread_mutex_unlock(&p->lock);
    pcsc_leave(p);
}
