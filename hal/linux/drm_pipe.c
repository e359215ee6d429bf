#include "drm_pipe.h"

#include <assert.h>
#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THINGS_MAX = 32, MODES_MAX = 128, AGAIN_MAX = 20, CONNECTED = 1, UNKNOWN_CONNECTION = 3 };

/* What was on the CRTC when we came. */
struct drm_before {
    struct drm_mode_crtc crtc;
};

/* What a card tells about itself, and about one connector. */
struct survey {
    uint32_t crtcs[THINGS_MAX], connectors[THINGS_MAX], encoders[THINGS_MAX];
    uint32_t crtc_count, connector_count, encoder_count;
    struct drm_mode_modeinfo modes[MODES_MAX];
    uint32_t mode_count;
    struct drm_mode_get_connector connector;
    struct drm_mode_modeinfo mode; /* the chosen one */
};

static uint64_t address(void *memory)
{
    return (uint64_t)(uintptr_t)memory;
}

/* Drivers may say "again" where others wait (drmIoctl of libdrm does the same). */
static bool ask(const struct drm_pipe *p, unsigned long request, void *argument)
{
    for (int i = 0; i < AGAIN_MAX; i++) {
        if (sys_ioctl(p->sys, p->fd, request, argument) >= 0) {
            return true;
        }
        if (errno != EAGAIN) {
            break;
        }
    }
    return false;
}

static bool read_resources(const struct drm_pipe *p, struct survey *s)
{
    struct drm_mode_card_res r;
    memset(&r, 0, sizeof r);
    if (!ask(p, DRM_IOCTL_MODE_GETRESOURCES, &r) || r.count_crtcs > THINGS_MAX ||
        r.count_connectors > THINGS_MAX) {
        return false;
    }
    r.fb_id_ptr = r.encoder_id_ptr = 0;
    r.count_fbs = r.count_encoders = 0;
    r.crtc_id_ptr = address(s->crtcs);
    r.connector_id_ptr = address(s->connectors);
    uint32_t crtcs = r.count_crtcs;
    uint32_t connectors = r.count_connectors;
    if (!ask(p, DRM_IOCTL_MODE_GETRESOURCES, &r)) {
        return false;
    }
    /* One may have been plugged in between: what was asked for is what is filled. */
    s->crtc_count = r.count_crtcs < crtcs ? r.count_crtcs : crtcs;
    s->connector_count = r.count_connectors < connectors ? r.count_connectors : connectors;
    return true;
}

static bool read_connector(const struct drm_pipe *p, uint32_t id, struct survey *s)
{
    struct drm_mode_get_connector *c = &s->connector;
    memset(c, 0, sizeof *c);
    c->connector_id = id;
    if (!ask(p, DRM_IOCTL_MODE_GETCONNECTOR, c) || c->count_modes > MODES_MAX ||
        c->count_encoders > THINGS_MAX) {
        return false;
    }
    uint32_t modes = c->count_modes;
    uint32_t encoders = c->count_encoders;
    memset(c, 0, sizeof *c);
    c->connector_id = id;
    c->count_modes = modes;
    c->modes_ptr = address(s->modes);
    c->count_encoders = encoders;
    c->encoders_ptr = address(s->encoders);
    if (!ask(p, DRM_IOCTL_MODE_GETCONNECTOR, c)) {
        return false;
    }
    s->mode_count = c->count_modes < modes ? c->count_modes : modes;
    s->encoder_count = c->count_encoders < encoders ? c->count_encoders : encoders;
    return true;
}

/* As the kernel calls it in /sys/class/drm, without the card: "HDMI-A-1". */
static void name_connector(const struct drm_mode_get_connector *c, char name[DRM_NAME_MAX])
{
    static const char *const types[] = {
        "Unknown", "VGA",       "DVI-I", "DVI-D", "DVI-A",     "Composite", "SVIDEO",
        "LVDS",    "Component", "DIN",   "DP",    "HDMI-A",    "HDMI-B",    "TV",
        "eDP",     "Virtual",   "DSI",   "DPI",   "Writeback", "SPI",       "USB"};
    bool known = c->connector_type < sizeof types / sizeof *types;
    snprintf(name, DRM_NAME_MAX, "%s-%u", known ? types[c->connector_type] : "Unknown",
             c->connector_type_id);
}

static bool choose_mode(struct survey *s, const struct drm_wish *wish)
{
    const struct drm_mode_modeinfo *best = NULL;
    for (uint32_t i = 0; i < s->mode_count; i++) {
        const struct drm_mode_modeinfo *m = &s->modes[i];
        bool fits = wish->width == 0 || (m->hdisplay == wish->width && m->vdisplay == wish->height);
        bool better = !best || ((m->type & DRM_MODE_TYPE_PREFERRED) != 0 &&
                                (best->type & DRM_MODE_TYPE_PREFERRED) == 0);
        if (fits && better) {
            best = m;
        }
    }
    if (best) {
        s->mode = *best;
    }
    return best != NULL;
}

static const char *choose_connector(const struct drm_pipe *p, struct survey *s,
                                    const struct drm_wish *wish)
{
    const char *why = "has no display connected";
    for (uint32_t i = 0; i < s->connector_count; i++) {
        char name[DRM_NAME_MAX];
        if (!read_connector(p, s->connectors[i], s)) {
            continue;
        }
        name_connector(&s->connector, name);
        bool named = wish->connector[0] != '\0';
        /* Panels that are soldered on often don't know; by name they are believed. */
        bool there = s->connector.connection == CONNECTED ||
                     (named && s->connector.connection == UNKNOWN_CONNECTION);
        if (!there || (named && strcmp(name, wish->connector) != 0)) {
            continue;
        }
        if (choose_mode(s, wish)) {
            return NULL;
        }
        why = "has no such mode";
    }
    return why;
}

/* The CRTC that feeds the connector now, or the first that can. */
static bool choose_crtc(struct drm_pipe *p, const struct survey *s)
{
    struct drm_mode_get_encoder e;
    memset(&e, 0, sizeof e);
    e.encoder_id = s->connector.encoder_id;
    if (e.encoder_id != 0 && ask(p, DRM_IOCTL_MODE_GETENCODER, &e) && e.crtc_id != 0) {
        p->crtc = e.crtc_id;
        return true;
    }
    for (uint32_t i = 0; i < s->encoder_count; i++) {
        memset(&e, 0, sizeof e);
        e.encoder_id = s->encoders[i];
        if (!ask(p, DRM_IOCTL_MODE_GETENCODER, &e)) {
            continue;
        }
        for (uint32_t k = 0; k < s->crtc_count; k++) {
            if (e.possible_crtcs >> k & 1) {
                p->crtc = s->crtcs[k];
                return true;
            }
        }
    }
    return false;
}

static void drop_buffer(struct drm_pipe *p)
{
    if (p->buffer != 0) {
        (void)ask(p, DRM_IOCTL_MODE_RMFB, &p->buffer);
    }
    if (p->memory) {
        sys_unmap(p->sys, p->memory, p->memory_size);
    }
    if (p->handle != 0) {
        struct drm_mode_destroy_dumb destroy = {p->handle};
        (void)ask(p, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
    }
    p->memory = NULL;
    p->buffer = p->handle = 0;
}

static bool make_buffer(struct drm_pipe *p, bool sixteen)
{
    struct drm_mode_create_dumb create;
    struct drm_mode_fb_cmd2 frame;
    struct drm_mode_map_dumb map;
    memset(&create, 0, sizeof create);
    memset(&frame, 0, sizeof frame);
    memset(&map, 0, sizeof map);
    create.width = p->width;
    create.height = p->height;
    create.bpp = sixteen ? 16 : 32;
    if (!ask(p, DRM_IOCTL_MODE_CREATE_DUMB, &create)) {
        return false;
    }
    p->handle = map.handle = frame.handles[0] = create.handle;
    p->stride = frame.pitches[0] = create.pitch;
    p->memory_size = (size_t)create.size;
    frame.width = p->width;
    frame.height = p->height;
    frame.pixel_format = sixteen ? DRM_FORMAT_RGB565 : DRM_FORMAT_XRGB8888;
    if (p->stride < (size_t)p->width * create.bpp / 8 || p->memory_size < p->stride * p->height) {
        errno = EINVAL;
        return false;
    }
    if (!ask(p, DRM_IOCTL_MODE_ADDFB2, &frame)) {
        return false;
    }
    p->buffer = frame.fb_id;
    if (!ask(p, DRM_IOCTL_MODE_MAP_DUMB, &map)) {
        return false;
    }
    p->memory = sys_map(p->sys, p->fd, p->memory_size, (int64_t)map.offset);
    p->sixteen = sixteen;
    return p->memory != NULL;
}

static bool set_mode(struct drm_pipe *p, struct survey *s)
{
    struct drm_mode_crtc crtc;
    memset(&crtc, 0, sizeof crtc);
    crtc.crtc_id = p->crtc;
    crtc.fb_id = p->buffer;
    crtc.set_connectors_ptr = address(&p->connector);
    crtc.count_connectors = 1;
    crtc.mode = s->mode;
    crtc.mode_valid = 1;
    p->shown = ask(p, DRM_IOCTL_MODE_SETCRTC, &crtc);
    return p->shown;
}

/* A buffer on the screen, in the first form that all of card, plane and wish agree on. */
static enum till_status show_buffer(struct drm_pipe *p, struct survey *s,
                                    const struct drm_wish *wish, const char **why_out)
{
    int problem = 0;
    for (int sixteen = 0; sixteen <= 1; sixteen++) {
        enum drm_pixels format = sixteen ? DRM_PIXELS_16 : DRM_PIXELS_32;
        if (wish->format != DRM_PIXELS_ANY && wish->format != format) {
            continue;
        }
        if (make_buffer(p, sixteen == 1) && set_mode(p, s)) {
            return TILL_OK;
        }
        problem = errno;
        drop_buffer(p);
        if (problem == EACCES || problem == EPERM || problem == ENODEV) {
            break;
        }
    }
    bool taken = problem == EACCES || problem == EPERM;
    *why_out = taken ? "is in use by another program" : "can't show a buffer";
    return taken || problem == ENODEV ? TILL_DEVICE_OFFLINE : TILL_E_DEVICE;
}

static enum till_status set_up(struct drm_pipe *p, struct survey *s, const struct drm_wish *wish,
                               const char **why_out)
{
    struct drm_get_cap dumb = {DRM_CAP_DUMB_BUFFER, 0};
    if (!ask(p, DRM_IOCTL_GET_CAP, &dumb) && errno == ENODEV) {
        *why_out = DRM_PIPE_NO_NODE;
        return TILL_DEVICE_OFFLINE;
    }
    if (dumb.value == 0 || !read_resources(p, s)) {
        *why_out = "can't be drawn on (no dumb buffers)";
        return TILL_E_DEVICE;
    }
    *why_out = choose_connector(p, s, wish);
    if (*why_out) {
        return TILL_DEVICE_OFFLINE;
    }
    p->connector = s->connector.connector_id;
    p->width = s->mode.hdisplay;
    p->height = s->mode.vdisplay;
    if (p->width == 0 || p->height == 0 || !choose_crtc(p, s)) {
        *why_out = "has nothing that feeds its display";
        return TILL_E_DEVICE;
    }
    p->before->crtc.crtc_id = p->crtc;
    if (!ask(p, DRM_IOCTL_MODE_GETCRTC, &p->before->crtc)) {
        p->before->crtc.mode_valid = 0;
    }
    return show_buffer(p, s, wish, why_out);
}

void drm_pipe_init(struct drm_pipe *pipe)
{
    memset(pipe, 0, sizeof *pipe);
    pipe->fd = -1;
}

enum till_status drm_pipe_open(struct drm_pipe *pipe, const struct sysdev *sys, const char *path,
                               const struct drm_wish *wish, const char **why_out)
{
    drm_pipe_init(pipe);
    pipe->sys = sys;
    pipe->fd = sys_open(sys, path, O_RDWR);
    if (pipe->fd < 0) {
        bool denied = errno == EACCES || errno == EPERM;
        *why_out = denied ? "may not be opened by this user" : DRM_PIPE_NO_NODE;
        return denied ? TILL_E_DEVICE : TILL_DEVICE_OFFLINE;
    }
    struct survey *survey = calloc(1, sizeof *survey);
    pipe->before = calloc(1, sizeof *pipe->before);
    enum till_status status = TILL_E_MEMORY;
    if (survey && pipe->before) {
        status = set_up(pipe, survey, wish, why_out);
    }
    free(survey);
    if (status != TILL_OK) {
        drm_pipe_close(pipe);
    }
    return status;
}

enum till_status drm_pipe_tell(struct drm_pipe *pipe, struct display_area area)
{
    struct drm_clip_rect clip = {area.x, area.y, (unsigned short)(area.x + area.width),
                                 (unsigned short)(area.y + area.height)};
    struct drm_mode_fb_dirty_cmd dirty;
    if (pipe->silent) {
        return TILL_OK;
    }
    memset(&dirty, 0, sizeof dirty);
    dirty.fb_id = pipe->buffer;
    dirty.num_clips = 1;
    dirty.clips_ptr = address(&clip);
    if (ask(pipe, DRM_IOCTL_MODE_DIRTYFB, &dirty)) {
        return TILL_OK;
    }
    if (errno == ENODEV || errno == EACCES || errno == EPERM || errno == ENOENT) {
        return TILL_DEVICE_OFFLINE;
    }
    /* ENOSYS: the display fetches by itself, and never asks. */
    pipe->silent = true;
    return TILL_OK;
}

/* Put back what was shown before, or dark. */
static void give_back(struct drm_pipe *p)
{
    assert(p->before);
    struct drm_mode_crtc *crtc = &p->before->crtc;
    bool again = crtc->mode_valid && crtc->fb_id != 0;
    crtc->set_connectors_ptr = again ? address(&p->connector) : 0;
    crtc->count_connectors = again ? 1 : 0;
    if (!again) {
        crtc->fb_id = 0;
        crtc->mode_valid = 0;
    }
    (void)ask(p, DRM_IOCTL_MODE_SETCRTC, crtc);
}

void drm_pipe_close(struct drm_pipe *pipe)
{
    if (pipe->fd < 0) {
        return;
    }
    if (pipe->shown) {
        give_back(pipe);
    }
    drop_buffer(pipe);
    sys_close(pipe->sys, pipe->fd); /* and no longer master, if it was */
    free(pipe->before);
    drm_pipe_init(pipe);
}
