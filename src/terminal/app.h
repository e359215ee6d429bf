/*
 * The application: one board, one journal, one stack of flows.
 *
 * It turns what devices say into events, runs the flow on top, carries its effects out, keeps the
 * line to fieldtill-sync, and paints. All work is done inside app_step, which never blocks longer
 * than a commit; the caller waits on the descriptors between two steps. Two apps in one process
 * share nothing.
 */
#ifndef TILL_APP_H
#define TILL_APP_H

#include "hal.h"

struct app;

struct app_options {
    const char *state_dir;   /* 0700, the terminal's own: keys, journal, book, settings */
    const char *socket_path; /* where fieldtill-sync listens */
    const char *locale_dir;
    const char *language;      /* NULL: the setting, and before there is one zh_CN */
    const char *host_url;      /* for typed tickets; NULL: the setting */
    const char *vfs;           /* of journal and book; NULL = VFS_SECTOR_NAME */
    const struct board *board; /* outlives the app */
    bool no_pixels;            /* tests: model and text only */
    bool no_idle_lock;         /* tests */
    uint32_t pin_rounds;       /* tests: instead of measuring; 0 = measured on the board */
};

enum { APP_FDS_MAX = 12 };

/*
 * Open: keys, journal (with what a power cut left), book, line. Before enrolment there is neither
 * journal nor book. message_out (256) says for a technician what is wrong.
 * TILL_E_CORRUPT, TILL_E_CHAIN, TILL_E_SIGNATURE: stored data; TILL_BUSY: another one runs.
 */
enum till_status app_open(const struct app_options *options, struct app **app_out,
                          char message_out[256]) TILL_CHECKED;
/* Do what is due. *wait_ms_out: call again after that long, or when a descriptor is readable. */
void app_step(struct app *app, int64_t *wait_ms_out);
/* Descriptors to wait on now; they may change with every step. Returns how many. */
size_t app_descriptors(const struct app *app, int fds_out[APP_FDS_MAX]);
/* The screen that stands, for tests: its stable name. */
const char *app_screen(const struct app *app);
/* Wiped after its number ended: close it and open it anew. */
bool app_wants_restart(const struct app *app);
/* Close in order: nothing is lost that was committed. */
void app_close(struct app *app);

#endif
