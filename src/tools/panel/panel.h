/*
 * The device panel: three ways to play one simulated handheld.
 *
 *   web.c     in the browser: the LCD, keys, paper, the world's switches
 *   tty.c     in a terminal
 *   script.c  from a file of commands (docs/panel.md), for tests
 *
 * All drive the same world and the same two processes.
 */
#ifndef TILL_PANEL_H
#define TILL_PANEL_H

#include "device.h"
#include "world.h"

struct panel {
    struct event_base *base;
    struct world *world;
    struct device *device;
    const char *assets;       /* folder of the page */
    const char *journal_path; /* for the list of last entries; read-only */
    const char *state_dir;
    void *face; /* of web or tty */
    void (*face_changed)(void *face, unsigned changes);
};

/* A command of the script, which the web's switches and the tty use too: "net 4g", "key ok" …
 * TILL_BAD_INPUT: no such command or argument. Doesn't wait. */
enum till_status panel_command(struct panel *p, const char *line) TILL_CHECKED;

/* The last entries of the journal, newest last, as JSON lines into out; see db/journal.h. */
void panel_journal(struct panel *p, struct buffer *out);

/* TILL_E_IO: the port is taken. Prints the address. The page is served until the loop ends. */
enum till_status web_open(struct panel *p, int port) TILL_CHECKED;
void web_close(struct panel *p);

enum till_status tty_open(struct panel *p) TILL_CHECKED;
void tty_close(struct panel *p);

/* Runs a whole script; path "-" = standard input. Returns an exit code: 0, or 1 at the first line
 * that failed, which is named on standard error with the screen that stood. */
int script_run(struct panel *p, const char *path);

#endif
