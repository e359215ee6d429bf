/*
 * One command, shared by all faces of the panel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "panel.h"

static int bearer_from_name(const char *name)
{
    static const char *const names[] = {"none", "gprs", "4g", "wired"};
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static enum till_status set_network(struct panel *p, const char *name)
{
    int bearer = bearer_from_name(name);
    if (bearer < 0)
        return TILL_BAD_INPUT;
    world_network(p->world, (enum network_bearer)bearer);
    return TILL_OK;
}

static enum till_status set_printer(struct panel *p, const char *name)
{
    int status = sim_printer_status_from_name(name);
    if (status < 0)
        return TILL_BAD_INPUT;
    world_printer(p->world, (enum sim_printer_status)status);
    return TILL_OK;
}

static enum till_status set_battery(struct panel *p, const char *text)
{
    char *end;
    long percent = strtol(text, &end, 10);
    bool charging = strcmp(end, " charging") == 0;
    if (end == text || percent < 0 || percent > 100 || (*end && !charging))
        return TILL_BAD_INPUT;
    world_battery(p->world, (int)percent, charging);
    return TILL_OK;
}

static enum till_status set_clock(struct panel *p, const char *text)
{
    char *end;
    long long offset_s = strtoll(text, &end, 10);
    if (end == text || *end)
        return TILL_BAD_INPUT;
    world_clock(p->world, offset_s);
    return TILL_OK;
}

/* "ok", "ok down", "ok up": a press where nothing else is said. */
static enum till_status press(struct panel *p, const char *text)
{
    char name[16];
    size_t size = strcspn(text, " ");
    if (size == 0 || size >= sizeof name)
        return TILL_BAD_INPUT;
    memcpy(name, text, size);
    name[size] = '\0';
    int key = key_from_name(name);
    const char *edge = text + size;
    if (key == PAD_NONE)
        return TILL_BAD_INPUT;
    if (*edge == '\0' || strcmp(edge, " down") == 0)
        world_key(p->world, (enum key)key, true);
    if (*edge == '\0' || strcmp(edge, " up") == 0)
        world_key(p->world, (enum key)key, false);
    return *edge == '\0' || strcmp(edge, " down") == 0 || strcmp(edge, " up") == 0 ? TILL_OK
                                                                                   : TILL_BAD_INPUT;
}

static enum till_status kill_program(struct panel *p, const char *name)
{
    if (strcmp(name, "terminal") == 0)
        device_kill(p->device, DEVICE_TERMINAL);
    else if (strcmp(name, "sync") == 0)
        device_kill(p->device, DEVICE_SYNC);
    else
        return TILL_BAD_INPUT;
    return TILL_OK;
}

static enum till_status scan(struct panel *p, const char *text)
{
    if (text[0] == '\0')
        return TILL_BAD_INPUT;
    world_scan(p->world, text);
    return TILL_OK;
}

static enum till_status cut(struct panel *p, const char *text)
{
    (void)text;
    device_cut_power(p->device);
    return TILL_OK;
}

static enum till_status start(struct panel *p, const char *text)
{
    (void)text;
    device_switch_on(p->device);
    return TILL_OK;
}

static enum till_status tear(struct panel *p, const char *text)
{
    (void)text;
    world_tear_off(p->world);
    return TILL_OK;
}

/* "in": the folder `stick` of the state; "in FOLDER"; "out". */
static enum till_status set_stick(struct panel *p, const char *text)
{
    char folder[512];
    if (strcmp(text, "out") == 0) {
        world_stick(p->world, NULL);
        return TILL_OK;
    }
    if (strcmp(text, "in") == 0)
        snprintf(folder, sizeof folder, "%s/stick", p->state_dir);
    else if (strncmp(text, "in ", 3) == 0)
        snprintf(folder, sizeof folder, "%s", text + 3);
    else
        return TILL_BAD_INPUT;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return TILL_E_IO;
    char *whole = realpath(folder, NULL);
    if (!whole)
        return TILL_E_IO;
    world_stick(p->world, whole);
    free(whole);
    return TILL_OK;
}

enum till_status panel_command(struct panel *p, const char *line)
{
    static const struct {
        const char *verb;
        enum till_status (*run)(struct panel *p, const char *text);
    } commands[] = {
        {"net", set_network}, {"paper", set_printer}, {"battery", set_battery},
        {"clock", set_clock}, {"key", press},         {"kill", kill_program},
        {"scan", scan},       {"cut", cut},           {"start", start},
        {"tear", tear},       {"stick", set_stick},
    };
    size_t size = strcspn(line, " ");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strlen(commands[i].verb) == size && memcmp(commands[i].verb, line, size) == 0)
            return commands[i].run(p, line[size] ? line + size + 1 : "");
    return TILL_BAD_INPUT;
}
