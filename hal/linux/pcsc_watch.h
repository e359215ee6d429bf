/*
 * The two threads behind a PC/SC reader: one waits for cards and readers to come and go, one
 * carries the calls that a card or the daemon may let wait for ever. What they share stands here.
 *
 * Inside hal/linux: pcsc_reader.c is the contract in front of them. All is guarded by the lock but
 * what says otherwise. The last of the three to leave frees it, because a card that never answers
 * holds its thread for as long as it likes.
 */
#ifndef TILL_PCSC_WATCH_H
#define TILL_PCSC_WATCH_H

#include <pthread.h>
#include <winscard.h>

#include "card.h"

enum { PCSC_NAME_MAX = 128 }; /* pcsclite's MAX_READERNAME */

enum pcsc_request { PCSC_NONE = 0, PCSC_CONNECT, PCSC_TRANSMIT, PCSC_DISCONNECT };

struct pcsc {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* CLOCK_MONOTONIC */
    int holders;            /* the driver and its threads */
    bool closing;
    char wanted[PCSC_NAME_MAX]; /* part of the reader's name, "" = any; fixed from the start */
    int event_fd;               /* readable: a card or reader came or went; fixed */

    /* what the watcher saw */
    char name[PCSC_NAME_MAX]; /* "" = no such reader, or no daemon */
    bool present;
    bool waiting; /* in SCardGetStatusChange, with this context */
    SCARDCONTEXT watching;

    /* what the worker is asked: the driver writes while it is PCSC_NONE, the worker afterwards */
    enum pcsc_request request;
    bool abandoned; /* nobody waits for the answer any more */
    uint8_t command[CARD_COMMAND_MAX];
    size_t command_size;
    enum till_status status;
    uint8_t response[CARD_RESPONSE_MAX];
    size_t response_size;
    struct card_atr atr;

    /* the worker's own */
    SCARDCONTEXT context;
    bool has_context;
    SCARDHANDLE card;
    bool has_card;
    bool is_t0;
};

/* Both threads run when TILL_OK. TILL_E_MEMORY, TILL_E_IO. */
enum till_status pcsc_start(const char *wanted, struct pcsc **pcsc_out) TILL_CHECKED;
/* Ends the threads; one that is held by a card ends when the card lets it. */
void pcsc_stop(struct pcsc *pcsc);

/* Time of the condition: so many milliseconds from now. */
struct timespec pcsc_in_ms(int64_t ms);

/* Inside: the threads. */
void *pcsc_watch(void *pcsc);
void *pcsc_work(void *pcsc);
void pcsc_leave(struct pcsc *pcsc);

#endif
