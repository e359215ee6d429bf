/* The world: made, moved by a test or a panel, and looked at. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "sim_private.h"
#include "text.h"

enum { PRESS_MS = 60 };

void sim_setup_default(struct sim_setup *setup_out)
{
    *setup_out = (struct sim_setup){.name = "sim",
                                    .width = 320,
                                    .height = 240,
                                    .scale = 1,
                                    .profile = "escpos58-gb18030",
                                    .printer_buffer = 4096,
                                    .sector_size = 512};
    roll_profile_58(&setup_out->paper);
}

static bool open_readiness(struct sim_readiness *ready)
{
    ready->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    ready->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    return ready->poll_fd >= 0 && ready->event_fd >= 0 &&
           epoll_ctl(ready->poll_fd, EPOLL_CTL_ADD, ready->event_fd, &event) == 0;
}

struct sim_world *sim_world_create(const struct sim_setup *setup)
{
    struct sim_world *world = calloc(1, sizeof *world);
    if (!world) {
        return NULL;
    }
    if (setup) {
        world->setup = *setup;
    } else {
        sim_setup_default(&world->setup);
    }
    bool whole = true;
    for (int i = 0; i < SIM_SPEAKERS; i++) {
        world->ready[i] = (struct sim_readiness){-1, -1};
        whole = whole && open_readiness(&world->ready[i]);
    }
    world->virtual_ms = 1000;
    world->wall_ms = SIM_START_S * 1000;
    world->network_now = (struct network_state){NETWORK_NONE, 0, false};
    world->power_now = (struct power_state){.percent = 80};
    world->modem_now = (struct modem_state){.sim = MODEM_SIM_NONE, .registration = MODEM_IDLE};
    world->meter_line = (struct link_line){2400, 8, LINK_PARITY_EVEN, 1, LINK_FLOW_NONE};
    world->pixels = calloc((size_t)world->setup.width * world->setup.height, sizeof(uint32_t));
    sim_devices_init(world);
    sim_lines_init(world);
    sim_stick_init(world);
    enum till_status status = sim_print_init(world);
    if (!whole || !world->pixels || status != TILL_OK) {
        sim_world_destroy(world);
        return NULL;
    }
    return world;
}

void sim_world_destroy(struct sim_world *world)
{
    if (!world) {
        return;
    }
    sim_bus_close(world);
    sim_print_close(world);
    for (int i = 0; i < SIM_SPEAKERS; i++) {
        if (world->ready[i].event_fd >= 0) {
            close(world->ready[i].event_fd);
        }
        if (world->ready[i].poll_fd >= 0) {
            close(world->ready[i].poll_fd);
        }
    }
    free(world->pixels);
    free(world);
}

enum till_status sim_world_board(struct sim_world *world, struct board *board_out)
{
    *board_out = (struct board){.keypad = &world->keypad,
                                .display = &world->display,
                                .printer = &world->printer,
                                .clock = &world->clock,
                                .network = &world->network,
                                .power = &world->power,
                                .card = &world->card,
                                .meter = &world->meter,
                                .modem = &world->modem,
                                .scanner = &world->scanner,
                                .sound = &world->sound,
                                .position = &world->position,
                                .counter = &world->counter,
                                .watchdog = &world->watchdog,
                                .stick = &world->stick,
                                .sector_size = world->setup.sector_size};
    text_copy(board_out->name, sizeof board_out->name, world->setup.name);
    return TILL_OK;
}

void sim_signal(struct sim_world *world, enum sim_speaker speaker)
{
    uint64_t one = 1;
    /* A full counter is readable as well: nothing is lost. */
    ssize_t ignored = write(world->ready[speaker].event_fd, &one, sizeof one);
    (void)ignored;
}

void sim_quiet(struct sim_world *world, enum sim_speaker speaker)
{
    uint64_t count;
    ssize_t ignored = read(world->ready[speaker].event_fd, &count, sizeof count);
    (void)ignored;
}

static int64_t read_clock_ms(clockid_t id)
{
    struct timespec now;
    int failed = clock_gettime(id, &now);
    assert(failed == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t sim_now_ms(const struct sim_world *world)
{
    return world->setup.real_clock ? read_clock_ms(CLOCK_BOOTTIME) : world->virtual_ms;
}

void sim_advance(struct sim_world *world, int64_t ms)
{
    assert(!world->setup.real_clock && ms >= 0);
    world->virtual_ms += ms;
    world->wall_ms += ms;
}

void sim_set_clock(struct sim_world *world, int64_t at_s)
{
    world->wall_ms = at_s * 1000;
    world->clock_offset = at_s - read_clock_ms(CLOCK_REALTIME) / 1000;
}

void sim_key(struct sim_world *world, enum key key, bool down)
{
    assert(key > PAD_NONE && key < PAD_COUNT);
    if (world->key_count < SIM_KEYS_MAX && !world->keypad_unplugged) {
        world->keys[world->key_count++] = (struct keypad_event){key, down, sim_now_ms(world)};
        sim_signal(world, SIM_KEYPAD);
    }
}

void sim_press(struct sim_world *world, enum key key)
{
    sim_key(world, key, true);
    if (!world->setup.real_clock) {
        sim_advance(world, PRESS_MS);
    }
    sim_key(world, key, false);
}

void sim_keypad_unplug(struct sim_world *world, bool unplugged)
{
    world->keypad_unplugged = unplugged;
    sim_signal(world, SIM_KEYPAD);
}

const char *sim_screen_name(const struct sim_world *world)
{
    return world->screen_name;
}

const char *sim_screen_text(const struct sim_world *world)
{
    return world->screen_text;
}

const uint32_t *sim_pixels(const struct sim_world *world, struct display_shape *shape_out)
{
    const struct sim_setup *s = &world->setup;
    *shape_out = (struct display_shape){s->width, s->height, s->scale, s->mono};
    return world->pixels;
}

uint64_t sim_frames(const struct sim_world *world)
{
    return world->frames;
}

void sim_power_cut(struct sim_world *world)
{
    world->key_count = 0;
    world->scan_count = 0;
    world->card_connected = false;
    world->watchdog_s = 0;
    sim_print_drop(world);
}

void sim_network_set(struct sim_world *world, enum network_bearer bearer, uint8_t bars,
                     bool airplane)
{
    world->network_now = (struct network_state){bearer, bars, airplane};
    sim_signal(world, SIM_NETWORK);
}

void sim_battery_set(struct sim_world *world, uint8_t percent, bool charging)
{
    world->power_now = (struct power_state){.percent = percent, .charging = charging};
    sim_signal(world, SIM_POWER);
}

void sim_scan(struct sim_world *world, const char *text, size_t size)
{
    if (world->scan_count == SIM_SCANS_MAX || size == 0) {
        return;
    }
    struct scanner_text *scan = &world->scans[world->scan_count++];
    scan->size = size;
    size_t kept = size < SCANNER_TEXT_MAX ? size : SCANNER_TEXT_MAX;
    memcpy(scan->bytes, text, kept);
    scan->bytes[kept] = '\0';
    sim_signal(world, SIM_SCANNER);
}

void sim_modem_set(struct sim_world *world, const struct modem_state *state)
{
    world->modem_now = *state;
    sim_signal(world, SIM_MODEM);
}

void sim_position_set(struct sim_world *world, const struct position_fix *fix)
{
    world->has_fix = fix != NULL;
    if (fix) {
        world->fix = *fix;
    }
}

void sim_counter_set(struct sim_world *world, uint64_t value)
{
    world->count = value;
}

size_t sim_take_sounds(struct sim_world *world, enum sound_pattern *sounds_out, size_t capacity)
{
    size_t count = world->sound_count < capacity ? world->sound_count : capacity;
    size_t from = world->sound_count - count;
    memcpy(sounds_out, world->sounds + from, count * sizeof *sounds_out);
    world->sound_count = 0;
    return count;
}

uint32_t sim_watchdog_timeout_s(const struct sim_world *world)
{
    return world->watchdog_s;
}

bool sim_watchdog_missed(struct sim_world *world)
{
    int64_t waited_ms = sim_now_ms(world) - world->fed_ms;
    if (world->watchdog_s > 0 && waited_ms > (int64_t)world->watchdog_s * 1000) {
        world->feed_missed = true;
    }
    return world->feed_missed;
}
