#include "evdev_keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 40, WORDS_MAX = 32 };

static const struct {
    const char *name;
    uint16_t code;
} names[] = {
#define NAME(code) {#code, code},
    /* clang-format off */
    NAME(KEY_ESC) NAME(KEY_1) NAME(KEY_2) NAME(KEY_3) NAME(KEY_4) NAME(KEY_5) NAME(KEY_6)
    NAME(KEY_7) NAME(KEY_8) NAME(KEY_9) NAME(KEY_0) NAME(KEY_MINUS) NAME(KEY_EQUAL)
    NAME(KEY_BACKSPACE) NAME(KEY_TAB) NAME(KEY_Q) NAME(KEY_W) NAME(KEY_E) NAME(KEY_R) NAME(KEY_T)
    NAME(KEY_Y) NAME(KEY_U) NAME(KEY_I) NAME(KEY_O) NAME(KEY_P) NAME(KEY_LEFTBRACE)
    NAME(KEY_RIGHTBRACE) NAME(KEY_ENTER) NAME(KEY_LEFTCTRL) NAME(KEY_A) NAME(KEY_S) NAME(KEY_D)
    NAME(KEY_F) NAME(KEY_G) NAME(KEY_H) NAME(KEY_J) NAME(KEY_K) NAME(KEY_L) NAME(KEY_SEMICOLON)
    NAME(KEY_APOSTROPHE) NAME(KEY_GRAVE) NAME(KEY_LEFTSHIFT) NAME(KEY_BACKSLASH) NAME(KEY_Z)
    NAME(KEY_X) NAME(KEY_C) NAME(KEY_V) NAME(KEY_B) NAME(KEY_N) NAME(KEY_M) NAME(KEY_COMMA)
    NAME(KEY_DOT) NAME(KEY_SLASH) NAME(KEY_RIGHTSHIFT) NAME(KEY_KPASTERISK) NAME(KEY_LEFTALT)
    NAME(KEY_SPACE) NAME(KEY_CAPSLOCK) NAME(KEY_F1) NAME(KEY_F2) NAME(KEY_F3) NAME(KEY_F4)
    NAME(KEY_F5) NAME(KEY_F6) NAME(KEY_F7) NAME(KEY_F8) NAME(KEY_F9) NAME(KEY_F10)
    NAME(KEY_NUMLOCK) NAME(KEY_SCROLLLOCK) NAME(KEY_KP7) NAME(KEY_KP8) NAME(KEY_KP9)
    NAME(KEY_KPMINUS) NAME(KEY_KP4) NAME(KEY_KP5) NAME(KEY_KP6) NAME(KEY_KPPLUS) NAME(KEY_KP1)
    NAME(KEY_KP2) NAME(KEY_KP3) NAME(KEY_KP0) NAME(KEY_KPDOT) NAME(KEY_102ND) NAME(KEY_F11)
    NAME(KEY_F12) NAME(KEY_KPENTER) NAME(KEY_RIGHTCTRL) NAME(KEY_KPSLASH) NAME(KEY_SYSRQ)
    NAME(KEY_RIGHTALT) NAME(KEY_HOME) NAME(KEY_UP) NAME(KEY_PAGEUP) NAME(KEY_LEFT) NAME(KEY_RIGHT)
    NAME(KEY_END) NAME(KEY_DOWN) NAME(KEY_PAGEDOWN) NAME(KEY_INSERT) NAME(KEY_DELETE)
    NAME(KEY_MUTE) NAME(KEY_VOLUMEDOWN) NAME(KEY_VOLUMEUP) NAME(KEY_POWER) NAME(KEY_KPEQUAL)
    NAME(KEY_KPPLUSMINUS) NAME(KEY_PAUSE) NAME(KEY_KPCOMMA) NAME(KEY_LEFTMETA) NAME(KEY_RIGHTMETA)
    NAME(KEY_COMPOSE) NAME(KEY_STOP) NAME(KEY_AGAIN) NAME(KEY_PROPS) NAME(KEY_UNDO)
    NAME(KEY_FRONT) NAME(KEY_COPY) NAME(KEY_OPEN) NAME(KEY_PASTE) NAME(KEY_FIND) NAME(KEY_CUT)
    NAME(KEY_HELP) NAME(KEY_MENU) NAME(KEY_SETUP) NAME(KEY_SLEEP) NAME(KEY_WAKEUP) NAME(KEY_FILE)
    NAME(KEY_PROG1) NAME(KEY_PROG2) NAME(KEY_PROG3) NAME(KEY_PROG4) NAME(KEY_MAIL)
    NAME(KEY_BOOKMARKS) NAME(KEY_BACK) NAME(KEY_FORWARD) NAME(KEY_REDO) NAME(KEY_PRINT)
    NAME(KEY_PHONE) NAME(KEY_CONFIG) NAME(KEY_REFRESH) NAME(KEY_EXIT) NAME(KEY_EDIT) NAME(KEY_F13)
    NAME(KEY_F14) NAME(KEY_F15) NAME(KEY_F16) NAME(KEY_F17) NAME(KEY_F18) NAME(KEY_F19)
    NAME(KEY_F20) NAME(KEY_F21) NAME(KEY_F22) NAME(KEY_F23) NAME(KEY_F24) NAME(KEY_CAMERA)
    NAME(KEY_SOUND) NAME(KEY_QUESTION) NAME(KEY_SEARCH) NAME(KEY_CONNECT) NAME(KEY_CANCEL)
    NAME(KEY_SEND) NAME(KEY_OK) NAME(KEY_SELECT) NAME(KEY_GOTO) NAME(KEY_CLEAR) NAME(KEY_OPTION)
    NAME(KEY_INFO) NAME(KEY_ZOOM) NAME(KEY_PROGRAM) NAME(KEY_LIST) NAME(KEY_MEMO) NAME(KEY_RED)
    NAME(KEY_GREEN) NAME(KEY_YELLOW) NAME(KEY_BLUE) NAME(KEY_NUMERIC_0) NAME(KEY_NUMERIC_1)
    NAME(KEY_NUMERIC_2) NAME(KEY_NUMERIC_3) NAME(KEY_NUMERIC_4) NAME(KEY_NUMERIC_5)
    NAME(KEY_NUMERIC_6) NAME(KEY_NUMERIC_7) NAME(KEY_NUMERIC_8) NAME(KEY_NUMERIC_9)
    NAME(KEY_NUMERIC_STAR) NAME(KEY_NUMERIC_POUND) NAME(KEY_NUMERIC_A) NAME(KEY_NUMERIC_B)
    NAME(KEY_NUMERIC_C) NAME(KEY_NUMERIC_D) NAME(KEY_CAMERA_FOCUS) NAME(BTN_0) NAME(BTN_1)
    NAME(BTN_2) NAME(BTN_3) NAME(BTN_4) NAME(BTN_5) NAME(BTN_6) NAME(BTN_7) NAME(BTN_8)
    NAME(BTN_9) NAME(BTN_TRIGGER) NAME(BTN_THUMB) NAME(BTN_SELECT) NAME(BTN_START) NAME(BTN_MODE)
/* clang-format on */
#undef NAME
};

/* What an option is called, and what the key is on pads and keyboards as they are sold. */
static const struct {
    enum key key;
    const char *option;
    const char *codes;
} usual[] = {
    {PAD_0, "0", "KEY_0 KEY_KP0 KEY_NUMERIC_0"},
    {PAD_1, "1", "KEY_1 KEY_KP1 KEY_NUMERIC_1"},
    {PAD_2, "2", "KEY_2 KEY_KP2 KEY_NUMERIC_2"},
    {PAD_3, "3", "KEY_3 KEY_KP3 KEY_NUMERIC_3"},
    {PAD_4, "4", "KEY_4 KEY_KP4 KEY_NUMERIC_4"},
    {PAD_5, "5", "KEY_5 KEY_KP5 KEY_NUMERIC_5"},
    {PAD_6, "6", "KEY_6 KEY_KP6 KEY_NUMERIC_6"},
    {PAD_7, "7", "KEY_7 KEY_KP7 KEY_NUMERIC_7"},
    {PAD_8, "8", "KEY_8 KEY_KP8 KEY_NUMERIC_8"},
    {PAD_9, "9", "KEY_9 KEY_KP9 KEY_NUMERIC_9"},
    {PAD_STAR, "star", "KEY_NUMERIC_STAR KEY_KPASTERISK KEY_DOT KEY_KPDOT"},
    {PAD_HASH, "hash", "KEY_NUMERIC_POUND KEY_KPSLASH"},
    {PAD_OK, "ok", "KEY_ENTER KEY_KPENTER KEY_OK KEY_SELECT"},
    {PAD_CANCEL, "cancel", "KEY_ESC KEY_CANCEL KEY_BACK KEY_EXIT"},
    {PAD_CLEAR, "clear", "KEY_BACKSPACE KEY_CLEAR KEY_DELETE"},
    {PAD_UP, "up", "KEY_UP"},
    {PAD_DOWN, "down", "KEY_DOWN"},
    {PAD_LEFT, "left", "KEY_LEFT"},
    {PAD_RIGHT, "right", "KEY_RIGHT"},
    {PAD_F1, "f1", "KEY_F1 KEY_PROG1"},
    {PAD_F2, "f2", "KEY_F2 KEY_PROG2"},
    {PAD_SCAN, "scan", "KEY_F3 KEY_CAMERA KEY_SEARCH BTN_TRIGGER"},
};

enum { KEYS = sizeof usual / sizeof *usual };
_Static_assert(KEYS == PAD_COUNT - 1, "each key of a pad has a row");

int evdev_key_code(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].name, name) == 0) {
            return names[i].code;
        }
    }
    if (name[0] < '0' || name[0] > '9') {
        return -1;
    }
    char *end;
    errno = 0;
    long code = strtol(name, &end, 0);
    return errno == 0 && *end == '\0' && code >= 1 && code <= KEY_MAX ? (int)code : -1;
}

/* The next word of a list parted by spaces; false: none is left. A word that is too long is cut,
 * and so is no name. */
static bool next_word(const char **at, char word[WORD_MAX])
{
    const char *from = *at + strspn(*at, " \t");
    size_t size = strcspn(from, " \t");
    if (size == 0) {
        return false;
    }
    snprintf(word, WORD_MAX, "%.*s", (int)size, from);
    *at = from + size;
    return true;
}

static enum till_status read_option(struct opening *opening, struct evdev_pad *pad, size_t row,
                                    const char *codes)
{
    char word[WORD_MAX];
    char why[96];
    bool any = false;
    for (int i = 0; i < WORDS_MAX && next_word(&codes, word); i++) {
        int code = evdev_key_code(word);
        if (code < 0) {
            snprintf(why, sizeof why, "the kernel has no key %s", word);
            settings_complain(opening->settings, opening->section, usual[row].option, why);
            return TILL_E_CONFIG;
        }
        if (pad->map[code] != PAD_NONE) {
            snprintf(why, sizeof why, "%s means another key already", word);
            settings_complain(opening->settings, opening->section, usual[row].option, why);
            return TILL_E_CONFIG;
        }
        evdev_pad_map(pad, (uint16_t)code, usual[row].key);
        any = true;
    }
    if (!any) {
        settings_complain(opening->settings, opening->section, usual[row].option,
                          "names no key; leave it out for the usual one");
        return TILL_E_CONFIG;
    }
    return TILL_OK;
}

enum till_status evdev_keys_read(struct opening *opening, struct evdev_pad *pad)
{
    bool given[KEYS] = {false};
    for (size_t i = 0; i < KEYS; i++) {
        const char *codes =
            settings_text(opening->settings, opening->section, usual[i].option, NULL);
        given[i] = codes != NULL;
        enum till_status status = codes ? read_option(opening, pad, i, codes) : TILL_OK;
        if (status != TILL_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < KEYS; i++) {
        char word[WORD_MAX];
        const char *codes = usual[i].codes;
        for (int w = 0; w < WORDS_MAX && !given[i] && next_word(&codes, word); w++) {
            int code = evdev_key_code(word);
            if (pad->map[code] == PAD_NONE) {
                evdev_pad_map(pad, (uint16_t)code, usual[i].key);
            }
        }
    }
    return TILL_OK;
}
