/*
 * Records to a USB stick and the office's confirmation from it, a file a step, so that the screen
 * can say what is going on. The files are those of the line (stick_file.h): what comes back is
 * taken exactly like a head that came by it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "seal.h"
#include "stick.h"
#include "stick_file.h"
#include "text.h"

enum {
    ENTRIES_A_FILE = 400, /* packed and sealed in some 10 ms */
    SEALED_MAX = BATCH_PACKED_MAX + SEAL_OVERHEAD + SEAL_LABEL_MAX,
    FILES_MAX = 64 /* a stick a time: 25,600 records; the rest goes with the next one */
};

struct stick_work {
    enum stick_way way;
    bool begun;
    uint64_t first, next, head;
    uint64_t records;
    struct stick_key key;
    struct stick_file written[FILES_MAX];
    size_t written_count;
    /* lists of collected accounts */
    struct stick_name names[STICK_FILES_MAX];
    size_t name_count, name_at;
    bool listed;
    enum till_status refused; /* the weightiest of those that were not taken */
    uint8_t packed[BATCH_PACKED_MAX];
    uint8_t sealed[SEALED_MAX];
};

static const char key_file[] = "stick_key", looked_file[] = "stick_looked";
/* A changed key is learnt so; what was sealed for the one before the office opens as well. */
enum { LOOK_AGAIN_S = 7 * 24 * 3600 };

/* ---- the office's key ------------------------------------------------------------------------ */

static enum till_status read_key(const struct app *app, struct stick_key *out)
{
    char text[STATEMENT_MAX + 1];
    size_t size = 0;
    struct sealer sealer;
    if (!app->identity.statement)
        return TILL_NOT_ENROLLED;
    enum till_status status = file_read(app->dir, key_file, text, sizeof text, &size);
    crypto_sealer(&sealer, app->identity.statement);
    if (status == TILL_OK)
        status = stick_key_read(&sealer, (struct span){(const uint8_t *)text, size}, out);
    return status == TILL_OK ? TILL_OK : TILL_NOT_ENROLLED;
}

void stick_open(struct app *app)
{
    struct stick_key key;
    char text[24];
    size_t size = 0;
    app->stick_key_at_s = read_key(app, &key) == TILL_OK ? key.at_s : 0;
    bool looked = file_read(app->dir, looked_file, text, sizeof text, &size) == TILL_OK;
    app->stick_looked_s = looked ? strtoll(text, NULL, 10) : 0;
}

/* Lost, it is asked for once more. */
static void note_look(struct app *app)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)app->facts.now_s);
    app->stick_looked_s = app->facts.now_s;
    if (file_replace(app->dir, looked_file, text, (size_t)size) != TILL_OK)
        log_warning("when the key for sticks was looked for is not kept");
}

void stick_take_key(struct app *app, struct span text)
{
    struct stick_key key;
    struct sealer sealer;
    if (!app->identity.statement)
        return;
    crypto_sealer(&sealer, app->identity.statement);
    enum till_status status = stick_key_read(&sealer, text, &key);
    if (status == TILL_OK && key.at_s < app->stick_key_at_s)
        status = TILL_REFUSED; /* an older one came again */
    if (status == TILL_OK && key.at_s > app->stick_key_at_s)
        status = file_replace(app->dir, key_file, text.data, text.size);
    if (app->stick_key_at_s != 0 || status == TILL_OK)
        note_look(app);
    if (status == TILL_OK)
        app->stick_key_at_s = key.at_s;
    else
        log_error("the office's key for sticks was not kept: %s", status_name(status));
}

bool stick_wants_key(const struct app *app)
{
    int64_t since_s = app->facts.now_s - app->stick_looked_s;
    bool lately = since_s > -LOOK_AGAIN_S && since_s < LOOK_AGAIN_S;
    return app->board->stick && app->identity.statement && (app->stick_key_at_s == 0 || !lately);
}

/* ---- to the stick ---------------------------------------------------------------------------- */

static enum till_status begin_to(struct app *app, struct stick_work *w)
{
    w->head = journal_fold(app->journal)->seq;
    w->first = journal_acknowledged(app->journal)->seq + 1;
    /* A host that was restored says what it has: from there on once more. */
    if (app->stick_host_known && app->stick_host_seq + 1 < w->first)
        w->first = app->stick_host_seq + 1;
    w->next = w->first;
    enum till_status status = read_key(app, &w->key);
    return status == TILL_OK && w->next > w->head ? TILL_UNCHANGED : status;
}

static enum till_status write_one(struct app *app, struct stick_work *w)
{
    struct buffer packed, sealed;
    struct stick_file *file = &w->written[w->written_count];
    struct local_want want = {w->next, ENTRIES_A_FILE, BATCH_FORMAT_NEWEST};
    char name[STICK_FILE_NAME_MAX], path[STICK_PATH_MAX];
    uint32_t count = 0;
    buffer_init(&packed, w->packed, sizeof w->packed);
    buffer_init(&sealed, w->sealed, sizeof w->sealed);
    enum till_status status = line_fill_batch(app, &want, &packed, &count);
    if (status != TILL_OK || count == 0)
        return status == TILL_OK ? TILL_E_CORRUPT : status;
    text_copy(file->terminal, sizeof file->terminal, journal_terminal(app->journal));
    file->from = w->next;
    file->to = w->next + count - 1;
    status = stick_file_name(file, name);
    if (status == TILL_OK)
        status = crypto_seal(w->key.point, name, (struct span){packed.data, packed.size}, &sealed);
    if (status != TILL_OK)
        return status;
    snprintf(path, sizeof path, STICK_OUT "/%s", name);
    status = stick_write(app->board->stick, path, (struct span){sealed.data, sealed.size});
    if (status == TILL_OK) {
        w->written_count++;
        w->next = file->to + 1;
        w->records += count;
    }
    return status;
}

/* Files of ours from earlier days: what is in them was written again or is confirmed. */
static void tidy(struct app *app, const struct stick_work *w)
{
    static struct stick_name names[STICK_FILES_MAX];
    size_t count = 0;
    if (stick_list(app->board->stick, STICK_OUT, names, STICK_FILES_MAX, &count) != TILL_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        struct stick_file file;
        char path[STICK_PATH_MAX];
        bool keep = !stick_file_read_name(names[i].text, &file) ||
                    strcmp(file.terminal, journal_terminal(app->journal)) != 0 ||
                    file.to >= w->next;
        for (size_t k = 0; k < w->written_count; k++)
            keep = keep || (file.from == w->written[k].from && file.to == w->written[k].to);
        snprintf(path, sizeof path, STICK_OUT "/%s", names[i].text);
        if (!keep && stick_remove(app->board->stick, path) != TILL_OK)
            log_debug("an older file stays on the stick");
    }
}

/* TILL_BUSY: there is more to do. */
static enum till_status step_to(struct app *app, struct stick_work *w)
{
    if (!w->begun) {
        enum till_status status = stick_present(app->board->stick);
        w->begun = status == TILL_OK;
        return status == TILL_OK ? TILL_BUSY : status;
    }
    if (w->first == 0) {
        enum till_status status = begin_to(app, w);
        return status == TILL_OK ? TILL_BUSY : status;
    }
    if (w->next <= w->head && w->written_count < FILES_MAX) {
        enum till_status status = write_one(app, w);
        return status == TILL_OK ? TILL_BUSY : status;
    }
    tidy(app, w);
    return stick_release(app->board->stick);
}

/* ---- from the stick -------------------------------------------------------------------------- */

static enum till_status take_ack(struct app *app, struct span text)
{
    struct span head, orders;
    uint64_t before = journal_acknowledged(app->journal)->seq;
    enum till_status status = stick_ack_split(text, &head, &orders);
    if (status == TILL_OK)
        status = line_take_head(app, head);
    if (status == TILL_REFUSED)
        status = TILL_UNCHANGED; /* a head from before the newest one */
    if (status == TILL_OK && orders.size > 0)
        orders_take(app, orders);
    return status == TILL_OK && journal_acknowledged(app->journal)->seq == before ? TILL_UNCHANGED
                                                                                  : status;
}

static enum till_status step_from(struct app *app, struct stick_work *w)
{
    char name[STICK_FILE_NAME_MAX], path[STICK_PATH_MAX];
    size_t size = 0;
    enum till_status status = stick_present(app->board->stick);
    if (status != TILL_OK)
        return status;
    w->begun = true;
    stick_ack_name(journal_terminal(app->journal), name);
    snprintf(path, sizeof path, STICK_IN "/%s", name);
    status = stick_read(app->board->stick, path, w->packed, STICK_ACK_MAX, &size);
    if (status != TILL_OK)
        return status;
    status = take_ack(app, (struct span){w->packed, size});
    if ((status == TILL_OK || status == TILL_UNCHANGED) &&
        stick_release(app->board->stick) != TILL_OK)
        log_debug("the stick went before it was released");
    return status;
}

/* ---- lists of collected accounts ------------------------------------------------------------- */

static enum till_status step_list_to(struct app *app, struct stick_work *w)
{
    char name[STICK_FILE_NAME_MAX], path[STICK_PATH_MAX];
    struct buffer text;
    size_t accounts = 0;
    enum till_status status = stick_present(app->board->stick);
    if (status != TILL_OK)
        return status;
    w->begun = true;
    buffer_init(&text, w->sealed, sizeof w->sealed);
    status = list_file(app, name, &text, &accounts);
    if (status != TILL_OK)
        return status;
    snprintf(path, sizeof path, STICK_LIST "/%s", name);
    status = stick_write(app->board->stick, path, (struct span){text.data, text.size});
    w->records = accounts;
    return status == TILL_OK ? stick_release(app->board->stick) : status;
}

/* What is forged outweighs what is torn, and that what is merely for somebody else. */
static int weight_of(enum till_status status)
{
    static const enum till_status order[] = {TILL_NOT_FOUND, TILL_REFUSED,    TILL_BAD_INPUT,
                                             TILL_UNCHANGED, TILL_E_PROTOCOL, TILL_E_SIGNATURE};
    int weight = (int)(sizeof order / sizeof order[0]);
    for (int i = 0; i < (int)(sizeof order / sizeof order[0]); i++)
        if (order[i] == status)
            weight = i;
    return weight;
}

static enum till_status take_list_file(struct app *app, struct stick_work *w, const char *name)
{
    char path[STICK_PATH_MAX];
    size_t size = 0, accounts = 0;
    snprintf(path, sizeof path, STICK_LIST "/%s", name);
    enum till_status status =
        stick_read(app->board->stick, path, w->packed, sizeof w->packed, &size);
    if (status == TILL_DEVICE_OFFLINE || status == TILL_E_IO)
        return status;
    if (status == TILL_OK)
        status = taken_file(app, (struct span){w->packed, size}, &accounts);
    else
        status = TILL_E_PROTOCOL;
    w->records += accounts;
    if (status != TILL_OK && weight_of(status) >= weight_of(w->refused))
        w->refused = status;
    return TILL_BUSY;
}

/* A file a step. What others wrote to the stick for others is passed over. */
static enum till_status step_list_from(struct app *app, struct stick_work *w)
{
    enum till_status status = stick_present(app->board->stick);
    if (status != TILL_OK)
        return status;
    if (!w->listed) {
        w->begun = w->listed = true;
        w->refused = TILL_NOT_FOUND;
        status =
            stick_list(app->board->stick, STICK_LIST, w->names, STICK_FILES_MAX, &w->name_count);
        return status == TILL_OK ? TILL_BUSY : status;
    }
    while (w->name_at < w->name_count) {
        const char *name = w->names[w->name_at++].text;
        if (stick_is_list_name(name))
            return take_list_file(app, w, name);
    }
    if (stick_release(app->board->stick) != TILL_OK)
        log_debug("the stick went before it was released");
    return w->records > 0 ? TILL_OK : w->refused;
}

/* ---- a report -------------------------------------------------------------------------------- */

static enum till_status step_report(struct app *app, struct stick_work *w)
{
    return report_file_step(app, &w->begun, &w->records);
}

/* ---- both ------------------------------------------------------------------------------------ */

static void end(struct app *app, enum till_status status)
{
    struct stick_work *w = app->stick_work;
    struct flow_event event = {.type = EVENT_STICK, .status = status};
    app->stick_work = NULL;
    event.as.stick.begun = w && w->begun;
    event.as.stick.records = w ? w->records : 0;
    event.as.stick.name = report_file_name(app);
    free(w);
    facts_refresh(app);
    stack_event(app, &event);
    report_file_close(app);
}

void stick_begin(struct app *app, enum stick_way way)
{
    if (app->stick_work)
        return;
    if (!app->board->stick || !app->journal) {
        end(app, app->journal ? TILL_UNSUPPORTED : TILL_NOT_ENROLLED);
        return;
    }
    app->stick_work = calloc(1, sizeof *app->stick_work);
    if (!app->stick_work) {
        end(app, TILL_E_MEMORY);
        return;
    }
    app->stick_work->way = way;
}

void stick_step(struct app *app)
{
    struct stick_work *w = app->stick_work;
    if (!w)
        return;
    static enum till_status (*const steps[])(struct app *, struct stick_work *) = {
        [STICK_TO] = step_to,
        [STICK_FROM] = step_from,
        [STICK_LIST_TO] = step_list_to,
        [STICK_LIST_FROM] = step_list_from,
        [STICK_REPORT] = step_report};
    enum till_status status = steps[w->way](app, w);
    if (status != TILL_BUSY)
        end(app, status);
}

bool stick_is_busy(const struct app *app)
{
    return app->stick_work != NULL;
}

void stick_close(struct app *app)
{
    free(app->stick_work);
    app->stick_work = NULL;
}
