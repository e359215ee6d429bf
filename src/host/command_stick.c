#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "host.h"
#include "output.h"
#include "stick_intake.h"
#include "text.h"

/* What is printed while files are taken in. */
struct table {
    struct output output;
    uint32_t files, refused;
};

static void print_one(void *context, const struct stick_taken *one)
{
    struct table *t = context;
    const struct api_batch *b = &one->batch;
    t->files++;
    t->refused += one->status != TILL_OK;
    if (t->output.json) {
        output_row(&t->output);
        output_put_typed(&t->output, "file", one->name);
        record_put_text(&t->output.row, "terminal", one->file.terminal);
        record_put_integer(&t->output.row, "from", (int64_t)one->file.from);
        record_put_integer(&t->output.row, "to", (int64_t)one->file.to);
        record_put_text(&t->output.row, "status", status_name((int)one->status));
        record_put_integer(&t->output.row, "stored", b->stored);
        record_put_integer(&t->output.row, "known", b->skipped);
        record_put_integer(&t->output.row, "aside", b->quarantined);
        record_put_integer(&t->output.row, "forked", b->forked);
        output_row_end(&t->output);
        return;
    }
    const char *what = one->status == TILL_OK            ? ""
                       : one->status == TILL_REFUSED     ? _("sealed for another office")
                       : one->status == TILL_E_SIGNATURE ? _("altered, or not of this terminal")
                                                         : _(status_text((int)one->status));
    printf("%-12s %8" PRIu64 " %8" PRIu64 " %7u %7u %7u %7u  %s\n", one->file.terminal,
           one->file.from, one->file.to, (unsigned)b->stored, (unsigned)b->skipped,
           (unsigned)b->quarantined, (unsigned)b->forked, what);
}

static int take_in(const char *dir, const char *stick, bool json)
{
    struct host host;
    struct authority authority = {0};
    struct stick_trust trust = {0};
    struct table table = {.files = 0};
    enum till_status status = host_open(dir, &host);
    if (status == TILL_OK) {
        status = authority_open(dir, &authority);
    }
    if (status == TILL_OK) {
        status = stick_trust_open(dir, &trust);
    }
    if (status != TILL_OK) {
        output_error(dir, status);
        authority_close(&authority);
        host_close(&host);
        return EXIT_ENVIRONMENT;
    }
    enum { BOOK_INTERVAL_S = 3600 };
    struct api api = {
        .store = host.store,
        .authority = &authority,
        .books = {host.store, dir, &authority.statement, .interval_s = BOOK_INTERVAL_S}};
    struct stick_intake intake = {.api = &api,
                                  .trust = &trust,
                                  .now_s = (int64_t)time(NULL),
                                  .context = &table,
                                  .taken = print_one};
    output_begin(&table.output, json);
    if (!json) {
        printf(_("terminal         from       to  stored   known   aside  forked\n"));
    }
    status = stick_intake(&intake, stick);
    output_end(&table.output);
    stick_trust_close(&trust);
    authority_close(&authority);
    host_close(&host);
    if (status != TILL_OK) {
        output_error(stick, status);
        return EXIT_ENVIRONMENT;
    }
    if (intake.ack_status != TILL_OK) {
        output_error(stick, intake.ack_status);
        return EXIT_ENVIRONMENT;
    }
    if (!json) {
        printf(_("%u acknowledgements are on the stick: take it back to the terminals.\n"),
               (unsigned)intake.acknowledged);
    }
    return table.refused > 0 ? EXIT_PARTLY : EXIT_DONE;
}

int command_stick(const char *dir, struct arguments *a)
{
    bool json = output_is_json();
    const char *stick = arguments_next(a);
    if (stick == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    return take_in(dir, stick, json);
}
