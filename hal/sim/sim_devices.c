/* The simulated devices that a person touches or sees: keypad, display, clock, scanner, sound; and
 * network, power. */
#include <string.h>
#include <time.h>

#include "sim_private.h"
#include "text.h"
#include "when.h"

static void close_nothing(void *context)
{
    (void)context; /* the world outlives the board */
}

static int keypad_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_KEYPAD].poll_fd;
}

static enum till_status keypad_next(void *context, struct keypad_event *event_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    if (world->key_count > 0) {
        *event_out = world->keys[0];
        world->key_count--;
        memmove(world->keys, world->keys + 1, world->key_count * sizeof *world->keys);
        return TILL_OK;
    }
    sim_quiet(world, SIM_KEYPAD);
    return world->keypad_unplugged || sim_is_alone(world) ? TILL_DEVICE_OFFLINE : TILL_UNCHANGED;
}

static void display_tell_shape(void *context, struct display_shape *shape_out)
{
    (void)sim_pixels(context, shape_out);
}

static enum till_status display_take(void *context, const uint32_t *pixels, size_t stride,
                                     struct display_area area)
{
    struct sim_world *world = context;
    size_t width = world->setup.width;
    for (size_t y = area.y; y < (size_t)area.y + area.height; y++) {
        memcpy(world->pixels + y * width + area.x, pixels + y * stride + area.x,
               area.width * sizeof *pixels);
    }
    world->frames++;
    sim_pump(world);
    sim_bus_show(world, area);
    return sim_is_alone(world) ? TILL_DEVICE_OFFLINE : TILL_OK;
}

static enum till_status display_light(void *context, uint8_t percent)
{
    sim_bus_light(context, percent);
    return TILL_OK;
}

static void display_tell_text(void *context, const char *screen, const char *text)
{
    struct sim_world *world = context;
    text_copy(world->screen_name, sizeof world->screen_name, screen);
    text_copy(world->screen_text, sizeof world->screen_text, text);
    if (world->bus) {
        world->bus->screen_dirty = true;
        sim_pump(world);
    }
}

static int64_t clock_wall(void *context)
{
    const struct sim_world *world = context;
    return world->setup.real_clock ? (int64_t)time(NULL) + world->clock_offset
                                   : world->wall_ms / 1000;
}

static int64_t clock_monotonic(void *context)
{
    return sim_now_ms(context);
}

static enum till_status clock_change(void *context, int64_t at_s)
{
    sim_set_clock(context, at_s);
    return TILL_OK;
}

static int network_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_NETWORK].poll_fd;
}

static enum till_status network_tell(void *context, struct network_state *state_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    sim_quiet(world, SIM_NETWORK);
    if (sim_is_alone(world)) {
        return TILL_DEVICE_OFFLINE;
    }
    *state_out = world->network_now;
    return TILL_OK;
}

static int power_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_POWER].poll_fd;
}

static enum till_status power_tell(void *context, struct power_state *state_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    sim_quiet(world, SIM_POWER);
    if (sim_is_alone(world)) {
        return TILL_DEVICE_OFFLINE;
    }
    *state_out = world->power_now;
    return TILL_OK;
}

static int scanner_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_SCANNER].poll_fd;
}

static enum till_status scanner_next(void *context, struct scanner_text *text_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    if (world->scan_count == 0) {
        sim_quiet(world, SIM_SCANNER);
        return sim_is_alone(world) ? TILL_DEVICE_OFFLINE : TILL_UNCHANGED;
    }
    bool large = world->scans[0].size > SCANNER_TEXT_MAX;
    if (!large) {
        *text_out = world->scans[0];
    }
    world->scan_count--;
    memmove(world->scans, world->scans + 1, world->scan_count * sizeof *world->scans);
    return large ? TILL_TOO_LARGE : TILL_OK;
}

static enum till_status scanner_light(void *context, bool on)
{
    (void)context;
    (void)on;
    return TILL_OK;
}

static enum till_status sound_start(void *context, enum sound_pattern pattern)
{
    struct sim_world *world = context;
    if (world->sound_count == SIM_SOUNDS_MAX) {
        world->sound_count--;
        memmove(world->sounds, world->sounds + 1, world->sound_count * sizeof *world->sounds);
    }
    world->sounds[world->sound_count++] = pattern;
    sim_bus_sound(world, pattern);
    return TILL_OK;
}

static enum till_status sound_loudness(void *context, uint8_t percent)
{
    (void)context;
    (void)percent;
    return TILL_UNSUPPORTED;
}

static enum till_status watchdog_begin(void *context, uint32_t timeout_s, uint32_t *timeout_s_out)
{
    struct sim_world *world = context;
    (void)sim_watchdog_missed(world);
    world->watchdog_s = *timeout_s_out = timeout_s;
    world->fed_ms = sim_now_ms(world);
    return TILL_OK;
}

static enum till_status watchdog_nourish(void *context)
{
    struct sim_world *world = context;
    (void)sim_watchdog_missed(world);
    world->fed_ms = sim_now_ms(world);
    return TILL_OK;
}

static enum till_status watchdog_end(void *context)
{
    struct sim_world *world = context;
    (void)sim_watchdog_missed(world);
    world->watchdog_s = 0;
    return TILL_OK;
}

void sim_devices_init(struct sim_world *world)
{
    world->keypad = (struct keypad){world, keypad_wait, keypad_next, close_nothing};
    world->display = (struct display){.context = world,
                                      .shape = display_tell_shape,
                                      .show = display_take,
                                      .backlight = display_light,
                                      .describe = display_tell_text,
                                      .close = close_nothing};
    world->clock =
        (struct clock_device){world, clock_wall, clock_monotonic, clock_change, close_nothing};
    world->network = (struct network){world, network_wait, network_tell, close_nothing};
    world->power = (struct power){world, power_wait, power_tell, close_nothing};
    world->scanner =
        (struct scanner){world, scanner_wait, scanner_next, scanner_light, close_nothing};
    world->sound = (struct sound){
        .context = world, .play = sound_start, .volume = sound_loudness, .close = close_nothing};
    world->watchdog = (struct watchdog){.context = world,
                                        .arm = watchdog_begin,
                                        .feed = watchdog_nourish,
                                        .disarm = watchdog_end,
                                        .close = close_nothing};
}
