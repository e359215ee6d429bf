/*
 * Frame buffers of the fake kernel (linux/fb.h), and the text console beside them.
 */
#ifndef TILL_FAKE_FB_H
#define TILL_FAKE_FB_H

#include <linux/fb.h>

#include "fake_kernel.h"

enum { FAKE_FB_BYTES = 64 * 1024 };

struct fake_fb {
    struct fb_var_screeninfo var;
    struct fb_fix_screeninfo fix;
    uint8_t memory[FAKE_FB_BYTES];
    unsigned mapped;
    int blank; /* FB_BLANK_…; -1: never asked */
    int blank_errno;
    struct fake_node *node;
};

struct fake_tty {
    unsigned long mode; /* KD_… */
    struct fake_node *node;
};

/* bits: 1, 16 (RGB565), 24, 32 (XRGB8888). stride: bytes, 0 = as small as it goes. */
void fake_fb_add(struct fake_kernel *kernel, struct fake_fb *fb, const char *path, uint32_t width,
                 uint32_t height, uint32_t bits, uint32_t stride);
void fake_tty_add(struct fake_kernel *kernel, struct fake_tty *tty, const char *path);

#endif
