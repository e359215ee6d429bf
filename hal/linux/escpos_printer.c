/*
 * ESC/POS printers over a byte link: what the printer contract asks, out of the conversation
 * (escpos_talk.h).
 *
 * A job is done when a report request (GS r) that was queued behind its last byte is answered;
 * printers without one are believed when the time that the paper needs has passed and they say all
 * is well. A USB printer that can't tell, or keeps silent, is asked for its port status instead.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "escpos_talk.h"
#include "link_usblp.h"
#include "linux_drivers.h"
#include "log.h"
#include "monotonic.h"
#include "text.h"

enum {
    ASK_JOB_MS = 300, /* between two rounds of status requests */
    ASK_IDLE_MS = 500,
    ANSWER_MS = 40, /* that state() waits for a fresh answer */
    TICK_MS = 50,
    OFFLINE_TICK_MS = 1000,
    DOTS_A_LINE = 30,
    DOTS_A_QR = 300,
    AFTER_MS = 300 /* cooling down, feeding: beyond the dots */
};

struct escpos_printer {
    struct printer printer;
    struct escpos_talk talk;
    struct usblp *port; /* NULL: no USB printer */
    int poll_fd, timer_fd;
    uint32_t watched; /* the generation whose descriptor is in poll_fd */
    bool can_report;
    uint32_t speed; /* dots a second */

    bool job;         /* bytes were written since the last TILL_OK of settle */
    bool over;        /* and it ended badly: nothing more is taken until reset */
    bool marked;      /* a report request stands behind the last byte */
    uint32_t breaks;  /* of the conversation, when the job began */
    int64_t paper_ms; /* when the paper of all bytes should be out */
    bool asked_last;  /* a status was asked after that */
};

static bool is_working(const struct escpos_printer *p)
{
    return p->job && !p->over;
}

static void watch_line(struct escpos_printer *p)
{
    struct epoll_event event = {.events = EPOLLIN};
    int fd = link_fd(p->talk.link);
    if (fd < 0 || p->watched == p->talk.generation) {
        return;
    }
    p->watched = p->talk.generation;
    if (epoll_ctl(p->poll_fd, EPOLL_CTL_ADD, fd, &event) != 0 && errno != EEXIST) {
        log_error("printer: its line can't be watched");
    }
}

static void arm(struct escpos_printer *p, bool connected)
{
    bool moving = is_working(p) || p->talk.out_size > 0 || p->talk.status.asked_count > 0 ||
                  p->talk.contact == TALK_RETURNED;
    int ms = !connected || p->talk.contact == TALK_SILENT ? OFFLINE_TICK_MS : moving ? TICK_MS : 0;
    struct itimerspec when = {.it_value = {ms / 1000, ms % 1000 * 1000000L}};
    (void)timerfd_settime(p->timer_fd, 0, &when, NULL);
}

/* Move bytes both ways. false: no connection. */
static bool pump(struct escpos_printer *p)
{
    if (is_working(p)) {
        talk_ask(&p->talk, ASK_JOB_MS);
    }
    bool connected = talk_pump(&p->talk, is_working(p));
    if (p->job && p->breaks != p->talk.breaks) {
        p->over = true;
    }
    watch_line(p);
    arm(p, connected);
    return connected;
}

/* How its port is, where the printer says nothing better. */
static enum till_status condition_of_port(struct escpos_printer *p)
{
    if (!p->port) {
        return p->talk.contact == TALK_LIVE ? TILL_OK : TILL_DEVICE_OFFLINE;
    }
    enum till_status status = usblp_port_status(p->port);
    if (status == TILL_UNSUPPORTED || (status == TILL_OK && p->talk.contact != TALK_LIVE)) {
        return p->talk.contact == TALK_LIVE && !p->talk.can_tell ? TILL_OK : TILL_DEVICE_OFFLINE;
    }
    return status;
}

/* How it is, as far as is known; TILL_BUSY: connected, and not a word came yet, or "offline" did
 * and not why. */
static enum till_status condition(struct escpos_printer *p, bool connected)
{
    const struct escpos_talk *t = &p->talk;
    if (!connected) {
        return TILL_DEVICE_OFFLINE;
    }
    if (!t->can_tell) {
        return condition_of_port(p);
    }
    if (t->contact == TALK_SILENT) {
        /* What it said last stands while it holds our bytes back: one that is out of paper drops
         * its RTS, and can't be asked. */
        enum till_status last = escpos_status_of(&t->status);
        return last != TILL_OK && talk_is_held(t) ? last : condition_of_port(p);
    }
    if (t->contact == TALK_RETURNED || !t->status.known || escpos_status_is_half_told(&t->status)) {
        return TILL_BUSY;
    }
    return escpos_status_of(&t->status);
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
    if (connected && !is_working(p)) {
        talk_ask(&p->talk, ASK_IDLE_MS);
        connected = pump(p);
    }
    while (connected && !is_working(p) && p->talk.contact == TALK_LIVE &&
           talk_is_asking(&p->talk)) {
        struct pollfd waiting = {link_fd(p->talk.link), POLLIN, 0};
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
    int64_t age_ms = monotonic_ms() - p->talk.told_ms;
    if (!p->talk.can_tell) {
        /* A port that takes too long to be asked often can't tell either. */
        age_ms = p->port ? usblp_port_age_ms(p->port) : PRINTER_NEVER_TELLS;
        age_ms = age_ms > PRINTER_FRESH_MS ? PRINTER_NEVER_TELLS : age_ms;
    } else if (status == TILL_OK && !is_working(p) && age_ms > PRINTER_FRESH_MS) {
        status = TILL_DEVICE_OFFLINE;
    }
    state_out->status = status == TILL_BUSY ? TILL_DEVICE_OFFLINE : status;
    state_out->flags =
        state_out->status == TILL_DEVICE_OFFLINE ? 0 : escpos_status_flags(&p->talk.status);
    state_out->age_ms = age_ms > UINT32_MAX ? UINT32_MAX : (uint32_t)age_ms;
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

/* The job ended badly. A raster that was cut off is filled up with blank dots, so that the printer
 * can be asked again how it is. */
static enum till_status give_up(struct escpos_printer *p, enum till_status why)
{
    if (p->job && !p->over) {
        p->over = true;
        (void)talk_drop(&p->talk); /* where it can't be: reset sees to it */
    }
    return why;
}

static enum till_status printer_take(void *context, struct span bytes, size_t *taken_out)
{
    struct escpos_printer *p = context;
    struct escpos_talk *t = &p->talk;
    *taken_out = 0;
    enum till_status status = condition(p, pump(p));
    if (status == TILL_BUSY && !p->over) {
        return TILL_OK; /* takes nothing before it has said how it is */
    }
    if (p->over) {
        return status != TILL_OK && status != TILL_BUSY ? status : TILL_DEVICE_OFFLINE;
    }
    if (status != TILL_OK) {
        return give_up(p, status);
    }
    uint32_t dots = 0;
    size_t taken = 0;
    while (taken < bytes.size && t->out_size + TALK_RESERVE < TALK_OUT_MAX) {
        t->out[t->out_size++] = bytes.data[taken];
        enum grammar_token token = grammar_put(&t->appended, bytes.data[taken++]);
        dots += dots_of(&t->appended, token);
    }
    if (taken > 0) {
        int64_t now_ms = monotonic_ms();
        int64_t from_ms = p->paper_ms > now_ms ? p->paper_ms : now_ms;
        p->paper_ms = from_ms + (int64_t)dots * 1000 / p->speed;
        if (!p->job) {
            t->progress_ms = now_ms;
            p->breaks = t->breaks;
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
    struct escpos_talk *t = &p->talk;
    if (monotonic_ms() < p->paper_ms + AFTER_MS) {
        return false;
    }
    if (!t->can_tell || t->appended.lost) {
        return true;
    }
    if (!p->asked_last && !talk_is_asking(t)) {
        talk_ask(t, 0);
        p->asked_last = true;
        return false;
    }
    return p->asked_last && !talk_is_asking(t);
}

static bool report_came(struct escpos_printer *p)
{
    if (!p->marked) {
        talk_append(&p->talk, "\x1dr\x01", 3);
        p->marked = true;
        return false;
    }
    return p->talk.status.reports >= p->talk.marks;
}

static enum till_status printer_finish(void *context)
{
    struct escpos_printer *p = context;
    struct escpos_talk *t = &p->talk;
    bool connected = pump(p);
    enum till_status status = condition(p, connected);
    if (p->over) {
        return status != TILL_OK && status != TILL_BUSY ? status : TILL_DEVICE_OFFLINE;
    }
    if (!p->job) {
        return TILL_OK;
    }
    if (status == TILL_BUSY) {
        return status;
    }
    if (status != TILL_OK) {
        return give_up(p, status);
    }
    if (talk_is_held(t)) {
        return TILL_BUSY;
    }
    if (!t->appended.lost && !grammar_at_boundary(&t->appended)) {
        return TILL_BUSY; /* a command has begun: the job isn't written whole */
    }
    bool done = p->can_report && !t->appended.lost ? report_came(p) : time_has_passed(p);
    if (!done) {
        (void)pump(p);
        return TILL_BUSY;
    }
    p->job = false;
    talk_ask(t, 0); /* did it use up the paper? */
    (void)pump(p);
    return TILL_OK;
}

static enum till_status printer_forget(void *context)
{
    struct escpos_printer *p = context;
    bool connected = pump(p);
    p->job = false;
    p->over = false;
    p->marked = false;
    p->paper_ms = 0;
    if (!connected) {
        return TILL_DEVICE_OFFLINE;
    }
    if (!talk_drop(&p->talk)) {
        link_discard(p->talk.link); /* lengths are lost: only a new connection begins cleanly */
        talk_begin(&p->talk, p->talk.link);
    } else {
        talk_greet(&p->talk);
    }
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
    p->talk.link->close(p->talk.link->context);
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
    enum till_status status = settings_flag(s, section, "status", true, &p->talk.can_tell);
    if (status == TILL_OK) {
        status = settings_flag(s, section, "auto_status", true, &p->talk.can_tell_unasked);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, section, "report", true, &p->can_report);
    }
    if (status == TILL_OK) {
        status = settings_flag(s, section, "han", true, &p->talk.han);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "speed", 400, 20, 4000, &speed);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "silence", 8000, 1000, 60000, &p->talk.silence_ms);
    }
    p->speed = (uint32_t)speed;
    return status;
}

static enum till_status open_over(struct opening *opening, struct board *board, struct link *link,
                                  struct usblp *port)
{
    struct escpos_printer *p = calloc(1, sizeof *p);
    if (!p) {
        link->close(link->context);
        return TILL_E_MEMORY;
    }
    p->talk.link = link;
    p->port = port;
    p->printer.context = p;
    p->printer.fd = printer_wait;
    p->printer.state = printer_look;
    p->printer.write = printer_take;
    p->printer.settle = printer_finish;
    p->printer.reset = printer_forget;
    p->printer.close = printer_shut;
    p->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    p->timer_fd = timerfd_create(MONOTONIC_CLOCK, TFD_NONBLOCK | TFD_CLOEXEC);
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
    talk_begin(&p->talk, link);
    (void)pump(p);
    board->printer = &p->printer;
    return TILL_OK;
}

enum till_status escpos_tcp_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    enum till_status status = link_tcp_open(opening, &link);
    return status == TILL_OK ? open_over(opening, board, link, NULL) : status;
}

enum till_status escpos_serial_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    enum till_status status = link_serial_open(opening, &link);
    return status == TILL_OK ? open_over(opening, board, link, NULL) : status;
}

enum till_status escpos_usb_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    struct usblp *port = NULL;
    enum till_status status = link_usblp_open(opening, &link, &port);
    return status == TILL_OK ? open_over(opening, board, link, port) : status;
}
