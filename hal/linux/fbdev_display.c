/*
 * A display by the kernel's frame buffer (/dev/fbN): small panels on SPI, and boards without DRM.
 *
 * Dots are written where the panel shows them; one that needs to be told (deferred I/O) notices by
 * itself. Once a second, when something is shown, the driver looks whether it is still there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <linux/kd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "display_panel.h"
#include "linux_drivers.h"
#include "log.h"
#include "sysdev_drivers.h"
#include "text.h"

enum { LOOK_MS = 1000, MEMORY_MAX = 64 * 1024 * 1024 };

struct fbdev {
    struct display display;
    const struct sysdev *sys;
    struct panel panel; /* memory: NULL while it is away */
    char device[SETTINGS_LINE_MAX + 1];
    bool low_first;
    int fd, tty_fd; /* -1: none */
    void *map;
    size_t map_size;
    struct fb_var_screeninfo var; /* as it was mapped */
    int64_t look_ms;
    bool whole_due; /* all of the frame, because it came anew */
};

/* What is wrong with this frame buffer, for a technician; NULL: nothing. */
static const char *read_form(struct fbdev *f, const struct fb_fix_screeninfo *fix,
                             struct pixels_panel *dots)
{
    const struct fb_var_screeninfo *var = &f->var;
    const struct fb_bitfield *c[3] = {&var->red, &var->green, &var->blue};
    if (fix->type != FB_TYPE_PACKED_PIXELS || var->nonstd != 0) {
        return "has planes or tiles, not packed pixels";
    }
    if (var->xres == 0 || var->yres == 0 || var->xres > 4096 || var->yres > 4096) {
        return "has no usable size";
    }
    dots->bits = (uint8_t)var->bits_per_pixel;
    dots->low_first = f->low_first;
    dots->one_is_black = fix->visual == FB_VISUAL_MONO01;
    if (var->bits_per_pixel == 1) {
        bool mono = fix->visual == FB_VISUAL_MONO01 || fix->visual == FB_VISUAL_MONO10;
        return !mono || var->xoffset % 8 != 0 ? "has one bit a dot, but not black and white" : NULL;
    }
    if (var->bits_per_pixel != 16 && var->bits_per_pixel != 24 && var->bits_per_pixel != 32) {
        return "has neither 1, 16, 24 nor 32 bits a dot";
    }
    if (fix->visual != FB_VISUAL_TRUECOLOR && fix->visual != FB_VISUAL_DIRECTCOLOR) {
        return "has a palette";
    }
    for (int i = 0; i < 3; i++) {
        if (c[i]->length == 0 || c[i]->length > 16 || c[i]->msb_right ||
            c[i]->offset + c[i]->length > var->bits_per_pixel) {
            return "has colours that are not known";
        }
    }
    dots->red = (struct pixels_channel){(uint8_t)c[0]->offset, (uint8_t)c[0]->length};
    dots->green = (struct pixels_channel){(uint8_t)c[1]->offset, (uint8_t)c[1]->length};
    dots->blue = (struct pixels_channel){(uint8_t)c[2]->offset, (uint8_t)c[2]->length};
    dots->always = 0;
    if (var->transp.length > 0 && var->transp.length <= 8 && var->transp.offset < 32) {
        dots->always = ((1u << var->transp.length) - 1u) << var->transp.offset;
    }
    return NULL;
}

/* Where the memory of its visible part is. */
static const char *map_memory(struct fbdev *f, const struct fb_fix_screeninfo *fix,
                              struct pixels_panel *dots)
{
    const struct fb_var_screeninfo *var = &f->var;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t skew = fix->smem_start & (page - 1);
    size_t row = ((size_t)var->xres + var->xoffset) * var->bits_per_pixel;
    dots->stride = fix->line_length ? fix->line_length
                                    : ((size_t)var->xres_virtual * var->bits_per_pixel + 7) / 8;
    size_t before = var->yoffset * dots->stride + (size_t)var->xoffset * var->bits_per_pixel / 8;
    if (dots->stride * 8 < row || fix->smem_len > MEMORY_MAX || var->yoffset > 65535 ||
        ((size_t)var->yoffset + var->yres) * dots->stride > fix->smem_len) {
        return "has too little memory for its size";
    }
    f->map_size = fix->smem_len + skew;
    f->map = sys_map(f->sys, f->fd, f->map_size, 0);
    if (!f->map) {
        return "can't be mapped";
    }
    dots->memory = (uint8_t *)f->map + skew + before;
    dots->width = (uint16_t)var->xres;
    dots->height = (uint16_t)var->yres;
    return NULL;
}

static void release(struct fbdev *f)
{
    if (f->map) {
        sys_unmap(f->sys, f->map, f->map_size);
    }
    if (f->fd >= 0) {
        sys_close(f->sys, f->fd);
    }
    f->map = NULL;
    f->fd = -1;
    f->panel.dots.memory = NULL;
}

/* TILL_DEVICE_OFFLINE: it isn't there. TILL_E_DEVICE: it is, and can't be used; *why_out. */
static enum till_status take(struct fbdev *f, const char **why_out)
{
    struct fb_fix_screeninfo fix;
    struct pixels_panel dots = f->panel.dots;
    *why_out = NULL;
    memset(&fix, 0, sizeof fix);
    f->look_ms = sys_now_ms(f->sys) + LOOK_MS;
    f->fd = sys_open(f->sys, f->device, O_RDWR);
    if (f->fd < 0) {
        *why_out = errno == EACCES || errno == EPERM ? "may not be opened by this user" : NULL;
        return *why_out ? TILL_E_DEVICE : TILL_DEVICE_OFFLINE;
    }
    if (sys_ioctl(f->sys, f->fd, FBIOGET_VSCREENINFO, &f->var) < 0 ||
        sys_ioctl(f->sys, f->fd, FBIOGET_FSCREENINFO, &fix) < 0) {
        bool gone = errno == ENODEV;
        release(f);
        *why_out = gone ? NULL : "is no frame buffer";
        return gone ? TILL_DEVICE_OFFLINE : TILL_E_DEVICE;
    }
    *why_out = read_form(f, &fix, &dots);
    if (!*why_out) {
        *why_out = map_memory(f, &fix, &dots);
    }
    if (*why_out) {
        release(f);
        return TILL_E_DEVICE;
    }
    f->panel.dots = dots;
    f->whole_due = true;
    /* Not all can; those that can't are never dark. */
    (void)sys_ioctl_value(f->sys, f->fd, FBIOBLANK, FB_BLANK_UNBLANK);
    return TILL_OK;
}

/* Layouts are made for one shape: one of another is as good as none. */
static enum till_status retake(struct fbdev *f)
{
    const char *why;
    struct pixels_panel before = f->panel.dots;
    enum till_status status = take(f, &why);
    bool same = status != TILL_OK ||
                (before.width == f->panel.dots.width && before.height == f->panel.dots.height &&
                 (before.bits == 1) == (f->panel.dots.bits == 1));
    if (!same) {
        release(f);
        f->panel.dots = before;
        f->panel.dots.memory = NULL;
        why = "has another size than before";
        status = TILL_E_DEVICE;
    }
    if (why) {
        log_error("display: %s %s", f->device, why);
    }
    return status;
}

/* Once a second: is it there, and as it was? */
static enum till_status look(struct fbdev *f)
{
    struct fb_var_screeninfo now;
    memset(&now, 0, sizeof now);
    if (sys_now_ms(f->sys) < f->look_ms) {
        return f->map ? TILL_OK : TILL_DEVICE_OFFLINE;
    }
    f->look_ms = sys_now_ms(f->sys) + LOOK_MS;
    if (!f->map) {
        return retake(f);
    }
    if (sys_ioctl(f->sys, f->fd, FBIOGET_VSCREENINFO, &now) < 0) {
        log_warning("display: %s is gone", f->device);
        release(f);
        return TILL_DEVICE_OFFLINE;
    }
    if (now.xres != f->var.xres || now.yres != f->var.yres || now.xoffset != f->var.xoffset ||
        now.yoffset != f->var.yoffset || now.bits_per_pixel != f->var.bits_per_pixel) {
        release(f);
        return retake(f);
    }
    return TILL_OK;
}

static void shape(void *context, struct display_shape *shape_out)
{
    const struct fbdev *f = context;
    panel_shape(&f->panel, shape_out);
}

static enum till_status show(void *context, const uint32_t *pixels, size_t stride,
                             struct display_area area)
{
    struct fbdev *f = context;
    enum till_status status = look(f);
    if (status != TILL_OK) {
        return status;
    }
    if (f->whole_due) {
        area = (struct display_area){0, 0, 0, 0};
        pixels_size(&f->panel.dots, &area.width, &area.height);
        f->whole_due = false;
    }
    (void)pixels_put(&f->panel.dots, pixels, stride, area);
    return TILL_OK;
}

static enum till_status light(void *context, uint8_t percent)
{
    const struct fbdev *f = context;
    return panel_light(&f->panel, percent);
}

static void shut(void *context)
{
    struct fbdev *f = context;
    release(f);
    if (f->tty_fd >= 0) {
        (void)sys_ioctl_value(f->sys, f->tty_fd, KDSETMODE, KD_TEXT);
        sys_close(f->sys, f->tty_fd);
    }
    free(f);
}

/* The text console draws on the same dots until it is told to leave them alone. */
static void silence_console(struct fbdev *f, const char *tty)
{
    if (tty[0] == '\0') {
        return;
    }
    f->tty_fd = sys_open(f->sys, tty, O_RDWR | O_NOCTTY);
    if (f->tty_fd < 0 || sys_ioctl_value(f->sys, f->tty_fd, KDSETMODE, KD_GRAPHICS) < 0) {
        log_warning("display: the console %s goes on writing on the screen", tty);
    }
}

static enum till_status begin(struct opening *opening, struct fbdev *f)
{
    static const char *const orders[] = {"msb", "lsb", NULL};
    struct settings *s = opening->settings;
    const char *tty = settings_text(s, opening->section, "tty", "");
    const char *why = NULL;
    int order = 0;
    enum till_status status = panel_read(opening, &f->panel);
    if (status == TILL_OK) {
        status = panel_word(opening, "order", orders, &order);
    }
    if (status != TILL_OK) {
        return status;
    }
    text_copy(f->device, sizeof f->device,
              settings_text(s, opening->section, "device", "/dev/fb0"));
    f->low_first = order == 1;
    status = take(f, &why);
    if (status != TILL_OK) {
        settings_complain(s, opening->section, "device", why ? why : "is not there");
        return status;
    }
    silence_console(f, tty);
    return TILL_OK;
}

enum till_status fbdev_display_open_by(struct opening *opening, struct board *board,
                                       const struct sysdev *sys)
{
    struct fbdev *f = calloc(1, sizeof *f);
    if (!f) {
        return TILL_E_MEMORY;
    }
    f->sys = sys;
    f->fd = f->tty_fd = -1;
    f->display = (struct display){.context = f,
                                  .shape = shape,
                                  .show = show,
                                  .backlight = light,
                                  .describe = NULL,
                                  .close = shut};
    enum till_status status = begin(opening, f);
    if (status != TILL_OK) {
        shut(f);
        return status;
    }
    board->display = &f->display;
    return TILL_OK;
}

enum till_status fbdev_display_open(struct opening *opening, struct board *board)
{
    return fbdev_display_open_by(opening, board, &sysdev_kernel);
}
