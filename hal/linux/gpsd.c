/*
 * Position from gpsd, by its own protocol over a TCP link: gpsd_report.h reads it.
 *
 * libgps does the same; it brings libstdc++ and libdbus along, 2.5 MB of a small terminal's memory,
 * and its gps_open() waits until somebody answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpsd_report.h"
#include "linux_drivers.h"
#include "monotonic.h"

enum { READS_MAX = 64 };

static const char watch_on[] = "?WATCH={\"enable\":true,\"json\":true};\n";
static const char watch_off[] = "?WATCH={\"enable\":false};\n";

struct gpsd {
    struct position position;
    struct link *link;
    uint32_t generation; /* of the link that was greeted */
    struct gpsd_reader reader;
    struct position_fix fix;
    int64_t fix_ms; /* when it came, monotonic; 0 = none yet */
    bool on;        /* as the program wants it */
    bool has_receiver;
    const char *rest; /* of what is to be sent; "" = nothing */
};

static void say(struct gpsd *g)
{
    size_t taken = 0;
    struct span bytes = {(const uint8_t *)g->rest, strlen(g->rest)};
    if (bytes.size > 0 && link_write(g->link, bytes, &taken) == TILL_OK) {
        g->rest += taken;
    }
}

static void take_line(struct gpsd *g)
{
    switch (gpsd_report_read(g->reader.line, &g->fix, &g->has_receiver)) {
    case GPSD_FIX:
        g->fix_ms = monotonic_ms();
        g->has_receiver = true;
        break;
    case GPSD_NO_FIX:
        g->has_receiver = true;
        break;
    default:
        break;
    }
}

/* true: gpsd is there. */
static bool pump(struct gpsd *g)
{
    uint8_t bytes[1024];
    size_t size = 0;
    for (int reads = 0; reads < READS_MAX; reads++) {
        enum till_status status = link_read(g->link, bytes, sizeof bytes, &size);
        if (g->generation != link_generation(g->link)) {
            g->generation = link_generation(g->link);
            gpsd_reader_init(&g->reader);
            g->has_receiver = false;
            g->rest = g->on ? watch_on : "";
        }
        if (status == TILL_DEVICE_OFFLINE) {
            g->has_receiver = false;
            return false;
        }
        say(g);
        if (status != TILL_OK) {
            return true;
        }
        for (size_t i = 0; i < size; i++) {
            if (gpsd_reader_put(&g->reader, bytes[i])) {
                take_line(g);
            }
        }
    }
    return true;
}

static enum till_status tell(void *context, struct position_fix *fix_out)
{
    struct gpsd *g = context;
    bool is_there = pump(g);
    if (g->fix_ms == 0) {
        return is_there && g->has_receiver ? TILL_NOT_FOUND : TILL_DEVICE_OFFLINE;
    }
    int64_t age_s = (monotonic_ms() - g->fix_ms) / 1000;
    *fix_out = g->fix;
    fix_out->age_s = age_s > UINT32_MAX ? UINT32_MAX : (uint32_t)age_s;
    return TILL_OK;
}

/* gpsd lets the receiver rest while nobody watches. */
static enum till_status turn(void *context, bool on)
{
    struct gpsd *g = context;
    if (on != g->on) {
        g->on = on;
        g->rest = on ? watch_on : watch_off;
        (void)pump(g);
    }
    return TILL_OK;
}

static void shut(void *context)
{
    struct gpsd *g = context;
    g->link->close(g->link->context);
    free(g);
}

/* An option of the link that may be left out here. */
static enum till_status otherwise(struct opening *opening, const char *key, const char *value)
{
    char text[96];
    if (settings_text(opening->settings, opening->section, key, NULL)) {
        return TILL_OK;
    }
    snprintf(text, sizeof text, "%s.%s=%s", opening->section, key, value);
    return settings_override(opening->settings, text);
}

enum till_status gpsd_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    bool on = true;
    enum till_status status = otherwise(opening, "address", "127.0.0.1");
    if (status == TILL_OK) {
        status = otherwise(opening, "port", "2947");
    }
    if (status == TILL_OK) {
        status = settings_flag(opening->settings, opening->section, "on", true, &on);
    }
    if (status == TILL_OK) {
        status = link_tcp_open(opening, &link);
    }
    if (status != TILL_OK) {
        return status;
    }
    struct gpsd *g = calloc(1, sizeof *g);
    if (!g) {
        link->close(link->context);
        return TILL_E_MEMORY;
    }
    g->link = link;
    g->on = on;
    g->rest = "";
    g->position = (struct position){g, tell, turn, shut};
    board->position = &g->position;
    return TILL_OK;
}
