/*
 * A paper on its way: laid out, encoded, fed to the printer as it takes bytes, and ended by an
 * entry that says whether it came out. One at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "profile.h"
#include "proof.h"
#include "text.h"

enum { STALL_MS = 30000, DARKNESS_USUAL = 3 };

static enum till_status note_end(struct app *app, enum till_status outcome)
{
    struct entry entry;
    const struct job *job = &app->job;
    struct body_print body = {.seq = job->seq, .copy = job->copy, .status = (int32_t)outcome};
    enum till_status status = ledger_print_end(
        app, outcome == TILL_OK ? KIND_PRINT_DONE : KIND_PRINT_UNCERTAIN, &body, &entry);
    if (status != TILL_OK)
        log_error("the end of a print was not recorded: %s", status_text(status));
    return status;
}

void job_go_on(struct app *app)
{
    const struct fold *fold = journal_fold(app->journal);
    app->job.go_on = fold->paper_seq != 0 && !fold->paper_uncertain && fold->paper_copy == 0;
}

static void end(struct app *app, enum till_status outcome)
{
    struct job *job = &app->job;
    bool begun = job->sent > 0;
    job->active = false;
    free(job->bytes);
    job->bytes = NULL;
    if (outcome != TILL_OK && app->board->printer && printer_reset(app->board->printer) != TILL_OK)
        log_debug("the printer could not be reset");
    if (job->seq && note_end(app, outcome) == TILL_OK && outcome == TILL_OK)
        job_go_on(app);
    struct flow_event event = {.type = EVENT_PRINTED, .status = outcome};
    event.as.printed.seq = job->seq;
    event.as.printed.copy = job->copy;
    event.as.printed.begun = begun;
    stack_event(app, &event);
}

static enum till_status open_encoder(struct app *app, const struct printer_profile **profile_out)
{
    if (!app->board->printer)
        return TILL_UNSUPPORTED;
    enum till_status status = profile_find(app->board->printer->profile, profile_out);
    if (status == TILL_OK && !app->escpos)
        status = escpos_open(*profile_out, &app->escpos);
    if (status == TILL_OK)
        escpos_set_darkness(app->escpos, app->settings.darkness - DARKNESS_USUAL);
    return status;
}

/* What a paper is made of: the same lines each time, for they were kept beside the entry. */
struct original {
    struct proof proof;
    struct receipt receipt;
    char text[RECEIPT_PACKED_MAX];
    struct paper paper;
};

/* The first paper of a basket tells what all of it came to: their entries follow one another. */
static enum till_status read_basket(struct app *app, struct original *o)
{
    struct entry entry;
    struct body_collection body;
    enum till_status status = TILL_OK;
    if (o->receipt.basket_number != 1)
        return TILL_OK;
    for (uint64_t i = 0; i < o->receipt.basket_count && i < BASKET_MAX && status == TILL_OK; i++) {
        status = journal_read(app->journal, o->proof.entry.seq + i, &entry, NULL);
        if (status == TILL_OK)
            status = entry_read_collection(&entry, &body);
        if (status == TILL_OK && body.basket != o->proof.entry.seq)
            status = TILL_E_CORRUPT;
        if (status == TILL_OK)
            status = receipt_basket_add(&o->receipt.together, &body);
    }
    return status;
}

static enum till_status read_original(struct app *app, uint64_t seq, struct original *o)
{
    size_t size = 0;
    text_copy(o->proof.terminal, sizeof o->proof.terminal, journal_terminal(app->journal));
    enum till_status status = journal_read(app->journal, seq, &o->proof.entry, o->proof.prev);
    if (status == TILL_OK)
        status = journal_receipt_text(app->journal, seq, o->text, sizeof o->text, &size);
    if (status == TILL_OK)
        status = receipt_unpack((struct span){(const uint8_t *)o->text, size}, &o->receipt);
    return status == TILL_OK ? read_basket(app, o) : status;
}

/* Behind what is there already: a receipt and its invoice are one job. */
static enum till_status encode(struct app *app, const struct paper *paper)
{
    struct job *job = &app->job;
    struct buffer out;
    uint8_t *bytes = realloc(job->bytes, job->size + ESCPOS_BYTES_MAX);
    if (!bytes)
        return TILL_E_MEMORY;
    job->bytes = bytes;
    buffer_init(&out, bytes + job->size, ESCPOS_BYTES_MAX);
    enum till_status status = escpos_encode(app->escpos, paper, &out);
    if (status == TILL_OK)
        job->size += out.size;
    return status;
}

/* number: NULL on plain paper. */
static enum till_status add_sheet(struct app *app, struct original *o,
                                  const struct stock_number *number, int columns)
{
    struct receipt_copy copy = {.number = app->job.copy,
                                .training = kind_is_training(o->proof.entry.kind)};
    if (number) {
        stock_number_format(number, copy.stock);
        copy.invoice = number->type == STOCK_INVOICE;
    }
    enum till_status status = receipt_layout(&o->receipt, &o->proof, copy, columns, &o->paper);
    return status == TILL_OK ? encode(app, &o->paper) : status;
}

/* Those that the journal gave to this very print; none is printed on paper otherwise. */
static enum till_status add_numbered(struct app *app, struct original *o, int columns,
                                     size_t *count_out)
{
    const struct job *job = &app->job;
    struct paper_numbers numbers;
    bool kept = app->kept_seq == job->seq && app->kept_copy == job->copy;
    enum till_status status = stock_of(app, job->seq, &numbers);
    *count_out = 0;
    for (int type = STOCK_RECEIPT; type <= STOCK_INVOICE; type++)
        for (size_t i = 0; i < numbers.count && status == TILL_OK; i++) {
            if (numbers.list[i].type != type || (!kept && numbers.copies[i] != job->copy))
                continue;
            status = add_sheet(app, o, &numbers.list[i], columns);
            ++*count_out;
        }
    return status;
}

static enum till_status add_sheets(struct app *app, struct original *o, int columns)
{
    bool numbered = (app->settings.numbered_receipts || app->settings.numbered_invoices ||
                     journal_fold(app->journal)->stock_count > 0) &&
                    !kind_is_training(o->proof.entry.kind) && !app->facts.training;
    if (!numbered || !kind_has_payment_paper(o->proof.entry.kind))
        return add_sheet(app, o, NULL, columns);
    size_t count = 0;
    enum till_status status = TILL_OK;
    if (stock_is_plain(app, stock_class(app, &o->proof.entry)))
        status = add_sheet(app, o, NULL, columns);
    if (status == TILL_OK)
        status = add_numbered(app, o, columns, &count);
    /* It waited in a basket until the numbers had run out. */
    return status == TILL_OK && app->job.size == 0 ? TILL_PAPER_OUT : status;
}

static enum till_status prepare(struct app *app, uint64_t seq)
{
    const struct printer_profile *profile;
    enum till_status status = open_encoder(app, &profile);
    if (status != TILL_OK)
        return status;
    struct original *o = calloc(1, sizeof *o);
    status = o ? read_original(app, seq, o) : TILL_E_MEMORY;
    if (status == TILL_OK)
        status = add_sheets(app, o, profile->columns);
    free(o);
    return status;
}

static void begin(struct app *app, uint64_t seq, uint32_t copy)
{
    struct job *job = &app->job;
    if (job->active)
        end(app, TILL_BUSY);
    memset(job, 0, sizeof *job);
    job->active = true;
    job->seq = seq;
    job->copy = copy;
    job->progress_at_ms = app->facts.now_ms;
}

/* What was prepared goes to the printer, if that is ready. */
static void set_off(struct app *app, enum till_status status)
{
    if (status == TILL_OK)
        status = printer_state(app->board->printer, &app->printer);
    if (status == TILL_OK)
        status = app->printer.status;
    if (status == TILL_OK)
        status = printer_reset(app->board->printer);
    if (status != TILL_OK) {
        log_warning("print of %llu: %s", (unsigned long long)app->job.seq, status_text(status));
        end(app, status);
        return;
    }
    job_step(app);
}

void job_start(struct app *app, uint64_t seq, uint32_t copy)
{
    begin(app, seq, copy);
    set_off(app, prepare(app, seq));
}

void job_page(struct app *app, const struct paper *paper)
{
    const struct printer_profile *profile;
    begin(app, 0, 0);
    enum till_status status = open_encoder(app, &profile);
    set_off(app, status == TILL_OK ? encode(app, paper) : status);
}

/* The row of a basket's originals goes on in a step of its own, whatever flow stands on top. */
static void start_next(struct app *app)
{
    const struct fold *fold = journal_fold(app->journal);
    app->job.go_on = false;
    if (fold->paper_seq != 0 && !fold->paper_uncertain)
        job_start(app, fold->paper_seq, fold->paper_copy);
}

void job_step(struct app *app)
{
    struct job *job = &app->job;
    size_t taken = 0;
    if (job->go_on && !job->active)
        start_next(app);
    if (!job->active)
        return;
    enum till_status status = TILL_OK;
    if (job->sent < job->size)
        status =
            printer_write(app->board->printer,
                          (struct span){job->bytes + job->sent, job->size - job->sent}, &taken);
    job->sent += taken;
    if (taken)
        job->progress_at_ms = app->facts.now_ms;
    if (status != TILL_OK && status != TILL_BUSY) {
        end(app, status);
        return;
    }
    if (job->sent == job->size) {
        status = printer_settle(app->board->printer);
        if (status != TILL_BUSY) {
            end(app, status);
            return;
        }
    }
    if (app->facts.now_ms - job->progress_at_ms > STALL_MS)
        end(app, TILL_TIMEOUT);
}

void job_abandon(struct app *app)
{
    free(app->job.bytes);
    app->job.bytes = NULL;
    app->job.active = app->job.go_on = false;
}
