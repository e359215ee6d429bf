/*
 * What a start looks at before anyone works: is this still the device, the storage and the book
 * that it was? And the end of a terminal's number. An image of the whole storage that is put back
 * can't be told from the inside; a counter in hardware tells it, else the office at the next
 * contact.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "counter.h"
#include "log.h"
#include "parts.h"
#include "text.h"

#define WIPING "wiping"

enum { LOOK_BACK_MOST = 20000 };

/* ---- looking --------------------------------------------------------------------------------- */

/* Nobody else's to read: a folder that was copied about is drawn shut again. */
static void shut_folder(const char *dir)
{
    struct stat st;
    if (stat(dir, &st) == 0 && (st.st_mode & 077) != 0 && chmod(dir, 0700) != 0)
        log_warning("%s is open to others: %s", dir, strerror(errno));
}

static void stop_for(struct app *app, const char *why)
{
    ledger_anomaly(app, TILL_E_FORK, why);
    app->stopped = app->forked = true;
}

/* The count that the newest `opened` bears; 0: none does. */
static uint64_t last_count(struct app *app)
{
    struct entry e;
    struct body_opened body;
    uint64_t seq = journal_fold(app->journal)->seq;
    for (int i = 0; i < LOOK_BACK_MOST && seq > 0; i++, seq--) {
        if (journal_read(app->journal, seq, &e, NULL) != TILL_OK)
            return 0;
        if (kind_base(e.kind) == KIND_OPENED && entry_read_opened(&e, &body) == TILL_OK)
            return body.count;
    }
    return 0;
}

/* Each start takes one count and writes it down. A power cut between the two leaves one too many;
 * more than that means that the journal is older than the hardware knows. */
uint64_t start_count(struct app *app, const char **suspect_out)
{
    uint64_t now = 0, kept = last_count(app);
    *suspect_out = NULL;
    if (!app->board->counter || counter_read(app->board->counter, &now) != TILL_OK)
        return 0;
    if (kept > 0 && now > kept + 1)
        *suspect_out = "the storage is older than the counter";
    else if (kept > 0 && now < kept)
        *suspect_out = "another device's counter";
    uint64_t next = 0;
    return counter_increase(app->board->counter, &next) == TILL_OK ? next : 0;
}

/* The hardware that was enrolled; a board that tells no serial can't be checked. */
static void check_device(struct app *app)
{
    const char *serial = app->board->serial;
    if (serial[0] == '\0' || !app->journal)
        return;
    if (app->settings.device[0] == '\0') {
        text_copy(app->settings.device, sizeof app->settings.device, serial);
        if (kept_save(app) != TILL_OK)
            log_warning("the serial of this device could not be kept");
    } else if (strcmp(app->settings.device, serial) != 0) {
        stop_for(app, "this storage was enrolled on another device");
    }
}

/* It is fetched anew. */
static void drop_book(struct app *app)
{
    book_close(app->book);
    app->book = NULL;
    if (unlink(app->book_path) != 0)
        log_warning("%s: %s", app->book_path, strerror(errno));
}

static void check_book(struct app *app)
{
    if (!app->book || !app->journal ||
        strcmp(book_meta(app->book)->terminal, journal_terminal(app->journal)) == 0)
        return;
    ledger_anomaly(app, TILL_WRONG_HOST, "the book is another terminal's");
    drop_book(app);
}

void start_look(struct app *app, enum till_status settings)
{
    shut_folder(app->dir);
    app->pin_failed_ms = app->key_at_ms = clock_now_ms(app->board->clock);
    if (!app->journal || app->read_only)
        return;
    if (settings != TILL_OK)
        ledger_anomaly(app, settings, "the settings were altered from outside");
    /* The PINs in it were stretched by rounds that nobody knows any more. */
    if (app->book && app->settings.pin_rounds == 0)
        drop_book(app);
    check_device(app);
    check_book(app);
}

enum till_status start_measure(struct app *app)
{
    if (app->settings.pin_rounds != 0)
        return TILL_OK;
    app->settings.pin_rounds = pin_measure_rounds(app);
    return kept_save(app);
}

/* ---- the end of a number --------------------------------------------------------------------- */

static enum till_status append_retired(struct app *app, int reason)
{
    struct entry entry;
    struct body_retired body = {.reason = reason};
    if (app->facts.unsent > 0)
        return TILL_BUSY;
    /* What is not handed over now never is: nothing follows this record. */
    if (fold_cash_holder(journal_fold(app->journal)))
        return TILL_LIMIT_REACHED;
    enum till_status status = entry_write_retired(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

static void forget(const struct app *app, const char *name)
{
    char path[PATH_ROOM + 32];
    snprintf(path, sizeof path, "%s/%s", app->dir, name);
    if (unlink(path) != 0 && errno != ENOENT)
        log_warning("%s: %s", path, strerror(errno));
}

/* The marker stands until all of it is gone: a cut in between is made good at the next start. Keys
 * first; the records stay as an archive. */
static enum till_status wipe(struct app *app, const char *terminal)
{
    static const char *const names[] = {"statement.pem", "authority.pem", "book.db", "orders",
                                        "settings",      "stopped",       "queue",   "ticket",
                                        "collected",     REPORT_FILE};
    char archive[PATH_ROOM + 32];
    enum till_status status = file_replace(app->dir, WIPING, terminal, strlen(terminal));
    if (status != TILL_OK)
        return status;
    snprintf(archive, sizeof archive, "%s/retired-%s.db", app->dir, terminal);
    forget(app, "secret.key");
    forget(app, "journal.key");
    if (rename(app->journal_path, archive) != 0 && errno != ENOENT)
        return TILL_E_IO;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        forget(app, names[i]);
    forget(app, WIPING);
    return TILL_OK;
}

enum till_status start_finish_wipe(struct app *app)
{
    char terminal[TERMINAL_MAX];
    size_t size = 0;
    enum till_status status = file_read(app->dir, WIPING, terminal, sizeof terminal, &size);
    if (status != TILL_OK || !terminal_is_valid(terminal))
        return status == TILL_NOT_FOUND ? TILL_OK : TILL_E_IO;
    return wipe(app, terminal);
}

static enum till_status end_number(struct app *app)
{
    char terminal[TERMINAL_MAX];
    text_copy(terminal, sizeof terminal, journal_terminal(app->journal));
    journal_close(app->journal);
    app->journal = NULL;
    app->restart = true; /* whatever comes of it: the next start goes on with it */
    return wipe(app, terminal);
}

void start_retire(struct app *app, int reason, struct flow_event *event)
{
    event->type = EVENT_CHANGED;
    event->status = TILL_REFUSED;
    if (!app->journal || app->facts.role != ROLE_TECHNICIAN)
        return;
    if (reason > 0)
        event->status = append_retired(app, reason);
    else if (journal_fold(app->journal)->retired && app->facts.unsent == 0)
        event->status = end_number(app);
}
