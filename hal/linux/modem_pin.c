#include "modem_pin.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

enum { PATH_ROOM = 256, STAMP_ROOM = 64 };

static bool note_path(const char *path, char out[PATH_ROOM])
{
    return snprintf(out, PATH_ROOM, "%s.tried", path) < PATH_ROOM;
}

/* Which writing of the file it is. Times are compared with each other, never with the clock: one
 * that begins in 1970 after each start would make every file look new. */
static void describe(const struct stat *file, char out[STAMP_ROOM])
{
    snprintf(out, STAMP_ROOM, "%lld.%09ld %lld\n", (long long)file->st_mtim.tv_sec,
             file->st_mtim.tv_nsec, (long long)file->st_size);
}

static bool is_noted(const char *note, const struct stat *file)
{
    char stamp[STAMP_ROOM];
    char text[STAMP_ROOM];
    describe(file, stamp);
    int fd = open(note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    text[size > 0 ? size : 0] = '\0';
    return strcmp(text, stamp) == 0;
}

static enum till_status write_note(const char *note, const struct stat *file)
{
    char stamp[STAMP_ROOM];
    describe(file, stamp);
    int fd = open(note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        log_error("%s can't be written: the SIM's PIN is not tried", note);
        return TILL_E_IO;
    }
    size_t size = strlen(stamp);
    bool written = write(fd, stamp, size) == (ssize_t)size && fsync(fd) == 0;
    written = close(fd) == 0 && written;
    return written ? TILL_OK : TILL_E_IO;
}

static enum till_status read_digits(int fd, const char *path, char pin_out[MODEM_PIN_MAX + 1])
{
    char text[MODEM_PIN_MAX + 3];
    ssize_t size = read(fd, text, sizeof text - 1);
    text[size > 0 ? size : 0] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    size_t digits = strspn(text, "0123456789");
    bool fine = digits >= 4 && digits <= MODEM_PIN_MAX && text[digits] == '\0';
    if (fine) {
        text_copy(pin_out, MODEM_PIN_MAX + 1, text);
    } else {
        log_error("%s holds no PIN of 4 to %d digits", path, MODEM_PIN_MAX);
    }
    explicit_bzero(text, sizeof text);
    return fine ? TILL_OK : TILL_E_CONFIG;
}

enum till_status modem_pin_take(const char *path, char pin_out[MODEM_PIN_MAX + 1])
{
    char note[PATH_ROOM];
    struct stat file;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || !note_path(path, note)) {
        log_warning("the SIM wants its PIN, and %s can't be read", path);
        if (fd >= 0) {
            close(fd);
        }
        return TILL_NOT_FOUND;
    }
    enum till_status status = TILL_OK;
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode) || (file.st_mode & 0077) != 0) {
        log_error("%s must be a file of mode 0600", path);
        status = TILL_E_CONFIG;
    } else if (is_noted(note, &file)) {
        log_error("the PIN in %s was tried before and not taken: write the right one anew", path);
        status = TILL_REFUSED;
    }
    char pin[MODEM_PIN_MAX + 1] = "";
    if (status == TILL_OK) {
        status = read_digits(fd, path, pin);
    }
    close(fd);
    if (status == TILL_OK) {
        status = write_note(note, &file);
    }
    if (status == TILL_OK) {
        memcpy(pin_out, pin, sizeof pin);
    }
    explicit_bzero(pin, sizeof pin);
    return status;
}

void modem_pin_accepted(const char *path)
{
    char note[PATH_ROOM];
    if (note_path(path, note) && unlink(note) != 0) {
        log_warning("%s could not be taken away", note);
    }
}
