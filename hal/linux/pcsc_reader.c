/*
 * Card reader over PC/SC: the contract of card.h in front of the threads of pcsc_watch.h, with
 * their time limits.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "monotonic.h"
#include "pcsc_watch.h"

enum {
    CONNECT_MS = 950,
    TRANSMIT_MS = 2400,
    DISCONNECT_MS = 500,
    GONE_MS = 900, /* the daemon looks for cards every 400 */
    ALL_MS = 2950  /* the contract's three seconds */
};

struct pcsc_reader {
    struct card_reader card;
    struct pcsc *pcsc;
};

static int reader_fd(void *context)
{
    struct pcsc_reader *r = context;
    return r->pcsc->event_fd;
}

static enum till_status reader_present(void *context, bool *present_out)
{
    struct pcsc_reader *r = context;
    struct pcsc *p = r->pcsc;
    uint64_t times = 0;
    (void)!read(p->event_fd, &times, sizeof times);
    pthread_mutex_lock(&p->lock);
    bool there = p->name[0] != '\0';
    bool present = p->present;
    pthread_mutex_unlock(&p->lock);
    if (!there) {
        return TILL_DEVICE_OFFLINE;
    }
    *present_out = present;
    return TILL_OK;
}

/* Until the worker is free; the lock is held. false: a card holds it still. */
static bool wait_for_worker(struct pcsc *p, const struct timespec *until)
{
    while (p->request != PCSC_NONE) {
        if (pthread_cond_timedwait(&p->changed, &p->lock, until) != 0) {
            return p->request == PCSC_NONE;
        }
    }
    return true;
}

/* Have the worker do it; the lock is held. TILL_TIMEOUT: it hasn't by then, and is left to it. */
static enum till_status call(struct pcsc *p, enum pcsc_request request,
                             const struct timespec *until)
{
    p->request = request;
    p->abandoned = false;
    pthread_cond_broadcast(&p->changed);
    if (!wait_for_worker(p, until)) {
        p->abandoned = true;
        return TILL_TIMEOUT;
    }
    return p->status;
}

/* Was the card pulled out? The watcher needs a moment to see it; the lock is held. */
static bool is_pulled(struct pcsc *p, int64_t most_ms)
{
    struct timespec until = pcsc_in_ms(most_ms < GONE_MS ? most_ms : GONE_MS);
    while (p->present && pthread_cond_timedwait(&p->changed, &p->lock, &until) == 0) {
    }
    return !p->present;
}

static enum till_status reader_connect(void *context, struct card_atr *atr_out)
{
    struct pcsc_reader *r = context;
    struct pcsc *p = r->pcsc;
    struct timespec until = pcsc_in_ms(CONNECT_MS);
    enum till_status status = TILL_OK;
    pthread_mutex_lock(&p->lock);
    if (p->name[0] == '\0') {
        status = TILL_DEVICE_OFFLINE;
    } else if (!p->present) {
        status = TILL_NOT_FOUND;
    } else if (!wait_for_worker(p, &until)) {
        status = TILL_TIMEOUT;
    } else {
        status = call(p, PCSC_CONNECT, &until);
    }
    if (status == TILL_OK) {
        *atr_out = p->atr;
    }
    pthread_mutex_unlock(&p->lock);
    return status;
}

static enum till_status reader_transmit(void *context, struct span command, uint8_t *response_out,
                                        size_t capacity, size_t *size_out)
{
    struct pcsc_reader *r = context;
    struct pcsc *p = r->pcsc;
    struct timespec until = pcsc_in_ms(TRANSMIT_MS);
    int64_t all_ms = monotonic_ms() + ALL_MS;
    (void)capacity; /* at least CARD_RESPONSE_MAX: checked */
    pthread_mutex_lock(&p->lock);
    enum till_status status = TILL_TIMEOUT;
    if (wait_for_worker(p, &until)) {
        memcpy(p->command, command.data, command.size);
        p->command_size = command.size;
        status = call(p, PCSC_TRANSMIT, &until);
        if (status == TILL_OK) {
            memcpy(response_out, p->response, p->response_size);
            *size_out = p->response_size;
        }
        if (status != TILL_TIMEOUT) {
            explicit_bzero(p->response, sizeof p->response);
        }
    }
    if ((status == TILL_E_PROTOCOL || status == TILL_TIMEOUT) &&
        is_pulled(p, all_ms - monotonic_ms())) {
        status = p->name[0] != '\0' ? TILL_NOT_FOUND : TILL_DEVICE_OFFLINE;
    }
    pthread_mutex_unlock(&p->lock);
    return status;
}

static void reader_disconnect(void *context)
{
    struct pcsc_reader *r = context;
    struct pcsc *p = r->pcsc;
    struct timespec until = pcsc_in_ms(DISCONNECT_MS);
    pthread_mutex_lock(&p->lock);
    if (wait_for_worker(p, &until)) {
        (void)call(p, PCSC_DISCONNECT, &until);
    }
    pthread_mutex_unlock(&p->lock);
}

static void reader_close(void *context)
{
    struct pcsc_reader *r = context;
    pcsc_stop(r->pcsc);
    free(r);
}

enum till_status pcsc_reader_open(struct opening *opening, struct board *board)
{
    struct pcsc_reader *r = calloc(1, sizeof *r);
    if (!r) {
        return TILL_E_MEMORY;
    }
    r->card = (struct card_reader){.context = r,
                                   .fd = reader_fd,
                                   .present = reader_present,
                                   .connect = reader_connect,
                                   .transmit = reader_transmit,
                                   .disconnect = reader_disconnect,
                                   .close = reader_close};
    const char *wanted = settings_text(opening->settings, opening->section, "reader", "");
    enum till_status status = pcsc_start(wanted, &r->pcsc);
    if (status != TILL_OK) {
        free(r);
        return status;
    }
    board->card = &r->card;
    return TILL_OK;
}
