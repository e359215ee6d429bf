/* A beeper on a PWM that no kernel driver has taken: by /sys/class/pwm (Documentation/ABI/testing/
 * sysfs-class-pwm). Its loudness is the share of a period that it is on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "linux_drivers.h"
#include "monotonic.h"
#include "text.h"
#include "tune.h"

enum { NS_A_S = 1000000000, LOUDEST = 100 };

struct pwm_beeper {
    struct sound sound;
    char chip[192], channel[224]; /* folders */
    unsigned number;
    int timer_fd;
    uint8_t percent;
    struct tune tune;
    uint32_t heard;
};

/* Through one descriptor, at once: sysfs takes a value by one write. */
static bool put(const char *folder, const char *name, unsigned long value)
{
    char path[256];
    char text[24];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
    if (fd < 0) {
        return false;
    }
    int size = snprintf(text, sizeof text, "%lu", value);
    bool written = write(fd, text, (size_t)size) == size;
    return close(fd) == 0 && written;
}

/* The period never may be shorter than the time on: that is taken away first. */
static enum till_status send_tone(struct pwm_beeper *b, uint32_t hz)
{
    if (hz == 0 || b->percent == 0) {
        return put(b->channel, "enable", 0) ? TILL_OK : TILL_DEVICE_OFFLINE;
    }
    unsigned long period_ns = NS_A_S / hz;
    unsigned long on_ns = period_ns / 2 * b->percent / LOUDEST;
    if (access(b->channel, F_OK) != 0 && !put(b->chip, "export", b->number)) {
        return TILL_DEVICE_OFFLINE;
    }
    bool sent = put(b->channel, "duty_cycle", 0) && put(b->channel, "period", period_ns) &&
                put(b->channel, "duty_cycle", on_ns) && put(b->channel, "enable", 1);
    return sent ? TILL_OK : TILL_DEVICE_OFFLINE;
}

static int wait_fd(void *context)
{
    const struct pwm_beeper *b = context;
    return b->timer_fd;
}

static enum till_status go_on(void *context)
{
    struct pwm_beeper *b = context;
    struct itimerspec when = {.it_value = {0, 0}};
    int64_t next_ms = -1;
    enum till_status status = TILL_OK;
    uint32_t hz = tune_now(&b->tune, monotonic_ms(), &next_ms);
    if (hz != b->heard) {
        status = send_tone(b, hz);
        b->heard = status == TILL_OK ? hz : 0;
    }
    if (next_ms >= 0) {
        when.it_value.tv_sec = (time_t)(next_ms / 1000);
        when.it_value.tv_nsec = (long)(next_ms % 1000 * 1000000);
    }
    /* Setting it anew makes it quiet, too. */
    (void)timerfd_settime(b->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
    return status;
}

static enum till_status play(void *context, enum sound_pattern pattern)
{
    struct pwm_beeper *b = context;
    tune_begin(&b->tune, pattern, monotonic_ms());
    enum till_status status = go_on(b);
    if (status != TILL_OK) {
        b->tune.playing = false;
    }
    return status;
}

static enum till_status volume(void *context, uint8_t percent)
{
    struct pwm_beeper *b = context;
    b->percent = percent;
    return TILL_OK;
}

static void shut(void *context)
{
    struct pwm_beeper *b = context;
    if (b->heard > 0 && send_tone(b, 0) != TILL_OK) {
        b->heard = 0; /* it went by itself */
    }
    close(b->timer_fd);
    free(b);
}

enum till_status pwm_beeper_open(struct opening *opening, struct board *board)
{
    struct settings *s = opening->settings;
    const char *chip = settings_text(s, opening->section, "chip", "pwmchip0");
    const char *root = settings_text(s, opening->section, "root", "");
    int64_t number = 0;
    enum till_status status = settings_integer(s, opening->section, "channel", 0, 0, 255, &number);
    if (status != TILL_OK) {
        return status;
    }
    if (chip[0] == '\0' || strlen(chip) > 32 || strchr(chip, '/') || strlen(root) > 96) {
        settings_complain(s, opening->section, "chip", "is no PWM chip");
        return TILL_E_CONFIG;
    }
    struct pwm_beeper *b = calloc(1, sizeof *b);
    if (!b) {
        return TILL_E_MEMORY;
    }
    snprintf(b->chip, sizeof b->chip, "%s/sys/class/pwm/%s", root, chip);
    snprintf(b->channel, sizeof b->channel, "%s/pwm%d", b->chip, (int)number);
    b->number = (unsigned)number;
    b->percent = LOUDEST;
    b->timer_fd = timerfd_create(MONOTONIC_CLOCK, TFD_NONBLOCK | TFD_CLOEXEC);
    if (b->timer_fd < 0) {
        free(b);
        return TILL_E_DEVICE;
    }
    b->sound = (struct sound){
        .context = b, .fd = wait_fd, .play = play, .step = go_on, .volume = volume, .close = shut};
    board->sound = &b->sound;
    return TILL_OK;
}
