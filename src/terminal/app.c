#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "display.h"
#include "dump.h"
#include "language.h"
#include "log.h"
#include "parts.h"
#include "rounds.h"
#include "sound.h"
#include "text.h"
#include "vfs.h"

enum {
    TICK_MS = 50,   /* devices without a descriptor, a printer at work */
    LOOK_MS = 1000, /* network, battery, printer state */
    IDLE_MS = 1000,
    KEYPAD_AWAY_MS = 2000, /* a plug that is moved is no fault */
    EVENTS_A_STEP = 64
};

/* ---- opening --------------------------------------------------------------------------------- */

static enum till_status set_paths(struct app *app, const struct app_options *o)
{
    text_copy(app->dir, sizeof app->dir, o->state_dir);
    text_copy(app->socket_path, sizeof app->socket_path, o->socket_path ? o->socket_path : "");
    text_copy(app->locale_dir, sizeof app->locale_dir, o->locale_dir ? o->locale_dir : "");
    text_copy(app->host_url, sizeof app->host_url, o->host_url ? o->host_url : "");
    if (snprintf(app->journal_path, PATH_ROOM, "%s/journal.db", o->state_dir) >= PATH_ROOM ||
        snprintf(app->book_path, PATH_ROOM, "%s/book.db", o->state_dir) >= PATH_ROOM)
        return TILL_E_CONFIG;
    if (mkdir(app->dir, 0700) != 0 && errno != EEXIST)
        return TILL_E_IO;
    return TILL_OK;
}

static void set_language(struct app *app, const char *wanted)
{
    char kept[16] = "";
    size_t size;
    if (!wanted && file_read(app->dir, "language", kept, sizeof kept, &size) == TILL_OK)
        kept[strcspn(kept, "\n")] = '\0';
    text_copy(app->language, sizeof app->language, wanted ? wanted : kept[0] ? kept : "zh_CN");
    if (language_open(app->language, app->locale_dir) != TILL_OK)
        log_warning("language %s: no catalogue, English is shown", app->language);
}

static enum till_status open_journal(struct app *app, char *message)
{
    struct journal_options options = {.path = app->journal_path, .vfs = app->options.vfs};
    struct journal_found found;
    memset(&found, 0, sizeof found);
    options.sealer = app->sealer;
    enum till_status status = journal_open(&options, &found, &app->journal);
    if (status == TILL_NOT_FOUND)
        return TILL_OK;
    if (status != TILL_OK) {
        snprintf(message, 256, "%.150s: %s", app->journal_path, status_text(status));
        return status;
    }
    if (found.read_only) {
        log_warning("newer software wrote this journal: it is sent, not changed");
        app->stopped = app->forked = app->read_only = true;
        return TILL_OK;
    }
    return ledger_start(app, found.repaired ? found.repaired_from : 0);
}

static enum till_status open_book(struct app *app, char *message)
{
    enum till_status status = book_load(app);
    if (status == TILL_E_CORRUPT || status == TILL_E_SIGNATURE || status == TILL_READ_ONLY) {
        /* Only what the host told: it is fetched anew. */
        log_error("%s can't be used; a new one is fetched", app->book_path);
        return TILL_OK;
    }
    if (status != TILL_OK && status != TILL_NO_BOOK) {
        snprintf(message, 256, "%.150s: %s", app->book_path, status_text(status));
        return status;
    }
    return book_note(app);
}

static enum till_status open_painter(struct app *app, char *message)
{
    struct display_shape shape;
    if (app->options.no_pixels)
        return TILL_OK;
    display_shape(app->board->display, &shape);
    enum till_status status = painter_open(&shape, &app->painter);
    if (status != TILL_OK)
        snprintf(message, 256, "display %ux%u: no layout or no font", shape.width, shape.height);
    return status;
}

/* The APN is a setting of the SIM, so of this terminal; else the board may name one. */
static void open_radio(struct app *app)
{
    char apn[MODEM_APN_MAX + 2];
    size_t size;
    if (file_read(app->dir, "apn", apn, sizeof apn, &size) != TILL_OK)
        apn[0] = '\0';
    apn[strcspn(apn, "\r\n")] = '\0';
    radio_open(&app->radio, app->board, apn);
}

static void read_ticket(struct app *app)
{
    size_t size;
    if (app->journal)
        return;
    if (file_read(app->dir, "ticket", app->facts.ticket, sizeof app->facts.ticket, &size) !=
        TILL_OK)
        app->facts.ticket[0] = '\0';
    app->facts.ticket[strcspn(app->facts.ticket, "\r\n")] = '\0';
}

enum till_status app_open(const struct app_options *options, struct app **app_out,
                          char message_out[256])
{
    struct app *app = calloc(1, sizeof *app);
    if (!app)
        return TILL_E_MEMORY;
    app->options = *options;
    app->board = options->board;
    app->line.fd = -1;
    fold_init(&app->no_fold);
    facts_open(app);
    keymap_init(&app->keymap);
    message_out[0] = '\0';
    enum till_status status = set_paths(app, options);
    if (status == TILL_OK && !options->vfs)
        status = vfs_register(app->board->sector_size);
    if (status == TILL_OK) {
        set_language(app, options->language);
        status = start_finish_wipe(app);
    }
    if (status == TILL_OK)
        status = identity_open(app->dir, access(app->journal_path, F_OK) != 0, &app->identity);
    enum till_status settings = TILL_OK;
    if (status == TILL_OK) {
        settings = kept_open(app);
        crypto_sealer(&app->sealer, app->identity.journal);
        status = open_journal(app, message_out);
    }
    if (status == TILL_OK)
        status = open_book(app, message_out);
    if (status == TILL_OK)
        orders_open(app);
    if (status == TILL_OK)
        status = open_painter(app, message_out);
    if (status == TILL_OK)
        status = line_open(app);
    if (status != TILL_OK) {
        if (!message_out[0])
            snprintf(message_out, 256, "%.150s: %s", app->dir, status_text(status));
        app_close(app);
        return status;
    }
    read_ticket(app);
    open_radio(app);
    queue_open(app);
    stick_open(app);
    start_look(app, settings);
    stack_home(app);
    *app_out = app;
    return TILL_OK;
}

void app_close(struct app *app)
{
    if (!app)
        return;
    job_abandon(app);
    stick_close(app);
    report_file_close(app);
    report_work_close(app);
    list_close(app);
    taken_close(app);
    line_close(app);
    painter_close(app->painter);
    escpos_close(app->escpos);
    rounds_forget(app);
    book_unload(app);
    journal_close(app->journal);
    identity_close(&app->identity);
    free(app);
}

/* ---- devices --------------------------------------------------------------------------------- */

/* The scan key lights the scanner; what it reads comes by take_scans. */
static void aim(struct app *app)
{
    if (!app->board->scanner || scanner_aim(app->board->scanner, true) != TILL_OK)
        log_debug("no scanner to aim");
}

static bool idle_for_long(const struct app *app)
{
    int64_t limit_ms = (int64_t)app->settings.idle_lock_s * 1000;
    return limit_ms > 0 && !app->options.no_idle_lock && !app->job.active &&
           app->facts.now_ms - app->key_at_ms > limit_ms;
}

/* Over whatever stands: nobody at the keys, or nothing left in the battery. */
static void cover(struct app *app)
{
    if (app->facts.battery_empty)
        stack_power(app);
    if (idle_for_long(app))
        stack_lock(app);
}

/* Told once for each time that a key sticks (keypad.h); it counts as let go. */
static void key_sticks(struct app *app)
{
    if (app->journal && !app->read_only)
        ledger_anomaly(app, TILL_E_DEVICE, "a key is stuck down");
    stack_fault(app, _("A key is stuck"),
                _("It counts as let go until it comes up. Free it; if it stays down, call a "
                  "technician."));
    app_show(app);
}

/* Nobody can press a key then: the notice of it goes by itself when the keypad is back. */
static void keypad_away(struct app *app)
{
    int64_t now_ms = app->facts.now_ms;
    if (app->keypad_away_ms == 0)
        app->keypad_away_ms = now_ms > 0 ? now_ms : 1;
    if (app->keypad_said || now_ms - app->keypad_away_ms < KEYPAD_AWAY_MS)
        return;
    app->keypad_said = true;
    log_warning("the keypad is not there");
    stack_fault(app, _("The keypad is not there"),
                _("Plug it in, or call a technician. The work goes on where it was."));
    app_show(app);
}

static void keypad_there(struct app *app)
{
    app->keypad_away_ms = 0;
    if (!app->keypad_said)
        return;
    app->keypad_said = false;
    if (stack_top(app)->id != FLOW_FAULT)
        return;
    struct flow_event event = {.type = EVENT_ACTION, .status = TILL_OK};
    event.as.key.action = ACTION_OK;
    stack_event(app, &event);
    app_show(app);
}

static void take_keys(struct app *app)
{
    struct keypad_event key;
    for (int i = 0; i < EVENTS_A_STEP; i++) {
        enum till_status status = keypad_poll(app->board->keypad, &key);
        if (status == TILL_E_DEVICE) {
            key_sticks(app);
            continue;
        }
        if (status == TILL_DEVICE_OFFLINE)
            keypad_away(app);
        else if (status == TILL_OK || status == TILL_UNCHANGED)
            keypad_there(app);
        if (status != TILL_OK)
            return;
        app->key_at_ms = app->facts.now_ms;
        struct flow_event event = {.type = EVENT_ACTION, .status = TILL_OK};
        event.as.key.action = keymap_press(&app->keymap, &app->screen, key.key, key.down, key.at_ms,
                                           &event.as.key.digit);
        if (event.as.key.action == ACTION_NONE)
            continue;
        if (event.as.key.action == ACTION_SCAN) {
            aim(app);
            continue;
        }
        if (event.as.key.action == ACTION_HASH && stack_top(app)->id != FLOW_HELP) {
            stack_help(app);
            app_show(app);
            continue;
        }
        stack_event(app, &event);
        app_show(app); /* the next key means what the new screen says */
    }
}

static void take_scans(struct app *app)
{
    struct scanner_text text;
    if (!app->board->scanner)
        return;
    enum till_status status = scanner_poll(app->board->scanner, &text);
    app->scanner_away = status == TILL_DEVICE_OFFLINE;
    if (status != TILL_OK)
        return;
    if (!text_is_clean(text.bytes, text.size)) {
        log_warning("a scan of %zu bytes is no text", text.size);
        return;
    }
    struct flow_event event = {.type = EVENT_SCANNED, .status = TILL_OK};
    event.as.scanned.text = text.bytes;
    stack_event(app, &event);
}

/* Devices that have a descriptor know their state at once; the others are asked once a second. */
static void look_at_devices(struct app *app, bool due)
{
    const struct board *b = app->board;
    struct network_state network = {.bearer = NETWORK_NONE};
    struct power_state power = {.percent = 0, .charging = false};
    struct printer_state printer = {.status = TILL_UNSUPPORTED, .flags = 0};
    bool changed = false;
    if (b->network && (due || network_fd(b->network) >= 0)) {
        if (network_state(b->network, &network) != TILL_OK)
            network = (struct network_state){.bearer = NETWORK_NONE};
        changed = network.bearer != app->network.bearer || network.bars != app->network.bars ||
                  network.airplane != app->network.airplane;
        app->network = network;
    }
    if (b->power && (due || power_fd(b->power) >= 0) && power_state(b->power, &power) == TILL_OK) {
        changed =
            changed || power.percent != app->power.percent || power.charging != app->power.charging;
        app->power = power;
        app->power_known = true;
    }
    if (b->printer && !app->job.active && (due || printer_fd(b->printer) >= 0)) {
        if (printer_state(b->printer, &printer) != TILL_OK)
            printer.status = TILL_DEVICE_OFFLINE;
        changed =
            changed || printer.status != app->printer.status || printer.flags != app->printer.flags;
        app->printer = printer;
    }
    if (changed)
        stack_event(app, &(struct flow_event){.type = EVENT_FACTS});
}

static void look_at_radio(struct app *app, bool due)
{
    radio_step(&app->radio, due, app->signed_in, app->facts.now_ms);
    app->has_position = app->radio.has_fix;
    app->latitude_e7 = app->radio.fix.latitude_e7;
    app->longitude_e7 = app->radio.fix.longitude_e7;
}

/* ---- the screen ------------------------------------------------------------------------------ */

/* A new question begins the time of the fresh press; the same one with other words does not. */
static void note_question(struct app *app)
{
    char question[sizeof app->shown];
    snprintf(question, sizeof question, "%.16s/%d/%zu", app->screen.name, app->screen.fresh,
             app->stack.depth);
    if (strcmp(question, app->shown) == 0)
        return;
    text_copy(app->shown, sizeof app->shown, question);
    keymap_shown(&app->keymap, app->facts.now_ms);
}

static void describe(struct app *app)
{
    char text[DUMP_MAX];
    struct buffer out;
    if (!app->board->display->describe)
        return;
    buffer_init(&out, text, sizeof text - 1);
    if (screen_dump(&app->screen, &out) != TILL_OK)
        log_debug("the dump was cut");
    text[out.size] = '\0';
    display_describe(app->board->display, app->screen.name, text);
}

void app_show(struct app *app)
{
    struct display_area area = {0, 0, 0, 0};
    if (!app->dirty)
        return;
    app->dirty = false;
    facts_refresh(app);
    struct flow_frame *top = stack_top(app);
    flow_find(top->id)->show(top->state.bytes, &top->args, &app->facts, &app->screen);
    bar_show(app, &app->screen);
    note_question(app);
    if (app->painter) {
        painter_paint(app->painter, &app->screen, &area);
        struct display_shape shape;
        display_shape(app->board->display, &shape);
        if (area.width && display_show(app->board->display, painter_frame(app->painter),
                                       shape.width, area) != TILL_OK)
            log_debug("the display did not answer");
        painter_rest(app->painter, &app->screen);
    }
    describe(app);
}

/* ---- a step ---------------------------------------------------------------------------------- */

void app_step(struct app *app, int64_t *wait_ms_out)
{
    facts_refresh(app);
    clock_look(app);
    bool due = app->looked_at_ms == 0 || app->facts.now_ms >= app->looked_at_ms + LOOK_MS;
    if (due)
        app->looked_at_ms = app->facts.now_ms;
    look_at_devices(app, due);
    look_at_radio(app, due);
    line_tell_network(app);
    cover(app);
    app_show(app);
    take_keys(app);
    take_scans(app);
    job_step(app);
    line_step(app);
    clock_step(app);
    stick_step(app);
    report_step(app);
    if (app->board->sound && sound_step(app->board->sound) != TILL_OK)
        log_debug("the beeper does not answer");
    if (app->facts.now_s / 60 != app->painted_minute) {
        app->painted_minute = app->facts.now_s / 60;
        app->dirty = true;
    }
    app_show(app);
    *wait_ms_out = app->job.active || app->job.go_on ? TICK_MS : IDLE_MS;
    if (keypad_fd(app->board->keypad) < 0)
        *wait_ms_out = TICK_MS;
    if (line_is_busy(app) || stick_is_busy(app) || report_is_busy(app))
        *wait_ms_out = 0;
}

size_t app_descriptors(const struct app *app, int fds_out[APP_FDS_MAX])
{
    const struct board *b = app->board;
    const int all[] = {keypad_fd(b->keypad),
                       app->line.fd,
                       b->printer ? printer_fd(b->printer) : -1,
                       b->network ? network_fd(b->network) : -1,
                       b->power ? power_fd(b->power) : -1,
                       b->scanner ? scanner_fd(b->scanner) : -1,
                       b->modem ? modem_fd(b->modem) : -1,
                       b->sound ? sound_fd(b->sound) : -1};
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        bool known = all[i] < 0;
        for (size_t k = 0; k < count; k++)
            known = known || fds_out[k] == all[i];
        if (!known)
            fds_out[count++] = all[i];
    }
    return count;
}

bool app_wants_restart(const struct app *app)
{
    return app->restart;
}

const char *app_screen(const struct app *app)
{
    return app->screen.name ? app->screen.name : "";
}
