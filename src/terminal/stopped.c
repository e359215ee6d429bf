/*
 * Whether new collections are stopped: by the office, or by what was found. It is recorded in the
 * journal (settings_changed `stopped`), so that neither a restart nor a file that goes missing
 * lifts it, and the fold says it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "parts.h"
#include "text.h"

static enum till_status note(struct app *app, bool stopped)
{
    struct entry entry;
    struct body_settings_changed body = {.key = "stopped"};
    text_copy(body.value, sizeof body.value, stopped ? "1" : "0");
    enum till_status status = entry_write_settings_changed(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

void stopped_set(struct app *app, bool stopped)
{
    const struct fold *fold = journal_fold(app->journal);
    app->stopped = app->stopped || stopped; /* recorded or not */
    if (fold->stopped != stopped && !fold->retired && !app->read_only &&
        note(app, stopped) != TILL_OK) {
        log_warning("whether collections are stopped was not recorded");
        return;
    }
    app->stopped = stopped;
}

/* Earlier software kept it in a file of that name, which anybody could take away. */
static void take_file(struct app *app)
{
    char text[8], path[PATH_ROOM + 16];
    size_t size;
    enum till_status status = file_read(app->dir, "stopped", text, sizeof text, &size);
    if (status == TILL_NOT_FOUND)
        return;
    if (status != TILL_OK || text[0] == '1')
        stopped_set(app, true);
    snprintf(path, sizeof path, "%s/stopped", app->dir);
    if ((!app->stopped || journal_fold(app->journal)->stopped) && unlink(path) != 0)
        log_warning("%s: %s", path, strerror(errno));
}

void stopped_open(struct app *app)
{
    app->stopped = journal_fold(app->journal)->stopped;
    take_file(app);
}

void stopped_for(struct app *app, const char *why)
{
    ledger_anomaly(app, TILL_E_FORK, why);
    app->forked = true;
    stopped_set(app, true);
}
