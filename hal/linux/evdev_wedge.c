#include "evdev_wedge.h"

#include <string.h>

/* What a key writes on a US keyboard, alone and with Shift; no row: nothing. */
static const char characters[][2] = {
    [KEY_1] = {'1', '!'},          [KEY_2] = {'2', '@'},           [KEY_3] = {'3', '#'},
    [KEY_4] = {'4', '$'},          [KEY_5] = {'5', '%'},           [KEY_6] = {'6', '^'},
    [KEY_7] = {'7', '&'},          [KEY_8] = {'8', '*'},           [KEY_9] = {'9', '('},
    [KEY_0] = {'0', ')'},          [KEY_MINUS] = {'-', '_'},       [KEY_EQUAL] = {'=', '+'},
    [KEY_Q] = {'q', 'Q'},          [KEY_W] = {'w', 'W'},           [KEY_E] = {'e', 'E'},
    [KEY_R] = {'r', 'R'},          [KEY_T] = {'t', 'T'},           [KEY_Y] = {'y', 'Y'},
    [KEY_U] = {'u', 'U'},          [KEY_I] = {'i', 'I'},           [KEY_O] = {'o', 'O'},
    [KEY_P] = {'p', 'P'},          [KEY_LEFTBRACE] = {'[', '{'},   [KEY_RIGHTBRACE] = {']', '}'},
    [KEY_A] = {'a', 'A'},          [KEY_S] = {'s', 'S'},           [KEY_D] = {'d', 'D'},
    [KEY_F] = {'f', 'F'},          [KEY_G] = {'g', 'G'},           [KEY_H] = {'h', 'H'},
    [KEY_J] = {'j', 'J'},          [KEY_K] = {'k', 'K'},           [KEY_L] = {'l', 'L'},
    [KEY_SEMICOLON] = {';', ':'},  [KEY_APOSTROPHE] = {'\'', '"'}, [KEY_GRAVE] = {'`', '~'},
    [KEY_BACKSLASH] = {'\\', '|'}, [KEY_Z] = {'z', 'Z'},           [KEY_X] = {'x', 'X'},
    [KEY_C] = {'c', 'C'},          [KEY_V] = {'v', 'V'},           [KEY_B] = {'b', 'B'},
    [KEY_N] = {'n', 'N'},          [KEY_M] = {'m', 'M'},           [KEY_COMMA] = {',', '<'},
    [KEY_DOT] = {'.', '>'},        [KEY_SLASH] = {'/', '?'},       [KEY_SPACE] = {' ', ' '},
    [KEY_TAB] = {'\t', '\t'},      [KEY_KPASTERISK] = {'*', '*'},  [KEY_KPMINUS] = {'-', '-'},
    [KEY_KPPLUS] = {'+', '+'},     [KEY_KPDOT] = {'.', '.'},       [KEY_KPSLASH] = {'/', '/'},
    [KEY_KP0] = {'0', '0'},        [KEY_KP1] = {'1', '1'},         [KEY_KP2] = {'2', '2'},
    [KEY_KP3] = {'3', '3'},        [KEY_KP4] = {'4', '4'},         [KEY_KP5] = {'5', '5'},
    [KEY_KP6] = {'6', '6'},        [KEY_KP7] = {'7', '7'},         [KEY_KP8] = {'8', '8'},
    [KEY_KP9] = {'9', '9'},        [KEY_102ND] = {'\\', '|'},
};

void evdev_wedge_init(struct evdev_wedge *wedge, int64_t gap_ms)
{
    memset(wedge, 0, sizeof *wedge);
    wedge->gap_ms = gap_ms;
}

static bool begun(const struct evdev_wedge *wedge)
{
    return wedge->size > 0 || wedge->large || wedge->damaged;
}

/* The text ends here. */
static enum evdev_wedge_answer finish(struct evdev_wedge *wedge, struct scanner_text *text_out)
{
    enum evdev_wedge_answer answer = EVDEV_WEDGE_NOTHING;
    if (wedge->damaged) {
        answer = EVDEV_WEDGE_LOST;
    } else if (wedge->large) {
        answer = EVDEV_WEDGE_TOO_LARGE;
    } else if (wedge->size > 0) {
        memcpy(text_out->bytes, wedge->bytes, wedge->size);
        text_out->bytes[wedge->size] = '\0';
        text_out->size = wedge->size;
        answer = EVDEV_WEDGE_TEXT;
    }
    wedge->size = 0;
    wedge->large = wedge->damaged = false;
    return answer;
}

static bool modifier(struct evdev_wedge *wedge, uint16_t code, bool down)
{
    uint8_t *held = code == KEY_LEFTSHIFT || code == KEY_RIGHTSHIFT ? &wedge->shift
                    : code == KEY_LEFTCTRL || code == KEY_RIGHTCTRL ? &wedge->control
                                                                    : NULL;
    if (!held) {
        return false;
    }
    uint8_t side = code == KEY_RIGHTSHIFT || code == KEY_RIGHTCTRL ? 2 : 1;
    *held = (uint8_t)(down ? *held | side : *held & ~side);
    return true;
}

static void write_character(struct evdev_wedge *wedge, uint16_t code)
{
    if (code >= sizeof characters / sizeof *characters) {
        return;
    }
    char c = characters[code][wedge->shift ? 1 : 0];
    if (c != '\0' && wedge->control) {
        /* ASCII: column 4 and 5 become the control characters, whatever the case. */
        c = c >= 0x40 && c < 0x7F ? (char)(c & 0x1F) : '\0';
    }
    if (c == '\0') {
        return;
    }
    if (wedge->size == sizeof wedge->bytes) {
        wedge->large = true;
    } else {
        wedge->bytes[wedge->size++] = c;
    }
}

static enum evdev_wedge_answer lose(struct evdev_wedge *wedge, const struct input_event *event,
                                    int64_t at_ms)
{
    if (event->type == EV_SYN && event->code == SYN_DROPPED) {
        wedge->lost = wedge->damaged = true;
        /* Shift may have gone with the rest; a scanner sets it anew for each character. */
        wedge->shift = wedge->control = 0;
        wedge->last_ms = at_ms;
    } else if (event->type == EV_SYN && event->code == SYN_REPORT) {
        wedge->lost = false;
    }
    return EVDEV_WEDGE_NOTHING;
}

enum evdev_wedge_answer evdev_wedge_put(struct evdev_wedge *wedge, const struct input_event *event,
                                        int64_t at_ms, struct scanner_text *text_out)
{
    if (wedge->lost || (event->type == EV_SYN && event->code == SYN_DROPPED)) {
        return lose(wedge, event, at_ms);
    }
    if (event->type != EV_KEY || (event->value != 0 && event->value != 1)) {
        return EVDEV_WEDGE_NOTHING;
    }
    enum evdev_wedge_answer answer = evdev_wedge_time(wedge, at_ms, text_out);
    if (modifier(wedge, event->code, event->value == 1) || event->value == 0) {
        return answer;
    }
    wedge->last_ms = at_ms;
    if (event->code != KEY_ENTER && event->code != KEY_KPENTER) {
        write_character(wedge, event->code);
        return answer;
    }
    /* After a gap nothing is left to end. */
    enum evdev_wedge_answer ended = finish(wedge, text_out);
    return ended != EVDEV_WEDGE_NOTHING ? ended : answer;
}

enum evdev_wedge_answer evdev_wedge_time(struct evdev_wedge *wedge, int64_t now_ms,
                                         struct scanner_text *text_out)
{
    int64_t due_ms = evdev_wedge_due(wedge);
    if (due_ms < 0 || now_ms < due_ms) {
        return EVDEV_WEDGE_NOTHING;
    }
    return finish(wedge, text_out);
}

int64_t evdev_wedge_due(const struct evdev_wedge *wedge)
{
    return begun(wedge) && !wedge->lost ? wedge->last_ms + wedge->gap_ms : -1;
}

void evdev_wedge_gone(struct evdev_wedge *wedge)
{
    evdev_wedge_init(wedge, wedge->gap_ms);
}
