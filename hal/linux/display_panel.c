#include "display_panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum panel_limits { WORDS_MAX = 8 };

enum till_status panel_word(struct opening *opening, const char *key, const char *const *words,
                            int *index_out)
{
    const char *text = settings_text(opening->settings, opening->section, key, words[0]);
    char why[96] = "must be one of";
    for (int i = 0; i < WORDS_MAX && words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *index_out = i;
            return TILL_OK;
        }
        size_t size = strlen(why);
        snprintf(why + size, sizeof why - size, " %s", words[i]);
    }
    settings_complain(opening->settings, opening->section, key, why);
    return TILL_E_CONFIG;
}

enum till_status panel_read(struct opening *opening, struct panel *panel)
{
    static const char *const turns[] = {"0", "90", "180", "270", NULL};
    struct settings *s = opening->settings;
    const char *root = settings_text(s, opening->section, "root", "");
    const char *light = settings_text(s, opening->section, "backlight", "");
    int64_t scale = 0;
    int turn = 0;
    enum till_status status = settings_integer(s, opening->section, "scale", 1, 1, 2, &scale);
    if (status == TILL_OK) {
        status = panel_word(opening, "rotate", turns, &turn);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (strlen(light) > 64 || strlen(root) > 96 || strchr(light, '/')) {
        settings_complain(s, opening->section, "backlight", "is no backlight");
        return TILL_E_CONFIG;
    }
    if (light[0] != '\0') {
        snprintf(panel->light, sizeof panel->light, "%s/sys/class/backlight/%s", root, light);
    }
    panel->scale = (uint8_t)scale;
    panel->dots.rotate = (uint16_t)(turn * 90);
    return TILL_OK;
}

void panel_shape(const struct panel *panel, struct display_shape *shape_out)
{
    shape_out->scale = panel->scale;
    shape_out->mono = panel->dots.bits == 1;
    pixels_size(&panel->dots, &shape_out->width, &shape_out->height);
}

static bool read_most(const struct panel *panel, long *most_out)
{
    char path[256];
    char text[24] = "";
    snprintf(path, sizeof path, "%s/max_brightness", panel->light);
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(text, sizeof text, file) != NULL;
    fclose(file);
    *most_out = strtol(text, NULL, 10);
    return read && *most_out > 0 && *most_out <= 1000000;
}

enum till_status panel_light(const struct panel *panel, uint8_t percent)
{
    char path[256];
    long most = 0;
    if (panel->light[0] == '\0') {
        return TILL_UNSUPPORTED;
    }
    if (!read_most(panel, &most)) {
        return TILL_DEVICE_OFFLINE;
    }
    long level = most * percent / 100;
    if (level == 0 && percent > 0) {
        level = 1; /* dim is not dark */
    }
    snprintf(path, sizeof path, "%s/brightness", panel->light);
    FILE *file = fopen(path, "we");
    if (!file) {
        return TILL_DEVICE_OFFLINE;
    }
    bool written = fprintf(file, "%ld\n", level) > 0;
    return fclose(file) == 0 && written ? TILL_OK : TILL_E_DEVICE;
}
