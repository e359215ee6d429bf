/*
 * The conversation with an ESC/POS printer over a byte link: bytes of a job go out, status
 * requests are slipped in between two of its commands and never inside one (a raster would swallow
 * them), answers come in. It knows when the printer has fallen silent and hears when it is back; it
 * knows no contract of hal and no paper.
 *
 * Inside hal/linux.  One instance, one thread.  Nothing here blocks or allocates.
 */
#ifndef TILL_ESCPOS_TALK_H
#define TILL_ESCPOS_TALK_H

#include "escpos_grammar.h"
#include "escpos_status.h"
#include "link.h"

enum {
    TALK_OUT_MAX = 32 * 1024,
    TALK_RESERVE = 64 /* of that, for the driver's own requests */
};

enum talk_contact {
    TALK_AWAY,    /* the link has no peer */
    TALK_LIVE,    /* answers come, or nothing was asked */
    TALK_SILENT,  /* bytes or questions are not answered: off, stalled, or held by flow control */
    TALK_RETURNED /* it spoke again after that: old answers are let run dry, then all begins anew */
};

struct escpos_talk {
    struct link *link;
    /* As the board file says; set before talk_begin. */
    bool can_tell, can_tell_unasked, han;
    int64_t silence_ms; /* while it prints; when idle it is given less */

    uint8_t out[TALK_OUT_MAX];
    size_t out_size;
    struct grammar appended; /* after the last byte of out */
    struct grammar sent;     /* after the last byte that the link took */
    struct escpos_status status;
    enum talk_contact contact;
    uint32_t generation; /* of the link */
    uint32_t breaks;     /* times that contact was lost: a job across one is uncertain */

    bool asks_queued;    /* requests lie in out */
    int64_t asked_ms;    /* when they were put there last */
    int64_t progress_ms; /* when anything went or came last */
    int64_t told_ms;     /* when the newest status can have been told, at the earliest */
    int64_t pumped_ms;
    int64_t cured_ms; /* when it was told last to go on after an error */
    uint32_t marks;   /* report requests that were sent */
};

void talk_begin(struct escpos_talk *t, struct link *link);
/* Move bytes both ways. working: a job is under way, so that silence may last longer. false: the
 * link has no peer. */
bool talk_pump(struct escpos_talk *t, bool working);
/* Could bytes be slipped in now? */
bool talk_may_slip(const struct escpos_talk *t);
/* The four status requests, if it can answer them; not_before_ms since the last ones. Nothing
 * happens while earlier ones are unanswered or a command has begun. */
void talk_ask(struct escpos_talk *t, int64_t not_before_ms);
/* Requests that wait for an answer, or to be sent. */
bool talk_is_asking(const struct escpos_talk *t);
void talk_append(struct escpos_talk *t, const char *bytes, size_t size);
/* Drop what was not sent; a command that was cut off gets its missing bytes, blank ones. false: its
 * end can't be known or is too far, and only a new connection begins cleanly. */
bool talk_drop(struct escpos_talk *t);
/* Styles as after power on, and that it tells by itself. */
void talk_greet(struct escpos_talk *t);
/* Do bytes wait that the printer doesn't take (XOFF, RTS, a full window)? */
bool talk_is_held(const struct escpos_talk *t);

#endif
