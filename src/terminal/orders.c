/*
 * The office's orders: limits and messages, as it signed them.
 *
 * Kept in the file `orders` as they came, so that each start checks the signature once more. The
 * journal's limits_applied says which serial is in force: an older one is not taken again.
 */
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

static const char file_name[] = "orders";

static enum till_status read_orders(const struct app *app, struct span text, struct orders *out)
{
    struct sealer sealer;
    if (!app->identity.statement)
        return TILL_NOT_ENROLLED;
    crypto_sealer(&sealer, app->identity.statement);
    enum till_status status = orders_read(&sealer, text, out);
    if (status == TILL_OK && strcmp(out->terminal, journal_terminal(app->journal)) != 0)
        status = TILL_E_PROTOCOL;
    return status;
}

/* What facts are made of. */
static void show(struct app *app, const struct orders *orders)
{
    app->ordered = orders->limits;
    app->message_count = orders->message_count;
    for (size_t i = 0; i < orders->message_count; i++) {
        struct flow_message *m = &app->messages[i];
        m->id = orders->messages[i].id;
        m->at_s = orders->messages[i].at_s;
        text_copy(m->text, sizeof m->text, orders->messages[i].text);
    }
    app->dirty = true;
}

/* The record alone is hashed: what was signed, not the signature. */
static enum till_status note(struct app *app, struct span text, uint64_t serial)
{
    struct entry entry;
    struct body_limits_applied body = {.serial = serial};
    const uint8_t *end = memchr(text.data, '\n', text.size);
    if (!end)
        return TILL_E_PROTOCOL;
    enum till_status status =
        crypto_sha256((struct span){text.data, (size_t)(end - text.data)}, body.hash);
    if (status == TILL_OK)
        status = entry_write_limits_applied(&entry, &body);
    return status == TILL_OK ? ledger_append(app, &entry) : status;
}

static void odd(struct app *app, enum till_status code, const char *text)
{
    if (!app->line.orders_were_odd)
        ledger_anomaly(app, code, text);
    app->line.orders_were_odd = true;
}

void orders_open(struct app *app)
{
    char text[STATEMENT_MAX + 1];
    struct orders orders;
    size_t size = 0;
    if (!app->journal || app->read_only)
        return;
    uint64_t known = journal_fold(app->journal)->limits_serial;
    enum till_status status = file_read(app->dir, file_name, text, sizeof text, &size);
    struct span span = {(const uint8_t *)text, size};
    if (status == TILL_OK)
        status = read_orders(app, span, &orders);
    if (status != TILL_OK) {
        /* They come again with the next contact: `pending` says that there are none. */
        if (status != TILL_NOT_FOUND || known > 0)
            odd(app, status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status,
                "the office's orders are not as they were kept");
        return;
    }
    show(app, &orders);
    if (orders.limits.serial < known)
        odd(app, TILL_REFUSED, "the office's orders are older than the journal says");
    else if (orders.limits.serial > known && note(app, span, orders.limits.serial) != TILL_OK)
        log_error("the office's orders were not recorded"); /* at the next start, then */
}

void orders_take(struct app *app, struct span text)
{
    struct orders orders;
    if (!app->journal || app->read_only)
        return;
    enum till_status status = read_orders(app, text, &orders);
    if (status != TILL_OK) {
        log_error("orders that can't be believed: %s", status_text(status));
        return;
    }
    uint64_t known = journal_fold(app->journal)->limits_serial;
    if (orders.limits.serial < known) {
        odd(app, TILL_REFUSED, "older orders of the office came again");
        return;
    }
    if (orders.limits.serial == app->ordered.serial)
        return;
    status = file_replace(app->dir, file_name, text.data, text.size);
    if (status == TILL_OK && orders.limits.serial > known)
        status = note(app, text, orders.limits.serial);
    if (status != TILL_OK) {
        log_error("the office's orders were not kept: %s", status_text(status));
        return;
    }
    show(app, &orders);
    stack_event(app, &(struct flow_event){.type = EVENT_FACTS});
}
