/*
 * A DRM card of the fake kernel: two CRTCs, two connectors, dumb buffers. Strict about order: no
 * buffer is shown before it is a frame buffer, none is mapped before it is made, handles and ids
 * are those that it gave.
 */
#ifndef TILL_FAKE_DRM_H
#define TILL_FAKE_DRM_H

#include "fake_kernel.h"

enum { FAKE_DRM_BYTES = 256 * 1024, FAKE_DRM_CONNECTORS = 2, FAKE_DRM_CLIPS = 64 };

struct fake_drm_connector {
    uint32_t id, type, type_id, encoder; /* of linux drm_mode.h; encoder: 0 = none bound now */
    uint32_t connection;                 /* 1 connected, 2 not, 3 unknown */
    uint16_t modes[3][2];                /* width, height; 0 ends them */
    int preferred;                       /* of them */
};

struct fake_drm_clip {
    uint16_t x1, y1, x2, y2;
};

struct fake_drm {
    bool no_dumb, no_xrgb, plane_takes_16_only, not_master, no_dirty;
    struct fake_drm_connector connectors[FAKE_DRM_CONNECTORS];
    uint8_t memory[FAKE_DRM_BYTES];
    /* the one buffer that may be made at a time */
    uint32_t handle, width, height, bpp, pitch;
    uint32_t buffer, format; /* 0: no frame buffer; its fourcc */
    bool offset_asked;
    unsigned mapped;
    uint32_t next_id;
    /* what is shown: crtc 40 and 41 */
    uint32_t shown[2];    /* frame buffer ids; 7 is the console's */
    uint32_t shown_on[2]; /* connector ids */
    uint16_t shown_width[2];
    struct fake_drm_clip clips[FAKE_DRM_CLIPS];
    size_t clip_count;
    unsigned again; /* how many requests are answered with EAGAIN first */
    struct fake_node *node;
};

enum { FAKE_DRM_CRTC = 40, FAKE_DRM_CONSOLE = 7 };

/* HDMI-A-1, with nothing on it, and DSI-1, a panel of 48x32 that also does 40x30. The console is
 * shown on the panel. */
void fake_drm_add(struct fake_kernel *kernel, struct fake_drm *drm, const char *path);

#endif
