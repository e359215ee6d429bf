/*
 * The panel in a terminal: the screen as text, the keyboard as keypad, letters as switches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "panel.h"
#include "text.h"

struct tty {
    struct panel *panel;
    struct event *typed;
    struct termios before;
    bool raw;
};

static const char help[] =
    "0-9 * #  Enter=OK  Esc=Cancel  Backspace=Clear  arrows  [=F1 ]=F2\n"
    "n: no signal  g: GPRS  l: 4G  o: paper out  p: paper in  x: power cut  s: start  "
    "t: tear off  q: quit\n";

static void draw(struct tty *t)
{
    struct world_view view;
    world_view(t->panel->world, &view);
    printf("\033[H\033[2J%s", view.connected ? view.text : "(off)\n");
    char *paper = roll_text(world_paper(t->panel->world), 0);
    if (paper && paper[0])
        printf("\n~~~ paper ~~~\n%s", paper);
    free(paper);
    printf("\n%s", help);
    fflush(stdout);
}

static void on_change(void *face, unsigned changes)
{
    if (changes & (WORLD_SCREEN | WORLD_PAPER | WORLD_CONNECTED))
        draw(face);
}

static const char *command_of(const char *bytes, size_t size)
{
    static const struct {
        const char *bytes, *command;
    } table[] = {
        {"\r", "key ok"},       {"\n", "key ok"},
        {"\033", "key cancel"}, {"\177", "key clear"},
        {"\b", "key clear"},    {"\033[A", "key up"},
        {"\033[B", "key down"}, {"\033[C", "key right"},
        {"\033[D", "key left"}, {"[", "key f1"},
        {"]", "key f2"},        {"*", "key *"},
        {".", "key *"},         {"#", "key #"},
        {"n", "net none"},      {"g", "net gprs"},
        {"l", "net 4g"},        {"o", "paper out"},
        {"p", "paper ok"},      {"x", "cut"},
        {"s", "start"},         {"t", "tear"},
    };
    static char digit[] = "key 0";
    if (size == 1 && bytes[0] >= '0' && bytes[0] <= '9') {
        digit[4] = bytes[0];
        return digit;
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strlen(table[i].bytes) == size && memcmp(table[i].bytes, bytes, size) == 0)
            return table[i].command;
    return NULL;
}

static void on_typed(evutil_socket_t fd, short what, void *context)
{
    struct tty *t = context;
    char bytes[16];
    ssize_t n = read(fd, bytes, sizeof bytes);
    (void)what;
    if (n <= 0 || bytes[0] == 'q' || bytes[0] == 3) {
        event_base_loopexit(t->panel->base, NULL);
        return;
    }
    /* An escape sequence comes in one piece; anything else is one key a byte. */
    size_t step = bytes[0] == '\033' ? (size_t)n : 1;
    for (size_t at = 0; at + step <= (size_t)n; at += step) {
        const char *command = command_of(bytes + at, step);
        if (command && panel_command(t->panel, command) != TILL_OK)
            fputs("\a", stdout);
    }
    draw(t);
}

enum till_status tty_open(struct panel *p)
{
    struct tty *t = calloc(1, sizeof *t);
    if (!t)
        return TILL_E_MEMORY;
    t->panel = p;
    if (tcgetattr(STDIN_FILENO, &t->before) == 0) {
        struct termios raw = t->before;
        raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
        t->raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    }
    t->typed = event_new(p->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_typed, t);
    p->face = t;
    p->face_changed = on_change;
    if (!t->typed || event_add(t->typed, NULL) != 0)
        return TILL_E_IO;
    draw(t);
    return TILL_OK;
}

void tty_close(struct panel *p)
{
    struct tty *t = p->face;
    if (!t)
        return;
    if (t->raw)
        tcsetattr(STDIN_FILENO, TCSANOW, &t->before);
    if (t->typed)
        event_free(t->typed);
    free(t);
    p->face = NULL;
    p->face_changed = NULL;
}
