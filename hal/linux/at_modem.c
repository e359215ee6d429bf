/* A modem that speaks AT commands over any byte link: at_machine.h carried out. */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "at_machine.h"
#include "linux_drivers.h"
#include "log.h"
#include "modem_options.h"
#include "modem_pin.h"
#include "monotonic.h"

enum { READS_MAX = 16, STEPS_MAX = 8, ABSENT_LOOK_MS = 1000 };

struct at_modem {
    struct modem modem;
    struct link *link;
    uint32_t generation; /* of the link that the machine talks over */
    int watched;         /* in ready: the link's descriptor; -1: none */
    struct at_machine machine;
    struct modem_options options;
    bool pin_tried; /* and not accepted yet */
    int ready;      /* epoll of link and timer: the number that modem_fd() answers */
    int timer;
};

/* ---- the link -------------------------------------------------------------------------------- */

static void watch(struct at_modem *m)
{
    int fd = link_fd(m->link);
    if (fd == m->watched) {
        return;
    }
    if (m->watched >= 0) {
        /* It may be closed already, which took it out of the set. */
        (void)epoll_ctl(m->ready, EPOLL_CTL_DEL, m->watched, NULL);
    }
    struct epoll_event event = {.events = EPOLLIN};
    m->watched = fd >= 0 && epoll_ctl(m->ready, EPOLL_CTL_ADD, fd, &event) == 0 ? fd : -1;
}

static void wake_in(struct at_modem *m, int64_t wait_ms)
{
    uint64_t times;
    struct itimerspec at = {.it_value = {.tv_sec = (time_t)(wait_ms / 1000),
                                         .tv_nsec = (long)(wait_ms % 1000) * 1000000 + 1}};
    (void)!read(m->timer, &times, sizeof times);
    (void)timerfd_settime(m->timer, 0, &at, NULL);
}

static void receive(struct at_modem *m, int64_t now_ms)
{
    uint8_t bytes[256];
    size_t size = 0;
    for (int i = 0; i < READS_MAX; i++) {
        if (link_read(m->link, bytes, sizeof bytes, &size) != TILL_OK) {
            return;
        }
        at_machine_take(&m->machine, (struct span){bytes, size}, now_ms);
    }
}

/* The machine's wishes. */
static void serve(struct at_modem *m, int64_t now_ms)
{
    char pin[MODEM_PIN_MAX + 1];
    if (m->machine.wants_pin) {
        bool has =
            m->options.pin_file[0] != '\0' && modem_pin_take(m->options.pin_file, pin) == TILL_OK;
        at_machine_pin(&m->machine, has ? pin : NULL);
        m->pin_tried = has;
        explicit_bzero(pin, sizeof pin);
    }
    if (m->pin_tried && m->machine.state.sim == MODEM_SIM_READY) {
        m->pin_tried = false;
        modem_pin_accepted(m->options.pin_file);
    }
    if (m->machine.wants_power_cycle && m->options.pulse.until_ms == 0 &&
        modem_pulse_start(&m->options.pulse, now_ms) != TILL_OK) {
        at_machine_power_cycled(&m->machine, now_ms);
    }
    if (modem_pulse_step(&m->options.pulse, now_ms)) {
        at_machine_power_cycled(&m->machine, now_ms);
    }
}

static void send_out(struct at_modem *m)
{
    size_t taken = 0;
    struct span bytes = {(const uint8_t *)m->machine.out, m->machine.out_size};
    if (bytes.size > 0 && link_write(m->link, bytes, &taken) == TILL_OK) {
        at_machine_sent(&m->machine, taken);
    }
}

static bool has_link(struct at_modem *m, int64_t now_ms)
{
    uint32_t generation = link_generation(m->link);
    watch(m);
    if (m->watched < 0) {
        return false;
    }
    if (generation != m->generation) {
        m->generation = generation;
        at_machine_connected(&m->machine, now_ms);
    }
    return true;
}

static void pump(struct at_modem *m)
{
    int64_t now_ms = monotonic_ms();
    if (!has_link(m, now_ms)) {
        (void)modem_pulse_step(&m->options.pulse, now_ms);
        wake_in(m, ABSENT_LOOK_MS);
        return;
    }
    for (int i = 0; i < STEPS_MAX; i++) {
        receive(m, now_ms);
        serve(m, now_ms);
        at_machine_step(&m->machine, now_ms);
        if (m->machine.out_size == 0) {
            break;
        }
        send_out(m);
    }
    watch(m); /* what was read or written may have found the peer gone */
    int64_t wait_ms = at_machine_wait_ms(&m->machine, now_ms);
    if (m->options.pulse.until_ms != 0 && m->options.pulse.until_ms - now_ms < wait_ms) {
        wait_ms = m->options.pulse.until_ms - now_ms;
    }
    wake_in(m, m->watched < 0 ? ABSENT_LOOK_MS : wait_ms > 0 ? wait_ms : 1);
}

/* ---- the contract ---------------------------------------------------------------------------- */

static int ready_fd(void *context)
{
    const struct at_modem *m = context;
    return m->ready;
}

static enum till_status look(void *context, struct modem_state *state_out)
{
    struct at_modem *m = context;
    pump(m);
    if (m->watched < 0 || !at_machine_answers(&m->machine)) {
        return TILL_DEVICE_OFFLINE;
    }
    *state_out = m->machine.state;
    return TILL_OK;
}

static enum till_status join(void *context, const char *apn)
{
    struct at_modem *m = context;
    enum till_status status =
        m->watched < 0 ? TILL_DEVICE_OFFLINE : at_machine_attach(&m->machine, apn);
    pump(m);
    return status;
}

static enum till_status leave(void *context)
{
    struct at_modem *m = context;
    enum till_status status = m->watched < 0 ? TILL_DEVICE_OFFLINE : at_machine_detach(&m->machine);
    pump(m);
    return status;
}

static enum till_status restart(void *context)
{
    struct at_modem *m = context;
    enum till_status status =
        m->watched < 0 ? TILL_DEVICE_OFFLINE : at_machine_reset(&m->machine, monotonic_ms());
    pump(m);
    return status;
}

static void shut(void *context)
{
    struct at_modem *m = context;
    modem_pulse_end(&m->options.pulse);
    if (m->link) {
        m->link->close(m->link->context);
    }
    if (m->ready >= 0) {
        close(m->ready);
    }
    if (m->timer >= 0) {
        close(m->timer);
    }
    explicit_bzero(m, sizeof *m);
    free(m);
}

static enum till_status read_options(struct opening *opening, struct at_modem *m,
                                     struct at_options *o)
{
    struct settings *s = opening->settings;
    const char *section = opening->section;
    int64_t context = 1;
    int64_t hang = 3;
    int64_t poll_s = 10;
    int64_t answer_ms = 2000;
    int64_t attach_s = 75;
    int64_t away_s = 30;
    enum till_status status = modem_options_read(opening, &m->options);
    if (status == TILL_OK) {
        status = settings_integer(s, section, "context", o->context, 1, 15, &context);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "hang", o->hang_timeouts, 2, 20, &hang);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "poll_s", 10, 1, 600, &poll_s);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "answer_ms", o->answer_ms, 100, 30000, &answer_ms);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "attach_s", 75, 1, 300, &attach_s);
    }
    if (status == TILL_OK) {
        status = settings_integer(s, section, "away_s", 30, 1, 300, &away_s);
    }
    o->context = (uint8_t)context;
    o->hang_timeouts = (uint8_t)hang;
    o->poll_ms = (uint32_t)poll_s * 1000;
    o->answer_ms = (uint32_t)answer_ms;
    o->attach_ms = (uint32_t)attach_s * 1000;
    o->away_ms = (uint32_t)away_s * 1000;
    o->has_power = m->options.pulse.path[0] != '\0';
    return status;
}

enum till_status at_modem_open(struct opening *opening, struct board *board)
{
    struct at_options options;
    struct at_modem *m = calloc(1, sizeof *m);
    if (!m) {
        return TILL_E_MEMORY;
    }
    m->watched = -1;
    m->timer = timerfd_create(MONOTONIC_CLOCK, TFD_NONBLOCK | TFD_CLOEXEC);
    m->ready = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    at_options_default(&options);
    enum till_status status =
        m->timer >= 0 && m->ready >= 0 && epoll_ctl(m->ready, EPOLL_CTL_ADD, m->timer, &event) == 0
            ? read_options(opening, m, &options)
            : TILL_E_MEMORY;
    if (status == TILL_OK) {
        status = link_open(opening, &m->link);
    }
    if (status != TILL_OK) {
        shut(m);
        return status;
    }
    at_machine_init(&m->machine, &options, monotonic_ms());
    m->modem = (struct modem){.context = m,
                              .apn = m->options.apn[0] != '\0' ? m->options.apn : NULL,
                              .fd = ready_fd,
                              .state = look,
                              .attach = join,
                              .detach = leave,
                              .reset = restart,
                              .close = shut};
    board->modem = &m->modem;
    wake_in(m, 1);
    return TILL_OK;
}
