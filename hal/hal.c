#include "hal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checked.h"
#include "driver.h"
#include "sim.h"
#include "text.h"
#include "wrap.h"

/* What a board that hal_open() made carries along. */
struct opened {
    struct settings settings;
    struct sim_world *sim;
    struct wrap *wrap;
};

static const char *const sections[] = {
#define X(name, number, section) [number] = section,
    DEVICE_CLASS_LIST(X)
#undef X
};

static enum till_status open_class(struct opening *opening, enum device_class class,
                                   struct board *board)
{
    struct settings *s = opening->settings;
    opening->section = sections[class];
    const char *name = settings_text(s, opening->section, "driver", NULL);
    if (!name) {
        if (settings_has_section(s, opening->section)) {
            settings_complain(s, opening->section, "driver", "this option must be given");
            return TILL_E_CONFIG;
        }
        return TILL_OK;
    }
    if (strcmp(name, "none") == 0) {
        return TILL_OK;
    }
    const struct driver *driver = driver_find(class, name);
    if (!driver) {
        char known[96];
        char why[128];
        driver_names(class, known, sizeof known);
        snprintf(why, sizeof why, "no such driver; there is: %s", known);
        settings_complain(s, opening->section, "driver", why);
        return TILL_E_CONFIG;
    }
    enum till_status status = driver->open(opening, board);
    if (status != TILL_OK && s->message[0] == '\0') {
        settings_complain(s, opening->section, "driver", status_text(status));
    }
    return status;
}

/* The first line of a file that the hardware fills, such as a device tree's serial-number. */
static enum till_status read_serial(struct settings *s, struct board *board)
{
    const char *path = settings_text(s, "board", "serial_file", NULL);
    char line[sizeof board->serial];
    if (!path) {
        return TILL_OK;
    }
    FILE *file = fopen(path, "re");
    size_t size = file ? fread(line, 1, sizeof line - 1, file) : 0;
    if (file) {
        (void)fclose(file);
    }
    line[size] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0' || !text_is_clean(line, strlen(line))) {
        settings_complain(s, "board", "serial_file", "can't be read, or is no serial");
        return TILL_E_CONFIG;
    }
    text_copy(board->serial, sizeof board->serial, line);
    return TILL_OK;
}

static enum till_status open_devices(struct opening *opening, struct board *board)
{
    struct settings *s = opening->settings;
    int64_t sector_size = 0;
    const char *name = settings_text(s, "board", "name", NULL);
    if (!name || name[0] == '\0' || strlen(name) >= sizeof board->name || strchr(name, ' ')) {
        settings_complain(s, "board", "name", "must be a word of 1 to 24 bytes");
        return TILL_E_CONFIG;
    }
    text_copy(board->name, sizeof board->name, name);
    enum till_status status =
        settings_integer(s, "board", "sector_size", 512, 512, 65536, &sector_size);
    if (status != TILL_OK) {
        return status;
    }
    if ((sector_size & (sector_size - 1)) != 0) {
        settings_complain(s, "board", "sector_size", "must be a power of two");
        return TILL_E_CONFIG;
    }
    board->sector_size = (uint32_t)sector_size;
    status = read_serial(s, board);
    if (status != TILL_OK) {
        return status;
    }
    for (int class = 0; class < DEVICE_CLASSES; class ++) {
        status = open_class(opening, (enum device_class) class, board);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_OK;
}

/* Is everything there, asked for and whole? */
static enum till_status check(struct settings *s, const struct board *board)
{
    const char *missing = board_missing(board);
    if (missing) {
        snprintf(s->message, sizeof s->message, "%s: the board has no %s", s->name, missing);
        return TILL_E_CONFIG;
    }
    return settings_unused(s);
}

static enum till_status load(struct opened *opened, const char *board_path,
                             const char *const *overrides, size_t override_count)
{
    enum till_status status = settings_load(board_path, &opened->settings);
    if (status == TILL_NOT_FOUND || status == TILL_E_IO) {
        return TILL_E_CONFIG;
    }
    for (size_t i = 0; i < override_count && status == TILL_OK; i++) {
        status = settings_override(&opened->settings, overrides[i]);
    }
    return status;
}

enum till_status hal_open_options(const char *board_path, const char *const *overrides,
                                  size_t override_count, struct board *board_out,
                                  char message_out[256])
{
    struct board board = {0};
    struct opened *opened = calloc(1, sizeof *opened);
    if (!opened) {
        text_copy(message_out, 256, status_text(TILL_E_MEMORY));
        return TILL_E_MEMORY;
    }
    board.context = opened;
    enum till_status status = load(opened, board_path, overrides, override_count);
    if (status == TILL_OK) {
        struct opening opening = {&opened->settings, "", NULL};
        status = open_devices(&opening, &board);
        opened->sim = opening.sim;
    }
    if (status == TILL_OK) {
        /* Before check(): its options must count as asked for, and it wants a whole board. */
        const char *missing = board_missing(&board);
        status = missing ? TILL_OK : wrap_open(&opened->settings, &board, &opened->wrap);
    }
    if (status == TILL_OK) {
        status = check(&opened->settings, &board);
    }
    if (status != TILL_OK) {
        const char *message = opened->settings.message;
        text_copy(message_out, 256, message[0] != '\0' ? message : status_text(status));
        hal_close(&board);
        return status;
    }
    message_out[0] = '\0';
    *board_out = board;
    return TILL_OK;
}

enum till_status hal_open(const char *board_path, struct board *board_out, char message_out[256])
{
    return hal_open_options(board_path, NULL, 0, board_out, message_out);
}

void hal_close(struct board *board)
{
    board_close_devices(board);
    struct opened *opened = board->context;
    if (opened) {
        wrap_close(opened->wrap);
        sim_world_destroy(opened->sim);
        free(opened);
        board->context = NULL;
    }
}

struct sim_world *sim_world_of(const struct board *board)
{
    const struct opened *opened = board->context;
    return opened ? opened->sim : NULL;
}
