#include "fake_fb.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <string.h>

static int fb_open(struct fake_node *node, int flags)
{
    if ((flags & O_ACCMODE) != O_RDWR) {
        fake_complain(node->kernel, "%s: to map it for writing, open it for both", node->path);
    }
    return fake_descriptor();
}

static int fb_ioctl(struct fake_node *node, int fd, unsigned long request, void *argument)
{
    struct fake_fb *fb = node->device;
    (void)fd;
    switch (request) {
    case FBIOGET_VSCREENINFO:
        memcpy(argument, &fb->var, sizeof fb->var);
        return 0;
    case FBIOGET_FSCREENINFO:
        memcpy(argument, &fb->fix, sizeof fb->fix);
        return 0;
    case FBIOBLANK:
        if ((uintptr_t)argument > FB_BLANK_POWERDOWN) {
            fake_complain(node->kernel, "FBIOBLANK %p", argument);
            return -EINVAL;
        }
        fb->blank = (int)(uintptr_t)argument;
        return -fb->blank_errno;
    default:
        return fake_unknown(node, request);
    }
}

static void *fb_map(struct fake_node *node, size_t size, int64_t offset)
{
    struct fake_fb *fb = node->device;
    if (offset != 0 || size > sizeof fb->memory) {
        fake_complain(node->kernel, "mmap of %zu bytes at %lld", size, (long long)offset);
        return NULL;
    }
    fb->mapped++;
    return fb->memory;
}

static int fb_unmap(struct fake_node *node, void *memory, size_t size)
{
    struct fake_fb *fb = node->device;
    (void)size;
    if (memory != fb->memory || fb->mapped == 0) {
        return -EINVAL;
    }
    fb->mapped--;
    return 0;
}

static const struct fake_kind fb_kind = {
    .open = fb_open, .ioctl = fb_ioctl, .map = fb_map, .unmap = fb_unmap};

void fake_fb_add(struct fake_kernel *kernel, struct fake_fb *fb, const char *path, uint32_t width,
                 uint32_t height, uint32_t bits, uint32_t stride)
{
    memset(fb, 0, sizeof *fb);
    fb->blank = -1;
    fb->var.xres = fb->var.xres_virtual = width;
    fb->var.yres = fb->var.yres_virtual = height;
    fb->var.bits_per_pixel = bits;
    if (bits == 16) {
        fb->var.red = (struct fb_bitfield){11, 5, 0};
        fb->var.green = (struct fb_bitfield){5, 6, 0};
        fb->var.blue = (struct fb_bitfield){0, 5, 0};
    } else if (bits > 16) {
        fb->var.red = (struct fb_bitfield){16, 8, 0};
        fb->var.green = (struct fb_bitfield){8, 8, 0};
        fb->var.blue = (struct fb_bitfield){0, 8, 0};
    } else {
        fb->var.red = fb->var.green = fb->var.blue = (struct fb_bitfield){0, 1, 0};
    }
    fb->fix.type = FB_TYPE_PACKED_PIXELS;
    fb->fix.visual = bits == 1 ? FB_VISUAL_MONO10 : FB_VISUAL_TRUECOLOR;
    fb->fix.line_length = stride ? stride : (width * bits + 7) / 8;
    fb->fix.smem_len = fb->fix.line_length * height;
    fb->node = fake_kernel_add(kernel, &fb_kind, fb, path);
}

static int tty_open(struct fake_node *node, int flags)
{
    if ((flags & O_NOCTTY) == 0) {
        fake_complain(node->kernel, "%s becomes the controlling terminal", node->path);
    }
    return fake_descriptor();
}

static int tty_ioctl(struct fake_node *node, int fd, unsigned long request, void *argument)
{
    struct fake_tty *tty = node->device;
    (void)fd;
    if (request != KDSETMODE) {
        return fake_unknown(node, request);
    }
    tty->mode = (unsigned long)(uintptr_t)argument;
    return 0;
}

static const struct fake_kind tty_kind = {.open = tty_open, .ioctl = tty_ioctl};

void fake_tty_add(struct fake_kernel *kernel, struct fake_tty *tty, const char *path)
{
    tty->mode = KD_TEXT;
    tty->node = fake_kernel_add(kernel, &tty_kind, tty, path);
}
