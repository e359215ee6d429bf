/*
 * A display by the kernel's mode setting (/dev/dri/cardN): one dumb buffer on one connector, as
 * every DRM driver has it (drm-kms, "dumb buffer objects").
 *
 * The buffer is drawn on where it is shown; what changed is told by DIRTYFB to drivers that want to
 * know. Once a second, when something is shown, a display that was lost is set up again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drm_pipe.h"
#include "linux_drivers.h"
#include "log.h"
#include "sysdev_drivers.h"
#include "text.h"

enum { CARDS_MAX = 8 };

struct drm_display {
    struct display display;
    const struct sysdev *sys;
    struct panel panel;                 /* memory: NULL while it is away */
    char device[SETTINGS_LINE_MAX + 1]; /* "": the first card with a display */
    struct drm_wish wish;
    struct drm_pipe pipe;
    int64_t retry_ms;
    bool whole_due;
    bool complained; /* since it was last there */
};

static void release(struct drm_display *d)
{
    drm_pipe_close(&d->pipe);
    d->panel.dots.memory = NULL;
}

static enum till_status try_cards(struct drm_display *d, const char **why_out)
{
    char path[32];
    enum till_status status = TILL_DEVICE_OFFLINE;
    if (d->device[0] != '\0') {
        return drm_pipe_open(&d->pipe, d->sys, d->device, &d->wish, why_out);
    }
    *why_out = "there is none";
    for (int i = 0; i < CARDS_MAX; i++) {
        const char *why = NULL;
        snprintf(path, sizeof path, "/dev/dri/card%d", i);
        enum till_status one = drm_pipe_open(&d->pipe, d->sys, path, &d->wish, &why);
        if (one == TILL_OK) {
            return TILL_OK;
        }
        if (why && strcmp(why, DRM_PIPE_NO_NODE) != 0) {
            status = one;
            *why_out = why;
        }
    }
    return status;
}

static enum till_status take(struct drm_display *d, const char **why_out)
{
    d->retry_ms = sys_now_ms(d->sys) + PANEL_RETRY_MS;
    enum till_status status = try_cards(d, why_out);
    if (status != TILL_OK) {
        return status;
    }
    struct pixels_panel *dots = &d->panel.dots;
    if (d->pipe.sixteen) {
        pixels_rgb565(dots);
    } else {
        pixels_xrgb8888(dots);
    }
    dots->memory = d->pipe.memory;
    dots->stride = d->pipe.stride;
    dots->width = d->pipe.width;
    dots->height = d->pipe.height;
    d->whole_due = true;
    d->complained = false;
    return TILL_OK;
}

static enum till_status retake(struct drm_display *d)
{
    const char *why = NULL;
    struct pixels_panel before = d->panel.dots;
    if (sys_now_ms(d->sys) < d->retry_ms) {
        return TILL_DEVICE_OFFLINE;
    }
    enum till_status status = take(d, &why);
    if (status == TILL_OK &&
        (before.width != d->panel.dots.width || before.height != d->panel.dots.height)) {
        /* Layouts are made for one shape. */
        release(d);
        d->panel.dots = before;
        d->panel.dots.memory = NULL;
        status = TILL_E_DEVICE;
        why = "has another size than before";
    }
    if (status != TILL_OK && !d->complained) {
        d->complained = true;
        log_warning("display: %s", why ? why : status_name(status));
    }
    return status;
}

static void shape(void *context, struct display_shape *shape_out)
{
    const struct drm_display *d = context;
    panel_shape(&d->panel, shape_out);
}

static enum till_status show(void *context, const uint32_t *pixels, size_t stride,
                             struct display_area area)
{
    struct drm_display *d = context;
    if (!d->panel.dots.memory) {
        enum till_status status = retake(d);
        if (status != TILL_OK) {
            return status;
        }
    }
    if (d->whole_due) {
        area = (struct display_area){0, 0, 0, 0};
        pixels_size(&d->panel.dots, &area.width, &area.height);
    }
    struct display_area own = pixels_put(&d->panel.dots, pixels, stride, area);
    enum till_status status = drm_pipe_tell(&d->pipe, own);
    if (status != TILL_OK) {
        log_warning("display: it is gone, or another program has it");
        release(d);
        d->complained = true;
        d->retry_ms = sys_now_ms(d->sys) + PANEL_RETRY_MS;
        return status;
    }
    d->whole_due = false;
    return TILL_OK;
}

static enum till_status light(void *context, uint8_t percent)
{
    const struct drm_display *d = context;
    return panel_light(&d->panel, percent);
}

static void shut(void *context)
{
    struct drm_display *d = context;
    release(d);
    free(d);
}

/* mode = 800x480. */
static enum till_status read_mode(struct opening *opening, struct drm_wish *wish)
{
    const char *mode = settings_text(opening->settings, opening->section, "mode", "");
    char *end;
    if (mode[0] == '\0') {
        return TILL_OK;
    }
    unsigned long width = strtoul(mode, &end, 10);
    unsigned long height = *end == 'x' ? strtoul(end + 1, &end, 10) : 0;
    if (*end != '\0' || width < 64 || width > 4096 || height < 32 || height > 4096) {
        settings_complain(opening->settings, opening->section, "mode", "is not as 800x480");
        return TILL_E_CONFIG;
    }
    wish->width = (uint16_t)width;
    wish->height = (uint16_t)height;
    return TILL_OK;
}

static enum till_status begin(struct opening *opening, struct drm_display *d)
{
    static const char *const formats[] = {"auto", "xrgb8888", "rgb565", NULL};
    struct settings *s = opening->settings;
    const char *why = NULL;
    int format = 0;
    enum till_status status = panel_read(opening, &d->panel);
    if (status == TILL_OK) {
        status = panel_word(opening, "format", formats, &format);
    }
    if (status == TILL_OK) {
        status = read_mode(opening, &d->wish);
    }
    if (status != TILL_OK) {
        return status;
    }
    d->wish.format = (enum drm_pixels)format;
    text_copy(d->device, sizeof d->device, settings_text(s, opening->section, "device", ""));
    text_copy(d->wish.connector, sizeof d->wish.connector,
              settings_text(s, opening->section, "connector", ""));
    status = take(d, &why);
    if (status != TILL_OK) {
        settings_complain(s, opening->section, d->device[0] != '\0' ? "device" : "driver",
                          why ? why : status_text(status));
    }
    return status;
}

enum till_status drm_display_open_by(struct opening *opening, struct board *board,
                                     const struct sysdev *sys)
{
    struct drm_display *d = calloc(1, sizeof *d);
    if (!d) {
        return TILL_E_MEMORY;
    }
    d->sys = sys;
    drm_pipe_init(&d->pipe);
    d->display = (struct display){.context = d,
                                  .shape = shape,
                                  .show = show,
                                  .backlight = light,
                                  .describe = NULL,
                                  .close = shut};
    enum till_status status = begin(opening, d);
    if (status != TILL_OK) {
        shut(d);
        return status;
    }
    board->display = &d->display;
    return TILL_OK;
}

enum till_status drm_display_open(struct opening *opening, struct board *board)
{
    return drm_display_open_by(opening, board, &sysdev_kernel);
}
