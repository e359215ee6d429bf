#include "modem_pulse.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

enum till_status modem_pulse_options(struct opening *opening, struct modem_pulse *pulse_out)
{
    struct settings *s = opening->settings;
    const char *section = opening->section;
    text_copy(pulse_out->path, sizeof pulse_out->path, settings_text(s, section, "reset_file", ""));
    text_copy(pulse_out->on, sizeof pulse_out->on, settings_text(s, section, "reset_on", "1"));
    text_copy(pulse_out->off, sizeof pulse_out->off, settings_text(s, section, "reset_off", "0"));
    pulse_out->until_ms = 0;
    return settings_integer(s, section, "reset_ms", 500, 10, 20000, &pulse_out->pulse_ms);
}

static bool put(const struct modem_pulse *pulse, const char *word)
{
    int fd = open(pulse->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    bool written = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);
    if (fd >= 0) {
        close(fd);
    }
    if (!written) {
        log_error("%s can't be written", pulse->path);
    }
    return written;
}

enum till_status modem_pulse_start(struct modem_pulse *pulse, int64_t now_ms)
{
    if (pulse->path[0] == '\0') {
        return TILL_UNSUPPORTED;
    }
    if (!put(pulse, pulse->on)) {
        return TILL_E_DEVICE;
    }
    pulse->until_ms = now_ms + pulse->pulse_ms;
    return TILL_OK;
}

bool modem_pulse_step(struct modem_pulse *pulse, int64_t now_ms)
{
    if (pulse->until_ms == 0 || now_ms < pulse->until_ms) {
        return false;
    }
    modem_pulse_end(pulse);
    return true;
}

void modem_pulse_end(struct modem_pulse *pulse)
{
    if (pulse->until_ms != 0) {
        (void)put(pulse, pulse->off);
        pulse->until_ms = 0;
    }
}
