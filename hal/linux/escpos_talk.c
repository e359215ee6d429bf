#include "escpos_talk.h"

#include <string.h>

#include "log.h"
#include "monotonic.h"

enum {
    PAD_MAX = 24 * 1024,    /* of a cut-off raster; larger ones cost the connection */
    READ_MAX = 64,          /* reads in one go */
    SILENCE_IDLE_MS = 1900, /* a little before a state would be too old */
    PROBE_MS = 1000,        /* between two rounds of questions to one that is silent */
    DRY_MS = 300,           /* without a byte: late answers are all in */
    CURE_MS = 3000          /* between two attempts to go on after an error */
};

static void append(struct escpos_talk *t, uint8_t byte)
{
    t->out[t->out_size++] = byte;
    (void)grammar_put(&t->appended, byte);
}

void talk_append(struct escpos_talk *t, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        append(t, (uint8_t)bytes[i]);
    }
}

bool talk_may_slip(const struct escpos_talk *t)
{
    return grammar_at_boundary(&t->appended) && t->out_size + TALK_RESERVE <= TALK_OUT_MAX;
}

bool talk_is_asking(const struct escpos_talk *t)
{
    return t->asks_queued || t->status.asked_count > 0;
}

bool talk_is_held(const struct escpos_talk *t)
{
    return t->out_size > 0 || link_flush(t->link) == TILL_BUSY;
}

static void append_asks(struct escpos_talk *t)
{
    if (!t->can_tell) {
        return;
    }
    talk_append(t, "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 12);
    t->asks_queued = true;
    t->asked_ms = monotonic_ms();
}

void talk_ask(struct escpos_talk *t, int64_t not_before_ms)
{
    if (t->contact == TALK_LIVE && !talk_is_asking(t) && talk_may_slip(t) &&
        monotonic_ms() - t->asked_ms >= not_before_ms) {
        append_asks(t);
    }
}

void talk_greet(struct escpos_talk *t)
{
    talk_append(t, "\x1b@", 2);
    if (t->can_tell_unasked) {
        talk_append(t, "\x1d\x61\x0e", 3);
    }
    append_asks(t);
}

void talk_begin(struct escpos_talk *t, struct link *link)
{
    t->link = link;
    t->contact = TALK_AWAY;
    grammar_init(&t->appended, t->han);
    grammar_init(&t->sent, t->han);
    escpos_status_init(&t->status);
}

/* The same line, or a new one: nothing that was asked before will be answered. */
static void begin_anew(struct escpos_talk *t)
{
    escpos_status_init(&t->status);
    t->contact = TALK_LIVE;
    t->asks_queued = false;
    t->marks = 0;
    t->progress_ms = monotonic_ms();
    talk_greet(t);
}

/* The link took these: keep count of what the printer will answer. */
static void note_sent(struct escpos_talk *t, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (grammar_put(&t->sent, bytes[i]) != GRAMMAR_HEAD) {
            continue;
        }
        uint8_t number = t->sent.head[t->sent.parameters_at];
        if (t->sent.command == COMMAND_REPORT) {
            t->marks++;
        } else if (t->sent.command == COMMAND_REALTIME_STATUS && number >= 1 && number <= 4) {
            (void)escpos_status_ask(&t->status, number);
            t->asks_queued = false;
        }
    }
}

static void receive(struct escpos_talk *t)
{
    uint8_t bytes[256];
    size_t size = 0;
    int64_t now_ms = monotonic_ms();
    uint32_t told = t->status.told;
    for (int i = 0; i < READ_MAX && link_read(t->link, bytes, sizeof bytes, &size) == TILL_OK;
         i++) {
        for (size_t j = 0; j < size; j++) {
            escpos_status_put(&t->status, bytes[j]);
        }
        t->progress_ms = now_ms;
        if (t->contact == TALK_SILENT) {
            t->contact = TALK_RETURNED;
        }
    }
    if (t->status.told != told) {
        t->told_ms = t->pumped_ms; /* it may have lain here since we looked last */
    }
    t->pumped_ms = now_ms;
}

static void transmit(struct escpos_talk *t)
{
    size_t taken = 0;
    struct span bytes = {t->out, t->out_size};
    if (t->out_size == 0 || link_write(t->link, bytes, &taken) != TILL_OK || taken == 0) {
        return;
    }
    note_sent(t, t->out, taken);
    t->out_size -= taken;
    memmove(t->out, t->out + taken, t->out_size);
    t->progress_ms = monotonic_ms();
    if (t->contact == TALK_SILENT && !t->can_tell) {
        t->contact = TALK_LIVE; /* it takes bytes again: more it can't say */
    }
}

/* A printer whose line can't tell that it was switched off is known by its silence. */
static void watch_silence(struct escpos_talk *t, bool working)
{
    int64_t now_ms = monotonic_ms();
    int64_t still_ms = now_ms - t->progress_ms;
    bool waiting = t->out_size > 0 || t->status.asked_count > 0;
    if (t->contact == TALK_LIVE && waiting &&
        still_ms > (working ? t->silence_ms : SILENCE_IDLE_MS)) {
        log_warning("printer: it keeps silent");
        t->contact = TALK_SILENT;
        t->breaks++;
    }
    if (t->contact != TALK_SILENT && t->contact != TALK_RETURNED) {
        return;
    }
    bool clean = grammar_at_boundary(&t->appended) || (!working && talk_drop(t));
    if (!clean || !talk_may_slip(t) || t->asks_queued) {
        return;
    }
    if (t->contact == TALK_RETURNED && still_ms >= DRY_MS) {
        begin_anew(t);
    } else if (t->contact == TALK_SILENT && now_ms - t->asked_ms >= PROBE_MS) {
        t->status.asked_count = 0;
        append_asks(t);
    }
}

/* A cutter that was cleared stays in error until it is told to go on (DLE ENQ 2: recover, buffers
 * cleared). Without effect on a printer that has no such error, or still has it. */
static void cure(struct escpos_talk *t, bool working)
{
    int64_t now_ms = monotonic_ms();
    if (t->status.cutter && !t->status.cover && !working && t->contact == TALK_LIVE &&
        talk_may_slip(t) && now_ms - t->cured_ms >= CURE_MS) {
        t->cured_ms = now_ms;
        talk_append(t, "\x10\x05\x02", 3);
    }
}

bool talk_pump(struct escpos_talk *t, bool working)
{
    uint32_t generation = link_generation(t->link);
    bool connected = link_fd(t->link) >= 0;
    if (connected && (generation != t->generation || t->contact == TALK_AWAY)) {
        t->breaks += generation != t->generation && t->generation != 0 ? 1 : 0;
        t->generation = generation;
        t->out_size = 0;
        grammar_init(&t->appended, t->han);
        grammar_init(&t->sent, t->han);
        begin_anew(t);
    }
    if (connected) {
        receive(t);
        watch_silence(t, working);
        cure(t, working);
        transmit(t);
        connected = link_fd(t->link) >= 0 && link_generation(t->link) == t->generation;
    }
    if (!connected && t->contact != TALK_AWAY) {
        t->contact = TALK_AWAY;
        t->breaks++;
    }
    return connected;
}

bool talk_drop(struct escpos_talk *t)
{
    if (t->sent.lost || t->sent.data_left > PAD_MAX) {
        return false;
    }
    t->out_size = 0;
    t->asks_queued = false;
    t->appended = t->sent;
    for (int i = 0; i < PAD_MAX + 16 && !grammar_at_boundary(&t->appended); i++) {
        bool escape =
            t->appended.data_left == 0 && t->appended.head_size == 1 && t->appended.head[0] == 0x1B;
        append(t, escape ? '@' : 0);
        if (t->appended.lost) {
            return false;
        }
    }
    return true;
}
