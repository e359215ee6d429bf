/*
 * The position of what stands still: a shop's counter, a kiosk. It is written in the board file.
 *
 * This is also the smallest driver there is: hal/README.md goes through it line by line.
 */
#include <stdlib.h>
#include <string.h>

#include "gpsd_report.h"
#include "linux_drivers.h"

struct fixed_position {
    struct position position; /* what the board is given: its context is this struct */
    struct position_fix fix;
};

static enum till_status tell(void *context, struct position_fix *fix_out)
{
    const struct fixed_position *p = context;
    *fix_out = p->fix;
    return TILL_OK;
}

static enum till_status turn(void *context, bool on)
{
    (void)context;
    (void)on;
    return TILL_UNSUPPORTED; /* nothing to switch off: the contract has a word for it */
}

/* Degrees with a point, times 10^7. */
static enum till_status read_degrees(struct opening *opening, const char *key, int64_t most_e7,
                                     int32_t *degrees_e7_out)
{
    int64_t value = 0;
    const char *text = opening_text(opening, key);
    if (!text) {
        return TILL_E_CONFIG;
    }
    if (!gpsd_number(text, strlen(text), 7, most_e7, &value)) {
        settings_complain(opening->settings, opening->section, key, "must be degrees, as 30.2741");
        return TILL_E_CONFIG;
    }
    *degrees_e7_out = (int32_t)value;
    return TILL_OK;
}

enum till_status fixed_position_open(struct opening *opening, struct board *board)
{
    struct position_fix fix = {.dimensions = 2};
    int64_t accuracy_m = 0;
    enum till_status status = read_degrees(opening, "latitude", 900000000, &fix.latitude_e7);
    if (status == TILL_OK) {
        status = read_degrees(opening, "longitude", 1800000000, &fix.longitude_e7);
    }
    if (status == TILL_OK) {
        status = settings_integer(opening->settings, opening->section, "accuracy_m", 20, 1, 1000,
                                  &accuracy_m);
    }
    if (status != TILL_OK) {
        return status;
    }
    fix.accuracy_dm = (uint32_t)accuracy_m * 10;
    struct fixed_position *p = calloc(1, sizeof *p);
    if (!p) {
        return TILL_E_MEMORY;
    }
    p->fix = fix;
    p->position = (struct position){p, tell, turn, free};
    board->position = &p->position;
    return TILL_OK;
}
