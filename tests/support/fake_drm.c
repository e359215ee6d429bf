#include "fake_drm.h"

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { CRTCS = 2, ENCODERS = 2, ENCODER = 50, MAP_OFFSET = 0x10000000 };

static int drm_open(struct fake_node *node, int flags)
{
    if ((flags & O_ACCMODE) != O_RDWR) {
        fake_complain(node->kernel, "%s is opened for both", node->path);
    }
    return fake_descriptor();
}

/* The kernel copies a list where there is room for all of it, and tells its length. */
static void give_list(const uint32_t *ids, uint32_t count, uint64_t to, uint32_t *count_io)
{
    if (*count_io >= count && to != 0) {
        memcpy((void *)(uintptr_t)to, ids, count * sizeof *ids);
    }
    *count_io = count;
}

static int resources(struct fake_drm *d, struct drm_mode_card_res *r)
{
    static const uint32_t crtcs[CRTCS] = {FAKE_DRM_CRTC, FAKE_DRM_CRTC + 1};
    static const uint32_t encoders[ENCODERS] = {ENCODER, ENCODER + 1};
    uint32_t connectors[FAKE_DRM_CONNECTORS];
    for (size_t i = 0; i < FAKE_DRM_CONNECTORS; i++) {
        connectors[i] = d->connectors[i].id;
    }
    give_list(crtcs, CRTCS, r->crtc_id_ptr, &r->count_crtcs);
    give_list(encoders, ENCODERS, r->encoder_id_ptr, &r->count_encoders);
    give_list(connectors, FAKE_DRM_CONNECTORS, r->connector_id_ptr, &r->count_connectors);
    r->count_fbs = 0;
    return 0;
}

static int connector(struct fake_drm *d, struct drm_mode_get_connector *c)
{
    const struct fake_drm_connector *own = NULL;
    struct drm_mode_modeinfo modes[3];
    uint32_t count = 0;
    for (size_t i = 0; i < FAKE_DRM_CONNECTORS; i++) {
        own = d->connectors[i].id == c->connector_id ? &d->connectors[i] : own;
    }
    if (!own) {
        return -ENOENT;
    }
    memset(modes, 0, sizeof modes);
    while (count < 3 && own->modes[count][0]) {
        modes[count].hdisplay = own->modes[count][0];
        modes[count].vdisplay = own->modes[count][1];
        modes[count].vrefresh = 60;
        modes[count].type =
            (int)count == own->preferred ? DRM_MODE_TYPE_PREFERRED : DRM_MODE_TYPE_DRIVER;
        count++;
    }
    if (c->count_modes >= count && c->modes_ptr) {
        memcpy((void *)(uintptr_t)c->modes_ptr, modes, count * sizeof *modes);
    }
    c->count_modes = count;
    uint32_t encoder = own == &d->connectors[0] ? ENCODER : ENCODER + 1;
    give_list(&encoder, 1, c->encoders_ptr, &c->count_encoders);
    c->encoder_id = own->encoder;
    c->connector_type = own->type;
    c->connector_type_id = own->type_id;
    c->connection = own->connection;
    return 0;
}

static int encoder(struct fake_drm *d, struct drm_mode_get_encoder *e)
{
    if (e->encoder_id != ENCODER && e->encoder_id != ENCODER + 1) {
        return -ENOENT;
    }
    /* The second encoder is wired to the second CRTC alone. */
    e->possible_crtcs = e->encoder_id == ENCODER ? 1 : 2;
    uint32_t which = e->encoder_id - ENCODER;
    e->crtc_id = d->shown[which] ? FAKE_DRM_CRTC + which : 0;
    return 0;
}

static int get_crtc(struct fake_drm *d, struct drm_mode_crtc *c)
{
    if (c->crtc_id < FAKE_DRM_CRTC || c->crtc_id >= FAKE_DRM_CRTC + CRTCS) {
        return -ENOENT;
    }
    uint32_t which = c->crtc_id - FAKE_DRM_CRTC;
    c->fb_id = d->shown[which];
    c->mode_valid = c->fb_id != 0;
    c->mode.hdisplay = d->shown_width[which];
    return 0;
}

static int set_crtc(struct fake_drm *d, const struct drm_mode_crtc *c)
{
    if (d->not_master) {
        return -EACCES;
    }
    if (c->crtc_id < FAKE_DRM_CRTC || c->crtc_id >= FAKE_DRM_CRTC + CRTCS) {
        return -ENOENT;
    }
    uint32_t which = c->crtc_id - FAKE_DRM_CRTC;
    if (!c->mode_valid) {
        if (c->count_connectors > 0 || c->fb_id != 0) {
            return -EINVAL;
        }
        d->shown[which] = 0;
        return 0;
    }
    if (c->fb_id == 0 || (c->fb_id != d->buffer && c->fb_id != FAKE_DRM_CONSOLE)) {
        fake_complain(d->node->kernel, "a mode is set with frame buffer %u, which is none",
                      c->fb_id);
        return -ENOENT;
    }
    if (c->count_connectors != 1 || !c->set_connectors_ptr) {
        return -EINVAL;
    }
    if (c->fb_id == d->buffer) {
        if (d->plane_takes_16_only && d->format != DRM_FORMAT_RGB565) {
            return -EINVAL;
        }
        if (c->mode.hdisplay > d->width || c->mode.vdisplay > d->height) {
            return -ENOSPC;
        }
    }
    d->shown[which] = c->fb_id;
    d->shown_on[which] = *(uint32_t *)(uintptr_t)c->set_connectors_ptr;
    d->shown_width[which] = c->mode.hdisplay;
    return 0;
}

static int create(struct fake_drm *d, struct drm_mode_create_dumb *c)
{
    if (d->handle) {
        fake_complain(d->node->kernel, "a second buffer is made while there is one");
    }
    if (c->flags || !c->width || !c->height || (c->bpp != 16 && c->bpp != 32)) {
        return -EINVAL;
    }
    d->handle = ++d->next_id;
    d->width = c->width;
    d->height = c->height;
    d->bpp = c->bpp;
    c->handle = d->handle;
    d->pitch = c->pitch = (c->width * c->bpp / 8 + 63) / 64 * 64; /* as hardware likes it */
    c->size = (uint64_t)c->pitch * c->height;
    memset(d->memory, 0, sizeof d->memory);
    d->offset_asked = false;
    return 0;
}

static int add_buffer(struct fake_drm *d, struct drm_mode_fb_cmd2 *f)
{
    bool sixteen = f->pixel_format == DRM_FORMAT_RGB565;
    if (!d->handle || f->handles[0] != d->handle) {
        fake_complain(d->node->kernel, "a frame buffer of handle %u, which is none", f->handles[0]);
        return -ENOENT;
    }
    if (f->flags || f->modifier[0] || f->pitches[0] != d->pitch || f->width != d->width ||
        f->height != d->height || (sixteen ? 16u : 32u) != d->bpp ||
        (!sixteen && (f->pixel_format != DRM_FORMAT_XRGB8888 || d->no_xrgb))) {
        return -EINVAL;
    }
    d->buffer = f->fb_id = ++d->next_id;
    d->format = f->pixel_format;
    return 0;
}

static int remove_buffer(struct fake_drm *d, uint32_t id)
{
    if (!d->buffer || id != d->buffer) {
        return -ENOENT;
    }
    for (size_t i = 0; i < CRTCS; i++) {
        if (d->shown[i] == id) {
            fake_complain(d->node->kernel, "a frame buffer is removed while it is shown");
            d->shown[i] = 0;
        }
    }
    d->buffer = 0;
    return 0;
}

static int destroy(struct fake_drm *d, uint32_t handle)
{
    if (!d->handle || handle != d->handle) {
        return -EINVAL;
    }
    if (d->buffer) {
        fake_complain(d->node->kernel, "a buffer is destroyed while it is a frame buffer");
    }
    d->handle = 0;
    return 0;
}

static int dirty(struct fake_drm *d, const struct drm_mode_fb_dirty_cmd *c)
{
    const struct drm_clip_rect *clip = (const void *)(uintptr_t)c->clips_ptr;
    if (!d->buffer || c->fb_id != d->buffer) {
        return -ENOENT;
    }
    if (c->flags || (c->num_clips == 0) != (clip == NULL)) {
        return -EINVAL;
    }
    if (d->no_dirty) {
        return -ENOSYS;
    }
    for (uint32_t i = 0; i < c->num_clips; i++) {
        if (clip[i].x2 <= clip[i].x1 || clip[i].y2 <= clip[i].y1 || clip[i].x2 > d->width ||
            clip[i].y2 > d->height) {
            fake_complain(d->node->kernel, "a clip outside the buffer");
            return -EINVAL;
        }
        if (d->clip_count < FAKE_DRM_CLIPS) {
            d->clips[d->clip_count++] =
                (struct fake_drm_clip){clip[i].x1, clip[i].y1, clip[i].x2, clip[i].y2};
        }
    }
    return 0;
}

static int map_offset(struct fake_drm *d, struct drm_mode_map_dumb *m)
{
    if (!d->handle || m->handle != d->handle) {
        return -ENOENT;
    }
    m->offset = MAP_OFFSET;
    d->offset_asked = true;
    return 0;
}

static int drm_ioctl(struct fake_node *node, int fd, unsigned long request, void *argument)
{
    struct fake_drm *d = node->device;
    struct drm_get_cap *cap = argument;
    (void)fd;
    if (d->again > 0) {
        d->again--;
        return -EAGAIN;
    }
    switch (request) {
    case DRM_IOCTL_GET_CAP:
        cap->value = cap->capability == DRM_CAP_DUMB_BUFFER && !d->no_dumb;
        return 0;
    case DRM_IOCTL_MODE_GETRESOURCES:
        return resources(d, argument);
    case DRM_IOCTL_MODE_GETCONNECTOR:
        return connector(d, argument);
    case DRM_IOCTL_MODE_GETENCODER:
        return encoder(d, argument);
    case DRM_IOCTL_MODE_GETCRTC:
        return get_crtc(d, argument);
    case DRM_IOCTL_MODE_SETCRTC:
        return set_crtc(d, argument);
    case DRM_IOCTL_MODE_CREATE_DUMB:
        return create(d, argument);
    case DRM_IOCTL_MODE_ADDFB2:
        return add_buffer(d, argument);
    case DRM_IOCTL_MODE_RMFB:
        return remove_buffer(d, *(uint32_t *)argument);
    case DRM_IOCTL_MODE_MAP_DUMB:
        return map_offset(d, argument);
    case DRM_IOCTL_MODE_DESTROY_DUMB:
        return destroy(d, ((struct drm_mode_destroy_dumb *)argument)->handle);
    case DRM_IOCTL_MODE_DIRTYFB:
        return dirty(d, argument);
    default:
        return fake_unknown(node, request);
    }
}

static void *drm_map(struct fake_node *node, size_t size, int64_t offset)
{
    struct fake_drm *d = node->device;
    if (!d->offset_asked || offset != MAP_OFFSET || size != (size_t)d->pitch * d->height) {
        fake_complain(node->kernel, "mmap of %zu bytes at %lld", size, (long long)offset);
        return NULL;
    }
    d->mapped++;
    return d->memory;
}

static int drm_unmap(struct fake_node *node, void *memory, size_t size)
{
    struct fake_drm *d = node->device;
    (void)size;
    if (memory != d->memory || d->mapped == 0) {
        return -EINVAL;
    }
    d->mapped--;
    return 0;
}

/* What a program leaves goes with its descriptor. */
static void drm_closed(struct fake_node *node, int fd)
{
    struct fake_drm *d = node->device;
    (void)fd;
    if (d->handle || d->buffer) {
        fake_complain(node->kernel, "closed with a buffer left");
    }
}

static const struct fake_kind drm_kind = {
    .open = drm_open, .closed = drm_closed, .ioctl = drm_ioctl, .map = drm_map, .unmap = drm_unmap};

void fake_drm_add(struct fake_kernel *kernel, struct fake_drm *drm, const char *path)
{
    memset(drm, 0, sizeof *drm);
    drm->next_id = 100;
    drm->connectors[0] = (struct fake_drm_connector){.id = 60,
                                                     .type = DRM_MODE_CONNECTOR_HDMIA,
                                                     .type_id = 1,
                                                     .connection = 2,
                                                     .modes = {{64, 48}}};
    drm->connectors[1] = (struct fake_drm_connector){.id = 61,
                                                     .type = DRM_MODE_CONNECTOR_DSI,
                                                     .type_id = 1,
                                                     .encoder = ENCODER + 1,
                                                     .connection = 1,
                                                     .modes = {{64, 40}, {48, 32}},
                                                     .preferred = 1};
    drm->shown[1] = FAKE_DRM_CONSOLE;
    drm->shown_on[1] = 61;
    drm->shown_width[1] = 48;
    drm->node = fake_kernel_add(kernel, &drm_kind, drm, path);
}
