/* The simulated printer: a buffer, a head with a speed, a roll that ends. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "sim_private.h"
#include "text.h"

enum { WAKE_MS = 20 };

static const char *const status_names[] = {"ok", "low", "out", "cover", "hot", "offline"};

const char *sim_printer_status_name(enum sim_printer_status status)
{
    assert(status < SIM_PRINTER_COUNT);
    return status_names[status];
}

int sim_printer_status_from_name(const char *name)
{
    for (int i = 0; i < SIM_PRINTER_COUNT; i++) {
        if (strcmp(name, status_names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static enum till_status why_not(const struct sim_world *world)
{
    static const enum till_status answers[] = {
        TILL_OK, TILL_OK, TILL_PAPER_OUT, TILL_COVER_OPEN, TILL_PRINTER_HOT, TILL_DEVICE_OFFLINE};
    if (sim_is_alone(world)) {
        return TILL_DEVICE_OFFLINE;
    }
    enum till_status status = answers[world->print.status];
    return status == TILL_OK && world->print.refused ? TILL_E_DEVICE : status;
}

static bool is_instant(const struct sim_world *world)
{
    return world->setup.print_dots_per_s == 0 && world->setup.print_dots_per_poll == 0;
}

/* What came out as paper is kept, for the test and for the panel. */
static void keep_printed(struct sim_world *world, const uint8_t *bytes, size_t size)
{
    struct sim_print *p = &world->print;
    if (p->printed_size + size > SIM_PRINTED_MAX) {
        sim_paper_tear_off(world); /* nobody took it: it lies on the floor */
    }
    memcpy(p->printed + p->printed_size, bytes, size);
    p->printed_size += size;
}

static void refuse(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    uint64_t offset = 0;
    const char *why = roll_fault(p->roll, &offset);
    snprintf(p->fault, sizeof p->fault, "byte %llu: %s", (unsigned long long)offset,
             why ? why : "the roll is full");
    p->refused = true;
    p->queued = 0;
    if (world->bus) {
        world->bus->fault_due = true;
    }
    sim_signal(world, SIM_PRINTER);
}

/* Print what the budget of dots and the paper allow; false: nothing goes any more. */
static bool print_some(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    bool instant = is_instant(world);
    if (p->queued == 0 || p->refused || p->status > SIM_PRINTER_LOW || sim_is_alone(world) ||
        (!instant && p->budget_mdots <= 0)) {
        return false;
    }
    if (p->bytes_left == 0 || p->dots_left == 0) {
        p->status = SIM_PRINTER_OUT;
        sim_signal(world, SIM_PRINTER);
        return false;
    }
    struct span bytes = {p->queue, p->queued};
    if (p->bytes_left > 0 && (int64_t)bytes.size > p->bytes_left) {
        bytes.size = (size_t)p->bytes_left;
    }
    int64_t dots = instant ? 0 : (p->budget_mdots + 999) / 1000;
    if (p->dots_left > 0 && (dots == 0 || p->dots_left < dots)) {
        dots = p->dots_left;
    }
    uint32_t from = roll_height(p->roll);
    size_t used = 0;
    enum till_status status =
        roll_put(p->roll, bytes, dots > UINT32_MAX ? UINT32_MAX : (uint32_t)dots, &used);
    int64_t moved = (int64_t)roll_height(p->roll) - from;
    keep_printed(world, p->queue, used);
    p->queued -= used;
    memmove(p->queue, p->queue + used, p->queued);
    p->budget_mdots -= instant ? 0 : moved * 1000;
    if (p->bytes_left > 0) {
        p->bytes_left -= (int64_t)used;
    }
    if (p->dots_left > 0) {
        p->dots_left = moved > p->dots_left ? 0 : p->dots_left - moved;
    }
    if (status == TILL_LIMIT_REACHED) {
        sim_paper_tear_off(world);
    } else if (status != TILL_OK) {
        refuse(world);
    }
    return used > 0;
}

static void arm_timer(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    if (p->timer_fd < 0) {
        return;
    }
    bool waiting = (p->queued > 0 || p->budget_mdots < 0) && p->status <= SIM_PRINTER_LOW;
    struct itimerspec when = {.it_value.tv_nsec = waiting ? WAKE_MS * 1000000L : 0};
    (void)timerfd_settime(p->timer_fd, 0, &when, NULL);
}

static void advance(struct sim_world *world, uint32_t extra_dots)
{
    struct sim_print *p = &world->print;
    sim_pump(world);
    int64_t now_ms = sim_now_ms(world);
    if (p->queued == 0 && p->budget_mdots >= 0) {
        p->budget_mdots = 0; /* an idle head saves nothing up */
    } else {
        p->budget_mdots += (now_ms - p->last_ms) * world->setup.print_dots_per_s;
        p->budget_mdots += (int64_t)extra_dots * 1000;
    }
    p->last_ms = now_ms;
    if (p->status > SIM_PRINTER_LOW && p->budget_mdots > 0) {
        p->budget_mdots = 0; /* nor does one that stands still */
    }
    while (print_some(world)) {
    }
    arm_timer(world);
    sim_pump(world); /* what came out goes to the panel now */
}

static int printer_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_PRINTER].poll_fd;
}

static enum till_status printer_tell(void *context, struct printer_state *state_out)
{
    struct sim_world *world = context;
    advance(world, 0);
    sim_quiet(world, SIM_PRINTER);
    state_out->status = why_not(world);
    state_out->flags = world->print.status == SIM_PRINTER_LOW ? PRINTER_PAPER_LOW : 0;
    return TILL_OK;
}

static enum till_status printer_take(void *context, struct span bytes, size_t *taken_out)
{
    struct sim_world *world = context;
    struct sim_print *p = &world->print;
    size_t taken = 0;
    *taken_out = 0;
    advance(world, 0);
    enum till_status status = why_not(world);
    while (status == TILL_OK && taken < bytes.size) {
        size_t room = world->setup.printer_buffer - p->queued;
        if (room == 0) {
            break;
        }
        size_t part = bytes.size - taken < room ? bytes.size - taken : room;
        memcpy(p->queue + p->queued, bytes.data + taken, part);
        p->queued += part;
        taken += part;
        advance(world, 0);
        status = why_not(world);
    }
    *taken_out = taken;
    return status;
}

static enum till_status printer_finish(void *context)
{
    struct sim_world *world = context;
    struct sim_print *p = &world->print;
    advance(world, world->setup.print_dots_per_poll);
    sim_quiet(world, SIM_PRINTER);
    enum till_status status = why_not(world);
    if (status != TILL_OK) {
        return status;
    }
    bool done = p->queued == 0 && p->budget_mdots >= 0 && roll_is_idle(p->roll);
    return done ? TILL_OK : TILL_BUSY;
}

void sim_print_drop(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    p->queued = 0;
    p->budget_mdots = 0;
    p->refused = false;
    roll_power_cycle(p->roll);
    if (world->bus) {
        world->bus->reset_due = true;
    }
}

static enum till_status printer_forget(void *context)
{
    struct sim_world *world = context;
    sim_pump(world);
    if (world->print.status == SIM_PRINTER_OFFLINE || sim_is_alone(world)) {
        return TILL_DEVICE_OFFLINE;
    }
    sim_print_drop(world);
    sim_pump(world);
    return TILL_OK;
}

static void close_nothing(void *context)
{
    (void)context;
}

enum till_status sim_print_init(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    world->printer = (struct printer){.context = world,
                                      .fd = printer_wait,
                                      .state = printer_tell,
                                      .write = printer_take,
                                      .settle = printer_finish,
                                      .reset = printer_forget,
                                      .close = close_nothing};
    text_copy(world->printer.profile, sizeof world->printer.profile, world->setup.profile);
    p->timer_fd = -1;
    p->dots_left = -1;
    p->bytes_left = -1;
    p->roll = roll_create(&world->setup.paper);
    p->queue = malloc(world->setup.printer_buffer);
    p->printed = malloc(SIM_PRINTED_MAX);
    if (!p->roll || !p->queue || !p->printed || world->setup.printer_buffer == 0 ||
        world->setup.printer_buffer > SIM_PRINTED_MAX / 2) {
        return TILL_E_MEMORY;
    }
    if (world->setup.real_clock) {
        struct epoll_event event = {.events = EPOLLIN};
        p->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
        if (p->timer_fd < 0 ||
            epoll_ctl(world->ready[SIM_PRINTER].poll_fd, EPOLL_CTL_ADD, p->timer_fd, &event) != 0) {
            return TILL_E_IO;
        }
    }
    p->last_ms = sim_now_ms(world);
    return TILL_OK;
}

void sim_print_close(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    if (p->timer_fd > 0) {
        close(p->timer_fd);
    }
    roll_destroy(p->roll);
    free(p->queue);
    free(p->printed);
}

void sim_printer_set(struct sim_world *world, enum sim_printer_status status)
{
    assert(status < SIM_PRINTER_COUNT);
    struct sim_print *p = &world->print;
    p->status = status;
    if (status == SIM_PRINTER_OK) {
        p->dots_left = -1;
        p->bytes_left = -1;
    }
    p->last_ms = sim_now_ms(world);
    sim_signal(world, SIM_PRINTER);
}

enum sim_printer_status sim_printer_get(const struct sim_world *world)
{
    return world->print.status;
}

void sim_paper_left(struct sim_world *world, int64_t dots, int64_t bytes)
{
    world->print.dots_left = dots;
    world->print.bytes_left = bytes;
}

void sim_print_speed(struct sim_world *world, uint32_t dots_per_s, uint32_t dots_per_poll)
{
    world->setup.print_dots_per_s = dots_per_s;
    world->setup.print_dots_per_poll = dots_per_poll;
    sim_signal(world, SIM_PRINTER);
}

const struct roll *sim_paper(const struct sim_world *world)
{
    return world->print.roll;
}

char *sim_paper_text(const struct sim_world *world)
{
    return roll_text(world->print.roll, 0);
}

bool sim_paper_has(const struct sim_world *world, const char *text)
{
    char *all = sim_paper_text(world);
    bool has = all && strstr(all, text);
    free(all);
    return has;
}

void sim_paper_tear_off(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    roll_tear_off(p->roll);
    p->printed_size = 0;
    if (world->bus) {
        world->bus->paper_sent = 0;
    }
}

const char *sim_printer_fault(const struct sim_world *world)
{
    return world->print.fault[0] != '\0' ? world->print.fault : NULL;
}

void sim_printer_forgive(struct sim_world *world)
{
    world->print.fault[0] = '\0';
}

struct span sim_printed_bytes(const struct sim_world *world)
{
    return (struct span){world->print.printed, world->print.printed_size};
}
