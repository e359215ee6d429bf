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

/* The serial that was recorded at the enrolment or the first start after it; "" = none was. All
 * later settings are passed over: it is recorded once. */
static void recorded_device(struct app *app, char *out, size_t capacity)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_SETTINGS_CHANGED};
    struct entry e = {.seq = 0};
    struct body_settings_changed body;
    text_copy(out, capacity, "");
    while (out[0] == '\0' && journal_next_of(app->journal, e.seq, kinds, &e) == TILL_OK)
        if (entry_read_settings_changed(&e, &body) == TILL_OK && strcmp(body.key, "device") == 0)
            text_copy(out, capacity, body.value);
}

/* In the journal too: settings can be lost, and a clone would lose them on purpose. */
static void record_device(struct app *app, const char *serial)
{
    struct entry entry;
    struct body_settings_changed body = {.key = "device"};
    text_copy(body.value, sizeof body.value, serial);
    if (entry_write_settings_changed(&entry, &body) != TILL_OK ||
        ledger_append(app, &entry) != TILL_OK)
        log_warning("the serial of this device was not recorded");
}

/* A board that tells no serial can't be checked. */
void start_check_device(struct app *app)
{
    const char *serial = app->board->serial;
    char *kept = app->settings.device;
    if (serial[0] == '\0' || !app->journal)
        return;
    if (kept[0] == '\0') {
        recorded_device(app, kept, sizeof app->settings.device);
        if (kept[0] == '\0') {
            record_device(app, serial);
            text_copy(kept, sizeof app->settings.device, serial);
        }
        if (kept_save(app) != TILL_OK)
            log_warning("the serial of this device could not be kept");
    }
    if (strcmp(kept, serial) != 0)
        stopped_for(app, "this storage was enrolled on another device");
}

/* They are there since the first book. */
static void check_settings(struct app *app, enum till_status settings)
{
    if (settings == TILL_NOT_FOUND && journal_fold(app->journal)->book_revision == 0)
        return;
    if (settings == TILL_NOT_FOUND)
        ledger_anomaly(app, TILL_E_CORRUPT, "the settings are gone");
    else if (settings != TILL_OK)
        ledger_anomaly(app, settings, "the settings were altered from outside");
}

/* The file is whoever prepares the device's; that it was changed stands in the journal. */
static void record_apn(struct app *app)
{
    char text[sizeof app->settings.apn + 2];
    size_t size = 0;
    if (file_read(app->dir, "apn", text, sizeof text, &size) != TILL_OK)
        text[0] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    if (strcmp(text, app->settings.apn) != 0 && kept_set(app, "apn", text) != TILL_OK)
        log_warning("a change of the access point name was not recorded");
}

void start_look(struct app *app, enum till_status settings)
{
    shut_folder(app->dir);
    app->started_ms = app->key_at_ms = clock_now_ms(app->board->clock);
    if (!app->journal || app->read_only)
        return;
    check_settings(app, settings);
    /* The PINs in it were stretched by rounds that nobody knows any more. */
    if (app->book && app->settings.pin_rounds == 0)
        book_drop(app);
    start_check_device(app);
    record_apn(app);
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

/* And what a power cut left beside it. */
static void forget(const struct app *app, const char *name)
{
    static const char *const ends[] = {"", ".new", ".part", "-wal", "-shm", "-journal"};
    char path[PATH_ROOM + 32];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(path, sizeof path, "%s/%s%s", app->dir, name, ends[i]);
        if (unlink(path) != 0 && errno != ENOENT)
            log_warning("%s: %s", path, strerror(errno));
    }
}

/* The marker stands until all of it is gone: a cut in between is made good at the next start. Keys
 * first; the records stay as an archive, and sync is told to forget the number (line.c). */
static enum till_status wipe(struct app *app, const char *terminal)
{
    static const char *const names[] = {
        "statement.pem", "authority.pem", "book.db",    "book.db.delta", "orders",
        "settings",      "stopped",       "queue",      "ticket",        "collected",
        "stick_key",     "stick_looked",  "report.pdf", REPORT_FILE};
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
    status = file_replace(app->dir, ENDED_FILE, terminal, strlen(terminal));
    if (status == TILL_OK)
        forget(app, WIPING);
    return status;
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
