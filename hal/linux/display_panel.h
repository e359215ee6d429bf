/*
 * What display drivers share: options of the panel, and its light.
 *
 * Options, in the section of the display:
 *   rotate     0, 90, 180, 270: how far the picture is turned clockwise on the panel (0)
 *   scale      1, 2: dots a design pixel (1)
 *   backlight  a name in /sys/class/backlight (none)
 *   root       a folder put before /sys, for tests
 */
#ifndef TILL_DISPLAY_PANEL_H
#define TILL_DISPLAY_PANEL_H

#include "driver.h"
#include "pixels.h"

enum { PANEL_RETRY_MS = 1000 }; /* between two looks for a display that went */

struct panel {
    struct pixels_panel dots;
    uint8_t scale;
    char light[224]; /* the backlight's folder; "": none */
};

/* TILL_E_CONFIG, and it has been said. */
enum till_status panel_read(struct opening *opening, struct panel *panel) TILL_CHECKED;
/* An option that is one of a few words, NULL at their end; the first is meant where there is none.
 * TILL_E_CONFIG. */
enum till_status panel_word(struct opening *opening, const char *key, const char *const *words,
                            int *index_out) TILL_CHECKED;
void panel_shape(const struct panel *panel, struct display_shape *shape_out);
/* TILL_UNSUPPORTED: the board file names no backlight. TILL_DEVICE_OFFLINE. */
enum till_status panel_light(const struct panel *panel, uint8_t percent) TILL_CHECKED;

#endif
