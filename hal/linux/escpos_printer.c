/*
 * ESC/POS printers over a byte link.
 *
 * Between two commands of a job, and never inside one, the driver slips in status requests. A job
 * is done when a report request (GS r) that was queued behind its last byte is answered; printers
 * without one are believed when the time that the paper needs has passed and they say all is well.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "escpos_grammar.h"
#include "escpos_status.h"
#include "linux_drivers.h"
#include "log.h"
#include "monotonic.h"
#include "text.h"

enum {
    OUT_MAX = 32 * 1024,
    PAD_MAX = 24 * 1024, /* of a cut-off raster; larger ones cost the connection */
    RESERVE = 64,        /* of OUT_MAX, for the driver's own requests */
    READ_MAX = 64,       /* reads in one go */
    ASK_JOB_MS = 300,    /* between two rounds of status requests */
    ASK_IDLE_MS = 500,
    ANSWER_MS = 40,    /* that state() waits for a fresh answer */
    SILENCE_MS = 8000, /* nothing moves, though something should: offline */
    TICK_MS = 50,
    OFFLINE_TICK_MS = 1000,
    DOTS_A_LINE = 30,
    DOTS_A_QR = 300,
    AFTER_MS = 300 /* cooling down, feeding: beyond the dots */
};

struct escpos_printer {
    struct printer printer;
    struct link *link;
    int poll_fd, timer_fd;
    bool can_tell, can_tell_unasked, can_report, han;
    uint32_t speed; /* dots a second */

    uint8_t out[OUT_MAX];
    size_t out_size;
    struct grammar appended; /* after the last byte of out */
    struct grammar sent;     /* after the last byte that the link took */
    struct escpos_status status;
    uint32_t generation;

    bool asks_queued;    /* requests lie in out */
    int64_t asked_ms;    /* when they were put there last */
    int64_t progress_ms; /* when anything went or came last */
    bool job;            /* bytes were written since the last TILL_OK of settle */
    bool broken;         /* and the connection was lost since: until reset */
    bool marked;         /* a report request stands behind the last byte */
    uint32_t marks;      /* report requests that were sent */
    int64_t paper_ms;    /* when the paper of all bytes should be out */
    bool asked_last;     /* a status was asked after that */
};

static void append(struct escpos_printer *p, uint8_t byte)
{
    p->out[p->out_size++] = byte;
    (void)grammar_put(&p->appended, byte);
}

static void append_all(struct escpos_printer *p, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        append(p, (uint8_t)bytes[i]);
    }
}

static void append_asks(struct escpos_printer *p)
{
    if (!p->can_tell) {
        return;
    }
    append_all(p, "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 12);
    p->asks_queued = true;
    p->asked_ms = monotonic_ms();
}

/* Fresh from the connection or a reset: styles, and that it tells by itself. */
static void append_greeting(struct escpos_printer *p)
{
    append_all(p, "\x1b@", 2);
    if (p->can_tell_unasked) {
        append_all(p, "\x1d\x61\x0e", 3);
    }
    append_asks(p);
}

static void begin_connection(struct escpos_printer *p)
{
    struct epoll_event event = {.events = EPOLLIN};
    p->generation = link_generation(p->link);
    p->out_size = 0;
    grammar_init(&p->appended, p->han);
    grammar_init(&p->sent, p->han);
    escpos_status_init(&p->status);
    p->asks_queued = false;
    p->marked = false;
    p->marks = 0;
    p->broken = p->broken || p->job;
    p->progress_ms = monotonic_ms();
    if (epoll_ctl(p->poll_fd, EPOLL_CTL_ADD, link_fd(p->link), &event) != 0 && errno != EEXIST) {
        log_error("printer: its line can't be watched");
    }
    append_greeting(p);
}

/* The link took these: keep count of what the printer will answer. */
static void note_sent(struct escpos_printer *p, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (grammar_put(&p->sent, bytes[i]) != GRAMMAR_HEAD) {
            continue;
        }
        uint8_t number = p->sent.head[p->sent.parameters_at];
        if (p->sent.command == COMMAND_REPORT) {
            p->marks++;
        } else if (p->sent.command == COMMAND_REALTIME_STATUS && number >= 1 && number <= 4) {
            (void)escpos_status_ask(&p->status, number);
            p->asks_queued = false;
        }
    }
}

static void receive(struct escpos_printer *p)
{
    uint8_t bytes[256];
    size_t size = 0;
    for (int i = 0; i < READ_MAX && link_read(p->link, bytes, sizeof bytes, &size) == TILL_OK;
         i++) {
        for (size_t j = 0; j < size; j++) {
            escpos_status_put(&p->status, bytes[j]);
        }
        p->progress_ms = monotonic_ms();
    }
}

static void transmit(struct escpos_printer *p)
{
    size_t taken = 0;
    struct span bytes = {p->out, p->out_size};
    if (p->out_size == 0 || link_write(p->link, bytes, &taken) != TILL_OK || taken == 0) {
        return;
    }
    note_sent(p, p->out, taken);
    p->out_size -= taken;
    memmove(p->out, p->out + taken, p->out_size);
    p->progress_ms = monotonic_ms();
}

static void arm(struct escpos_printer *p, bool connected)
{
    bool moving = p->job || p->out_size > 0 || p->status.asked_count > 0;
    int ms = !connected ? OFFLINE_TICK_MS : moving ? TICK_MS : 0;
    struct itimerspec when = {.it_value = {ms / 1000, ms % 1000 * 1000000L}};
    (void)timerfd_settime(p->timer_fd, 0, &when, NULL);
}

/* Move bytes both ways. false: no connection. */
static bool pump(struct escpos_printer *p)
{
    uint32_t generation = link_generation(p->link);
    bool connected = link_fd(p->link) >= 0;
    if (connected && generation != p->generation) {
        begin_connection(p);
    }
    if (connected) {
        receive(p);
        if (p->job && !p->asks_queued && p->status.asked_count == 0 &&
            monotonic_ms() - p->asked_ms >= ASK_JOB_MS && grammar_at_boundary(&p->appended) &&
            p->out_size + RESERVE <= OUT_MAX) {
            append_asks(p);
        }
        transmit(p);
        connected = link_fd(p->link) >= 0 && link_generation(p->link) == p->generation;
    }
    if (!connected && p->job) {
        p->broken = true;
    }
    arm(p, connected);
    return connected;
}

static bool is_silent(const struct escpos_printer *p)
{
    bool waiting = p->out_size > 0 || p->status.asked_count > 0;
    return waiting && monotonic_ms() - p->progress_ms > SILENCE_MS;
}

/* How it is, as far as is known; TILL_BUSY: connected, and not a word came yet, or "offline" did
 * and not why. */
static enum till_status condition(struct escpos_printer *p, bool connected)
{
    if (!connected || is_silent(p)) {
        return TILL_DEVICE_OFFLINE;
    }
    if (p->can_tell && (!p->status.known || escpos_status_is_half_told(&p->status))) {
        return TILL_BUSY;
    }
    return escpos_status_of(&p->status);
}

static int printer_wait(void *context)
{
    struct escpos_printer *p = context;
    return p->poll_fd;
}

/* Ask now, and give the printer a moment to answer. */
static bool ask_and_wait(struct escpos_printer *p)
{
    int64_t until_ms = monotonic_ms() + ANSWER_MS;
    bool connected = pump(p);
    if (connected && !p->job && !p->asks_queued && p->status.asked_count == 0 &&
        monotonic_ms() - p->asked_ms >= ASK_IDLE_MS && grammar_at_boundary(&p->appended)) {
        append_asks(p);
        connected = pump(p);
    }
    while (connected && !p->job && (p->asks_queued || p->status.asked_count > 0)) {
        struct pollfd waiting = {link_fd(p->link), POLLIN, 0};
        int64_t left_ms = until_ms - monotonic_ms();
        if (left_ms <= 0) {
            break;
        }
        (void)poll(&waiting, 1, (int)left_ms);
        connected = pump(p);
    }
    return connected;
}

static enum till_status printer_look(void *context, struct printer_state *state_out)
{
    struct escpos_printer *p = context;
    enum till_status status = condition(p, ask_and_wait(p));
    state_out->status = status == TILL_BUSY ? TILL_DEVICE_OFFLINE : status;
    state_out->flags = p->status.paper_low ? PRINTER_PAPER_LOW : 0;
    return TILL_OK;
}

/* How much paper the token that was just whole will take. */
static uint32_t dots_of(const struct grammar *g, enum grammar_token token)
{
    const uint8_t *n = g->head + g->parameters_at;
    if (token == GRAMMAR_CONTROL) {
        return g->head[0] == '\n' ? DOTS_A_LINE : 0;
    }
    if (token != GRAMMAR_HEAD) {
        return 0;
    }
    switch (g->command) {
    case COMMAND_FEED_DOTS:
        return n[0];
    case COMMAND_FEED_LINES:
        return n[0] * (uint32_t)DOTS_A_LINE;
    case COMMAND_RASTER:
        return (uint32_t)(n[3] | n[4] << 8);
    case COMMAND_BLOCK:
        return g->data_left == 3 ? DOTS_A_QR : 0; /* print is the shortest block */
    default:
        return 0;
    }
}

static enum till_status printer_take(void *context, struct span bytes, size_t *taken_out)
{
    struct escpos_printer *p = context;
    *taken_out = 0;
    enum till_status status = condition(p, pump(p));
    if (status == TILL_BUSY) {
        return TILL_OK; /* takes nothing before it has said how it is */
    }
    if (status != TILL_OK || p->broken) {
        return status != TILL_OK ? status : TILL_DEVICE_OFFLINE;
    }
    uint32_t dots = 0;
    size_t taken = 0;
    while (taken < bytes.size && p->out_size + RESERVE < OUT_MAX) {
        p->out[p->out_size++] = bytes.data[taken];
        enum grammar_token token = grammar_put(&p->appended, bytes.data[taken++]);
        dots += dots_of(&p->appended, token);
    }
    if (taken > 0) {
        int64_t now_ms = monotonic_ms();
        int64_t from_ms = p->paper_ms > now_ms ? p->paper_ms : now_ms;
        p->paper_ms = from_ms + (int64_t)dots * 1000 / p->speed;
        if (!p->job) {
            p->progress_ms = now_ms;
        }
        p->job = true;
        p->marked = false;
        p->asked_last = false;
    }
    *taken_out = taken;
    (void)pump(p);
    return TILL_OK;
}

/* The end of a job by time, where no report tells it. */
static bool time_has_passed(struct escpos_printer *p)
{
    if (monotonic_ms() < p->paper_ms + AFTER_MS) {
        return false;
    }
    if (!p->can_tell || p->appended.lost) {
        return true;
    }
    if (!p->asked_last && !p->asks_queued && p->status.asked_count == 0) {
        append_asks(p);
        p->asked_last = true;
        return false;
    }
    return p->asked_last && !p->asks_queued && p->status.asked_count == 0;
}

static bool report_came(struct escpos_printer *p)
{
    if (!p->marked) {
        append_all(p, "\x1dr\x01", 3);
        p->marked = true;
        return false;
    }
    return p->status.reports >= p->marks;
}

static enum till_status printer_finish(void *context)
{
    struct escpos_printer *p = context;
    bool connected = pump(p);
    if (p->broken) {
        return TILL_DEVICE_OFFLINE;
    }
    if (!p->job) {
        return TILL_OK;
    }
    enum till_status status = condition(p, connected);
    if (status != TILL_OK) {
        return status;
    }
    if (p->out_size > 0 || link_flush(p->link) != TILL_OK) {
        return TILL_BUSY;
    }
    if (!p->appended.lost && !grammar_at_boundary(&p->appended)) {
        return TILL_BUSY; /* a command has begun: the job isn't written whole */
    }
    bool done = p->can_report && !p->appended.lost ? report_came(p) : time_has_passed(p);
    (void)pump(p);
    if (!done) {
        return TILL_BUSY;
    }
    p->job = false;
    return TILL_OK;
}

/* A raster or block that was cut off still waits for its bytes: give it blank ones. */
static bool fill_up(struct escpos_printer *p)
{
    if (p->sent.lost || p->sent.data_left > PAD_MAX) {
        return false;
    }
    p->out_size = 0;
    p->appended = p->sent;
    for (int i = 0; i < PAD_MAX + 16 && !grammar_at_boundary(&p->appended); i++) {
        bool escape =
            p->appended.data_left == 0 && p->appended.head_size == 1 && p->appended.head[0] == 0x1B;
        append(p, escape ? '@' : 0);
        if (p->appended.lost) {
            return false;
        }
    }
    return true;
}

static enum till_status printer_forget(void *context)
{
    struct escpos_printer *p = context;
    bool connected = pump(p);
    p->job = false;
    p->broken = false;
    p->marked = false;
    p->paper_ms = 0;
    if (!connected) {
        return TILL_DEVICE_OFFLINE;
    }
    p->asks_queued = false;
    if (!fill_up(p)) {
        link_discard(p->link); /* lengths are lost: only a new connection begins cleanly */
        return TILL_OK;
    }
    append_greeting(p);
    (void)pump(p);
    return TILL_OK;
}

static void printer_shut(void *context)
{
    struct escpos_printer *p = context;
    if (p->timer_fd >= 0) {
        close(p->timer_fd);
    }
    if (p->poll_fd >= 0) {
        close(p->poll_fd);
    }
    p->link->close(p->link->context);
    free(p);
}

static enum till_status read_options(struct opening *opening, struct escpos_printer *p)
{
    struct settings *s = opening->settings;
    const char *section = opening->section;
    int64_t speed = 0;
    const char *profile = opening_text(opening, "profile");
    if (!profile) {
        return TILL_E_CONFIG;
    }
    text_copy(p->printer.profile, sizeof p->printer.profile, profile);
    enum till_status status = settings_flag(s, section, "status", true, &p->can_tell);
    if (status == TILL_OK) {
        status = settings_flag(s, section, "auto_status", true, &p->can_tell_unasked);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, section, "report", true, &p->can_report);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, section, "han", true, &p->han);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "speed", 400, 20, 4000, &speed);
    }
    p->speed = (uint32_t)speed;
    return status;
}

static enum till_status open_over(struct opening *opening, struct board *board, struct link *link)
{
    struct escpos_printer *p = calloc(1, sizeof *p);
    if (!p) {
        link->close(link->context);
        return TILL_E_MEMORY;
    }
    p->link = link;
    p->printer.context = p;
    p->printer.fd = printer_wait;
    p->printer.state = printer_look;
    p->printer.write = printer_take;
    p->printer.settle = printer_finish;
    p->printer.reset = printer_forget;
    p->printer.close = printer_shut;
    p->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    p->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    enum till_status status = read_options(opening, p);
    if (status == TILL_OK && (p->poll_fd < 0 || p->timer_fd < 0 ||
                              epoll_ctl(p->poll_fd, EPOLL_CTL_ADD, p->timer_fd, &event) != 0)) {
        status = TILL_E_IO;
    }
    if (status != TILL_OK) {
        printer_shut(p);
        return status;
    }
    grammar_init(&p->appended, p->han);
    grammar_init(&p->sent, p->han);
    (void)pump(p);
    board->printer = &p->printer;
    return TILL_OK;
}

enum till_status escpos_tcp_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    enum till_status status = link_tcp_open(opening, &link);
    return status == TILL_OK ? open_over(opening, board, link) : status;
}

enum till_status escpos_serial_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    enum till_status status = link_serial_open(opening, &link);
    return status == TILL_OK ? open_over(opening, board, link) : status;
}
