/* The terminal's end of the bus: what the panel says becomes the world. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "sim_private.h"
#include "text.h"

enum {
    RECONNECT_MS = 1000,
    BACKLOG_MS = 20,     /* when the panel's queue is full: try again */
    OPEN_WAIT_MS = 2000, /* for the panel to listen, and again for its ready */
    OPEN_STEP_MS = 20,
    PUMP_MESSAGES_MAX = 512 /* in one go; the rest waits for the next call */
};

bool sim_is_alone(const struct sim_world *world)
{
    return world->bus && !world->bus->ready;
}

static void arm(struct sim_bus *bus, int ms)
{
    struct itimerspec when = {.it_value = {ms / 1000, ms % 1000 * 1000000L}};
    (void)timerfd_settime(bus->timer_fd, 0, &when, NULL);
}

static void signal_all(struct sim_world *world)
{
    for (int i = 0; i < SIM_SPEAKERS; i++) {
        sim_signal(world, (enum sim_speaker)i);
    }
}

static void forget_picture(struct sim_bus *bus)
{
    if (bus->picture) {
        munmap(bus->picture, bus->picture_size);
        bus->picture = NULL;
    }
}

/* A panel that comes back has a new roll: what was half printed can't go on there. */
static void break_print(struct sim_world *world)
{
    struct sim_print *p = &world->print;
    if (p->queued > 0 || p->budget_mdots < 0 || !roll_is_idle(p->roll)) {
        sim_print_drop(world);
        p->refused = true;
        text_copy(p->fault, sizeof p->fault, "the panel went in the middle of a print");
    }
}

static void disconnect(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    break_print(world);
    if (bus->fd >= 0) {
        close(bus->fd); /* which takes it out of the epoll set too */
        bus->fd = -1;
        log_warning("panel: gone from %s", bus->path);
    }
    forget_picture(bus);
    bus->ready = false;
    arm(bus, RECONNECT_MS);
    signal_all(world);
}

/* false: not sent, because the panel is away (then disconnected) or its queue is full. */
static bool say(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    if (bus->fd < 0) {
        return false;
    }
    enum till_status status = bus_send(bus->fd, &bus->out);
    if (status == TILL_DEVICE_OFFLINE) {
        disconnect(world);
    }
    return status == TILL_OK;
}

static bool connect_once(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    if (bus_connect(bus->path, &bus->fd) != TILL_OK) {
        bus->fd = -1;
        arm(bus, RECONNECT_MS);
        return false;
    }
    struct epoll_event event = {.events = EPOLLIN};
    bus_message_init(&bus->out, BUS_HELLO);
    text_copy(bus->out.text, sizeof bus->out.text, world->setup.name);
    bus->out.numbers[0] = world->setup.width;
    bus->out.numbers[1] = world->setup.height;
    bus->out.numbers[2] = world->setup.scale;
    bus->out.numbers[3] = BUS_VERSION;
    if (epoll_ctl(bus->poll_fd, EPOLL_CTL_ADD, bus->fd, &event) != 0 || !say(world)) {
        disconnect(world);
        return false;
    }
    arm(bus, 0);
    bus->screen_dirty = world->screen_name[0] != '\0';
    /* What a panel that went had not drawn is not repeated: its paper is gone with it. */
    bus->paper_sent = world->print.printed_size;
    return true;
}

static void map_picture(struct sim_world *world, const char *path)
{
    struct sim_bus *bus = world->bus;
    size_t size = (size_t)world->setup.width * world->setup.height * sizeof(uint32_t);
    struct stat about;
    forget_picture(bus);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0 || (size_t)about.st_size < size) {
        log_error("panel: %s is no picture of %zu bytes", path, size);
    } else {
        void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (map != MAP_FAILED) {
            bus->picture = map;
            bus->picture_size = size;
            memcpy(map, world->pixels, size);
            bus->dirty = (struct display_area){0, 0, world->setup.width, world->setup.height};
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* Two words of hex; 0 = not hex or too long. */
static size_t unhex(const char *text, uint8_t *out, size_t capacity)
{
    size_t digits = strlen(text);
    if (digits % 2 != 0 || digits / 2 > capacity ||
        hex_decode(text, digits, out, digits / 2) != TILL_OK) {
        return 0;
    }
    return digits / 2;
}

static enum till_status apply_script(struct sim_world *world, const struct bus_message *m)
{
    uint8_t first[CARD_RESPONSE_MAX + 8];
    uint8_t second[CARD_RESPONSE_MAX + 8];
    struct span request = {first, unhex(m->text, first, sizeof first)};
    struct span answer = {second, unhex(m->more, second, sizeof second)};
    return m->verb == BUS_CARD_ANSWER ? sim_card_answer(world, request, answer)
                                      : sim_meter_answer(world, request, answer);
}

static enum till_status apply_card(struct sim_world *world, const struct bus_message *m)
{
    uint8_t atr[CARD_ATR_MAX] = {0};
    if (m->numbers[0] == 0) {
        sim_card_remove(world);
        return TILL_OK;
    }
    return sim_card_insert(world, (struct span){atr, unhex(m->text, atr, sizeof atr)});
}

static enum till_status apply(struct sim_world *world, const struct bus_message *m)
{
    const int64_t *n = m->numbers;
    switch (m->verb) {
    case BUS_FB:
        map_picture(world, m->text);
        return TILL_OK;
    case BUS_KEY:
        sim_key(world, (enum key)key_from_name(m->text), n[0] == 1);
        return TILL_OK;
    case BUS_NET:
        sim_network_set(world, (enum network_bearer)n[0], (uint8_t)n[1], false);
        return TILL_OK;
    case BUS_PRINTER:
        sim_printer_set(world, (enum sim_printer_status)n[0]);
        return TILL_OK;
    case BUS_SPEED:
        sim_print_speed(world, (uint32_t)n[0], 0);
        return TILL_OK;
    case BUS_BATTERY:
        sim_battery_set(world, (uint8_t)n[0], n[1] == 1);
        return TILL_OK;
    case BUS_SCAN:
        sim_scan(world, m->text, strlen(m->text));
        return TILL_OK;
    case BUS_CARD:
        return apply_card(world, m);
    case BUS_CARD_ANSWER:
    case BUS_METER_ANSWER:
        return apply_script(world, m);
    case BUS_METER:
        sim_meter_attach(world, n[0] == 1);
        return TILL_OK;
    case BUS_CLOCK:
        world->clock_offset = n[0];
        return TILL_OK;
    case BUS_POSITION:
        sim_position_set(
            world, &(struct position_fix){(int32_t)n[0], (int32_t)n[1], (uint32_t)n[2], 0, 3});
        return TILL_OK;
    case BUS_STICK:
        sim_stick_set(world, n[0] == 1 ? m->text : NULL);
        return TILL_OK;
    case BUS_READY:
        world->bus->ready = true;
        signal_all(world);
        return TILL_OK;
    default:
        return TILL_E_PROTOCOL; /* a terminal's own message */
    }
}

static void hear(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    for (int i = 0; i < PUMP_MESSAGES_MAX && bus->fd >= 0; i++) {
        enum till_status status = bus_receive(bus->fd, bus->memory, &bus->in);
        if (status == TILL_UNCHANGED) {
            return;
        }
        if (status == TILL_OK) {
            status = apply(world, &bus->in);
        }
        if (status == TILL_DEVICE_OFFLINE) {
            disconnect(world);
        } else if (status != TILL_OK) {
            log_warning("panel: a message is skipped: %s", status_name(status));
        }
    }
}

/* false: the panel's queue is full. */
static bool tell_paper(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    struct sim_print *p = &world->print;
    while (bus->paper_sent < p->printed_size) {
        size_t left = p->printed_size - bus->paper_sent;
        bus_message_init(&bus->out, BUS_PAPER);
        bus->out.payload = (struct span){p->printed + bus->paper_sent,
                                         left < BUS_PAYLOAD_MAX ? left : BUS_PAYLOAD_MAX};
        if (!say(world)) {
            return false;
        }
        bus->paper_sent += bus->out.payload.size;
    }
    if (p->printed_size > 0) {
        sim_paper_tear_off(world); /* the panel has it; a terminal for days must not grow */
    }
    if (bus->reset_due) {
        bus_message_init(&bus->out, BUS_RESET);
        if (!say(world)) {
            return false;
        }
        bus->reset_due = false;
    }
    if (bus->fault_due) {
        bus_message_init(&bus->out, BUS_FAULT);
        text_copy(bus->out.text, sizeof bus->out.text, p->fault);
        if (!say(world)) {
            return false;
        }
        bus->fault_due = false;
    }
    return true;
}

static bool tell_screen(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    if (!bus->ready) {
        return true; /* it will be told when the panel is */
    }
    if (bus->dirty.width > 0) {
        bus_message_init(&bus->out, BUS_FRAME);
        bus->out.numbers[0] = bus->dirty.x;
        bus->out.numbers[1] = bus->dirty.y;
        bus->out.numbers[2] = bus->dirty.width;
        bus->out.numbers[3] = bus->dirty.height;
        if (!say(world)) {
            return false;
        }
        bus->dirty.width = 0;
    }
    if (bus->screen_dirty) {
        bus_message_init(&bus->out, BUS_SCREEN);
        text_copy(bus->out.text, sizeof bus->out.text, world->screen_name);
        bus->out.payload =
            (struct span){(const uint8_t *)world->screen_text, strlen(world->screen_text)};
        if (!say(world)) {
            return false;
        }
        bus->screen_dirty = false;
    }
    return true;
}

void sim_pump(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    if (!bus) {
        return;
    }
    if (bus->fd < 0) {
        uint64_t expired = 0;
        if (read(bus->timer_fd, &expired, sizeof expired) != sizeof expired ||
            !connect_once(world)) {
            return;
        }
    }
    hear(world);
    if (bus->ready && (!tell_paper(world) || !tell_screen(world)) && bus->fd >= 0) {
        arm(bus, BACKLOG_MS);
    }
}

void sim_bus_show(struct sim_world *world, struct display_area area)
{
    struct sim_bus *bus = world->bus;
    if (!bus || !bus->picture) {
        return;
    }
    size_t width = world->setup.width;
    for (size_t y = area.y; y < (size_t)area.y + area.height; y++) {
        size_t at = y * width + area.x;
        memcpy(bus->picture + at, world->pixels + at, area.width * sizeof *bus->picture);
    }
    if (bus->dirty.width > 0) { /* the smallest rectangle around both */
        unsigned right = (unsigned)area.x + area.width;
        unsigned bottom = (unsigned)area.y + area.height;
        unsigned old_right = (unsigned)bus->dirty.x + bus->dirty.width;
        unsigned old_bottom = (unsigned)bus->dirty.y + bus->dirty.height;
        area.x = area.x < bus->dirty.x ? area.x : bus->dirty.x;
        area.y = area.y < bus->dirty.y ? area.y : bus->dirty.y;
        area.width = (uint16_t)((right > old_right ? right : old_right) - area.x);
        area.height = (uint16_t)((bottom > old_bottom ? bottom : old_bottom) - area.y);
    }
    bus->dirty = area;
    if (!tell_screen(world) && bus->fd >= 0) {
        arm(bus, BACKLOG_MS);
    }
}

void sim_bus_sound(struct sim_world *world, enum sound_pattern pattern)
{
    if (world->bus && world->bus->ready) {
        bus_message_init(&world->bus->out, BUS_SOUND);
        text_copy(world->bus->out.text, sizeof world->bus->out.text, sound_name(pattern));
        (void)say(world); /* a sound that comes late is worse than none */
    }
}

void sim_bus_light(struct sim_world *world, uint8_t percent)
{
    if (world->bus && world->bus->ready) {
        bus_message_init(&world->bus->out, BUS_LIGHT);
        world->bus->out.numbers[0] = percent;
        (void)say(world);
    }
}

static void sleep_step(void)
{
    (void)poll(NULL, 0, OPEN_STEP_MS);
}

static enum till_status wait_for_panel(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    for (int ms = 0; !connect_once(world); ms += OPEN_STEP_MS) {
        if (ms >= OPEN_WAIT_MS) {
            return TILL_DEVICE_OFFLINE;
        }
        sleep_step();
    }
    for (int ms = 0; !bus->ready; ms += OPEN_STEP_MS) {
        if (ms >= OPEN_WAIT_MS) {
            return TILL_TIMEOUT;
        }
        if (bus->fd >= 0) {
            struct pollfd waiting = {bus->fd, POLLIN, 0};
            (void)poll(&waiting, 1, OPEN_STEP_MS);
        } else {
            sleep_step();
        }
        sim_pump(world);
    }
    return TILL_OK;
}

enum till_status sim_bus_open(struct sim_world *world, const char *path)
{
    struct sim_bus *bus = calloc(1, sizeof *bus);
    if (!bus) {
        return TILL_E_MEMORY;
    }
    world->bus = bus;
    bus->fd = -1;
    text_copy(bus->path, sizeof bus->path, path);
    bus->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    bus->timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    bool whole = bus->poll_fd >= 0 && bus->timer_fd >= 0 && strlen(path) < sizeof bus->path &&
                 epoll_ctl(bus->poll_fd, EPOLL_CTL_ADD, bus->timer_fd, &event) == 0;
    for (int i = 0; whole && i < SIM_SPEAKERS; i++) {
        whole = epoll_ctl(world->ready[i].poll_fd, EPOLL_CTL_ADD, bus->poll_fd, &event) == 0;
    }
    enum till_status status = whole ? wait_for_panel(world) : TILL_E_IO;
    if (status != TILL_OK) {
        sim_bus_close(world);
    }
    return status;
}

void sim_bus_close(struct sim_world *world)
{
    struct sim_bus *bus = world->bus;
    if (!bus) {
        return;
    }
    forget_picture(bus);
    if (bus->fd >= 0) {
        close(bus->fd);
    }
    if (bus->poll_fd >= 0) {
        close(bus->poll_fd);
    }
    if (bus->timer_fd >= 0) {
        close(bus->timer_fd);
    }
    free(bus);
    world->bus = NULL;
}
