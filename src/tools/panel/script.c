/*
 * The script panel: one command a line, as docs/panel.md lists them.
 */
#include <cairo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "panel.h"
#include "paper_picture.h"
#include "text.h"

enum { LINE_MAX_BYTES = 2048, EXPECT_MS = 10000, TURN_MS = 10, PRESS_MS = 30, FRESH_MS = 450 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void ignore(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)context;
}

/* Let the world go on for a while. */
static void turn(struct panel *p, int64_t ms)
{
    int64_t end = now_ms() + ms;
    do {
        const struct timeval pause = {.tv_usec = TURN_MS * 1000L};
        event_base_once(p->base, -1, EV_TIMEOUT, ignore, NULL, &pause);
        event_base_loop(p->base, EVLOOP_ONCE);
    } while (now_ms() < end);
}

static bool screen_has(struct panel *p, const char *text)
{
    struct world_view view;
    world_view(p->world, &view);
    return view.connected && (strcmp(view.screen, text) == 0 || strstr(view.text, text));
}

static bool paper_has(struct panel *p, const char *text)
{
    char *paper = roll_text(world_paper(p->world), 0);
    bool has = paper && strstr(paper, text);
    free(paper);
    return has;
}

typedef bool seen(struct panel *p, const char *text);

static enum till_status await(struct panel *p, seen *has, const char *text, int64_t most_ms)
{
    int64_t end = now_ms() + most_ms;
    while (!has(p, text)) {
        if (now_ms() >= end)
            return TILL_TIMEOUT;
        turn(p, TURN_MS);
    }
    return TILL_OK;
}

/* "TEXT" or "MS TEXT" */
static enum till_status expect(struct panel *p, seen *has, const char *text)
{
    char *end;
    long ms = strtol(text, &end, 10);
    if (end != text && end - text > 3 && *end == ' ')
        return await(p, has, end + 1, ms);
    return text[0] ? await(p, has, text, EXPECT_MS) : TILL_BAD_INPUT;
}

/* A press like a person's: down, up, and if patient, long enough after a question to count. */
static enum till_status press(struct panel *p, const char *name, bool patient)
{
    char line[64];
    snprintf(line, sizeof line, "key %.20s down", name);
    if (patient && strcmp(name, "ok") == 0)
        turn(p, FRESH_MS);
    enum till_status status = panel_command(p, line);
    turn(p, PRESS_MS);
    snprintf(line, sizeof line, "key %.20s up", name);
    if (status == TILL_OK)
        status = panel_command(p, line);
    turn(p, PRESS_MS);
    return status;
}

static enum till_status press_all(struct panel *p, char *names, bool patient)
{
    enum till_status status = names[0] ? TILL_OK : TILL_BAD_INPUT;
    while (*names && status == TILL_OK) {
        char *name = names;
        names += strcspn(names, " ");
        if (*names)
            *names++ = '\0';
        status = press(p, name, patient);
    }
    return status;
}

static enum till_status type(struct panel *p, const char *text)
{
    enum till_status status = text[0] ? TILL_OK : TILL_BAD_INPUT;
    for (size_t i = 0; text[i] && status == TILL_OK; i++) {
        char name[2] = {text[i] == '.' ? '*' : text[i], '\0'};
        status = press(p, name, true);
    }
    return status;
}

static void show_screen(struct panel *p, FILE *out)
{
    struct world_view view;
    world_view(p->world, &view);
    fprintf(out, "--- %s\n%s", view.connected ? view.screen : "(off)", view.text);
    fflush(out);
}

static void show_paper(struct panel *p)
{
    char *paper = roll_text(world_paper(p->world), 0);
    printf("--- paper\n%s", paper ? paper : "");
    fflush(stdout);
    free(paper);
}

/* For whoever writes the script line by line: what stands before this is done. */
static enum till_status say(const char *text)
{
    printf("%s\n", text);
    return fflush(stdout) == 0 ? TILL_OK : TILL_E_IO;
}

static enum till_status save_bytes(struct panel *p, const char *path)
{
    struct span bytes = world_paper_bytes(p->world);
    FILE *out = fopen(path, "wb");
    if (!out)
        return TILL_E_IO;
    bool whole = fwrite(bytes.data, 1, bytes.size, out) == bytes.size;
    return fclose(out) == 0 && whole ? TILL_OK : TILL_E_IO;
}

static enum till_status save_picture(struct panel *p, const char *path)
{
    const struct paper_picture picture = {.scale = 2, .margin = 40};
    return paper_picture_save(world_paper(p->world), &picture, path);
}

static enum till_status save_screen(struct panel *p, const char *path)
{
    struct world_view view;
    world_view(p->world, &view);
    if (!view.pixels)
        return TILL_DEVICE_OFFLINE;
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        (unsigned char *)(uintptr_t)view.pixels, CAIRO_FORMAT_RGB24, view.width, view.height,
        view.width * 4);
    cairo_status_t status = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ? TILL_OK : TILL_E_IO;
}

static enum till_status pause_for(struct panel *p, const char *text)
{
    char *end;
    long ms = strtol(text, &end, 10);
    if (end == text || *end || ms < 0 || ms > 600000)
        return TILL_BAD_INPUT;
    turn(p, ms);
    return TILL_OK;
}

static enum till_status run_line(struct panel *p, char *line)
{
    size_t size = strcspn(line, " ");
    char *text = line[size] ? line + size + 1 : line + size;
    line[size] = '\0';
    if (strcmp(line, "key") == 0)
        return press_all(p, text, true);
    if (strcmp(line, "tap") == 0)
        return press_all(p, text, false);
    if (strcmp(line, "type") == 0)
        return type(p, text);
    if (strcmp(line, "expect") == 0)
        return expect(p, screen_has, text);
    if (strcmp(line, "expect-paper") == 0)
        return expect(p, paper_has, text);
    if (strcmp(line, "refuse") == 0)
        return screen_has(p, text) ? TILL_REFUSED : TILL_OK;
    if (strcmp(line, "wait") == 0)
        return pause_for(p, text);
    if (strcmp(line, "save-paper") == 0)
        return save_picture(p, text);
    if (strcmp(line, "save-screen") == 0)
        return save_screen(p, text);
    if (strcmp(line, "save-bytes") == 0)
        return save_bytes(p, text);
    if (strcmp(line, "say") == 0)
        return say(text);
    if (strcmp(line, "screen") == 0)
        show_screen(p, stdout);
    else if (strcmp(line, "print") == 0)
        show_paper(p);
    else {
        if (*text)
            line[size] = ' ';
        return panel_command(p, line);
    }
    return TILL_OK;
}

/* While whoever writes the script thinks, the world goes on. */
static bool next_line(struct panel *p, FILE *in, char line[LINE_MAX_BYTES])
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    while (in == stdin && poll(&ready, 1, 0) == 0)
        turn(p, TURN_MS);
    return fgets(line, LINE_MAX_BYTES, in) != NULL;
}

int script_run(struct panel *p, const char *path)
{
    char line[LINE_MAX_BYTES], kept[LINE_MAX_BYTES];
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    enum till_status status = TILL_OK;
    unsigned number = 0;
    if (!in) {
        log_error("%s can't be read", path);
        return 1;
    }
    setvbuf(in, NULL, in == stdin ? _IONBF : _IOFBF, LINE_MAX_BYTES);
    while (status == TILL_OK && next_line(p, in, line)) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        text_copy(kept, sizeof kept, line);
        if (line[0] && line[0] != '#')
            status = run_line(p, line);
    }
    if (in != stdin)
        fclose(in);
    if (status == TILL_OK)
        return 0;
    fprintf(stderr, "%s:%u: %s: %s\n", path, number, kept, status_text(status));
    show_screen(p, stderr);
    return 1;
}
