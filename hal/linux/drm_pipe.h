/*
 * One connector, one mode, one buffer of a DRM card: found, set up, told what changed, given back.
 * For drm_display.c.
 */
#ifndef TILL_DRM_PIPE_H
#define TILL_DRM_PIPE_H

#include "display_panel.h"
#include "sysdev.h"

enum { DRM_NAME_MAX = 32 };

#define DRM_PIPE_NO_NODE "is not there"

enum drm_pixels { DRM_PIXELS_ANY, DRM_PIXELS_32, DRM_PIXELS_16 };

struct drm_wish {
    char connector[DRM_NAME_MAX]; /* as "DSI-1"; "": the first that has a display */
    uint16_t width, height;       /* 0: what the display prefers */
    enum drm_pixels format;
};

struct drm_pipe {
    const struct sysdev *sys;
    int fd; /* -1: closed */
    uint32_t connector, crtc, handle, buffer;
    uint16_t width, height;
    bool sixteen; /* RGB565, else XRGB8888 */
    uint8_t *memory;
    size_t memory_size, stride;
    bool silent; /* this driver wants to hear of no changes */
    bool shown;
    struct drm_before *before; /* what was shown before */
};

void drm_pipe_init(struct drm_pipe *pipe);
/* TILL_DEVICE_OFFLINE: no card, no display on it, or another program has it. TILL_E_DEVICE: it
 * can't serve. Then *why_out says so, static. */
enum till_status drm_pipe_open(struct drm_pipe *pipe, const struct sysdev *sys, const char *path,
                               const struct drm_wish *wish, const char **why_out) TILL_CHECKED;
/* That area of the memory changed. TILL_DEVICE_OFFLINE: it went, or was taken away. */
enum till_status drm_pipe_tell(struct drm_pipe *pipe, struct display_area area) TILL_CHECKED;
/* One that is closed is fine. What was shown before is shown again, where it can be. */
void drm_pipe_close(struct drm_pipe *pipe);

#endif
