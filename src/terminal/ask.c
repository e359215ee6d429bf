/*
 * Questions to the office while somebody looks at the screen: one at a time, over fieldtill-sync,
 * with a time after which nobody waits any more. What comes later, or for a flow that has gone, is
 * dropped.
 *
 * What it said of a customer is remembered until something newer is known. It is no book: the
 * arrears stay those of the book, and the person who takes money is told of the difference.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"
#include "text.h"

enum {
    DEADLINE_MS = 20 * 1000, /* a bad GPRS cell answers within it, or not at all */
    GRACE_MS = 1000          /* of the line itself, which refuses by then */
};

/* ---- what was said of customers -------------------------------------------------------------- */

static void remember(struct app *app, const struct query_customer *said)
{
    struct office_balance *b = &app->balances[app->balances_next];
    ask_forget(app, said->account);
    app->balances_next = (app->balances_next + 1) % OFFICE_BALANCES;
    *b = (struct office_balance){
        .at_s = said->at_s, .due_minor = said->arrears.due_minor, .date = app->facts.today};
    text_copy(b->account, sizeof b->account, said->account);
}

void ask_forget(struct app *app, const char *account)
{
    for (size_t i = 0; i < OFFICE_BALANCES; i++)
        if (!account || strcmp(app->balances[i].account, account) == 0)
            app->balances[i] = (struct office_balance){.at_s = 0};
}

/* A day later the fees are others. */
void ask_lay_over(const struct app *app, struct customer_view *view)
{
    view->office_at_s = view->office_due_minor = 0;
    for (size_t i = 0; i < OFFICE_BALANCES; i++) {
        const struct office_balance *b = &app->balances[i];
        if (b->at_s == 0 || b->date != app->facts.today ||
            strcmp(b->account, view->customer.account) != 0)
            continue;
        view->office_at_s = b->at_s;
        view->office_due_minor = b->due_minor;
    }
}

/* ---- answers --------------------------------------------------------------------------------- */

static void end_with(struct app *app, struct flow_event *event, enum till_status status)
{
    const struct question q = app->question;
    event->type = EVENT_ANSWER;
    event->status = status;
    app->question.active = false;
    if (stack_hears(app, q.depth, q.flow))
        stack_event(app, event);
}

static void fail(struct app *app, enum till_status status)
{
    struct flow_event event = {.type = EVENT_ANSWER};
    if (app->question.query.what != QUERY_REPORT) {
        end_with(app, &event, status);
        return;
    }
    app->question.active = false;
    report_team_fail(app, status);
}

static void answer_customer(struct app *app, struct span body)
{
    struct query_customer said;
    struct flow_event event = {.type = EVENT_ANSWER};
    enum till_status status = query_customer_read(body, &said);
    if (status == TILL_OK && strcmp(said.account, app->question.query.argument) != 0)
        status = TILL_E_PROTOCOL;
    if (status == TILL_OK) {
        remember(app, &said);
        event.as.answer.customer = &said;
    }
    end_with(app, &event, status);
}

static void answer_receipt(struct app *app, struct span body)
{
    struct query_receipt said;
    struct flow_event event = {.type = EVENT_ANSWER};
    char about[LOCAL_ARGUMENT_MAX];
    enum till_status status = query_receipt_read(body, &said);
    if (status == TILL_OK) {
        size_t size =
            (size_t)snprintf(about, sizeof about, "%s/%" PRIu64 "/", said.terminal, said.seq);
        if (strncmp(about, app->question.query.argument, size) != 0)
            status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK)
        event.as.answer.receipt = &said;
    end_with(app, &event, status);
}

static void answer_team(struct app *app, struct span body)
{
    struct query_team said;
    char names[QUERY_TERMINALS_MAX][BOOK_NAME_MAX];
    struct book_user user;
    struct flow_event event = {.type = EVENT_ANSWER};
    enum till_status status = query_team_read(body, &said);
    memset(names, 0, sizeof names);
    for (size_t i = 0; status == TILL_OK && i < said.count; i++)
        if (app->book && book_find_user(app->book, said.terminals[i].user, &user) == TILL_OK)
            text_copy(names[i], sizeof names[i], user.name);
    if (status == TILL_OK) {
        event.as.answer.team = &said;
        event.as.answer.names = (const char(*)[BOOK_NAME_MAX])names;
    }
    end_with(app, &event, status);
}

bool ask_take(struct app *app, const struct local_message *m)
{
    struct wire_error error;
    if (!app->question.active || m->id != app->question.id)
        return false;
    if (m->type == LOCAL_REFUSED) {
        fail(app, wire_error_read(m->body, &error) == TILL_OK ? (enum till_status)error.status
                                                              : TILL_E_PROTOCOL);
        return true;
    }
    switch (app->question.query.what) {
    case QUERY_CUSTOMER:
        answer_customer(app, m->body);
        break;
    case QUERY_RECEIPT:
        answer_receipt(app, m->body);
        break;
    case QUERY_TEAM:
        answer_team(app, m->body);
        break;
    case QUERY_REPORT:
        app->question.active = false;
        report_team_take(app, m->body);
        break;
    }
    return true;
}

/* ---- questions ------------------------------------------------------------------------------- */

/* What is known without the line. */
static enum till_status why_not(const struct app *app, const struct local_query *query)
{
    bool team = query->what == QUERY_TEAM || query->what == QUERY_REPORT;
    if (team && app->facts.role != ROLE_SUPERVISOR)
        return TILL_REFUSED;
    if (!app->journal)
        return TILL_NOT_ENROLLED;
    if (app->network.airplane)
        return TILL_AIRPLANE;
    return app->network.bearer == NETWORK_NONE ? TILL_NO_NETWORK : TILL_OK;
}

void ask_query(struct app *app, const struct local_query *query)
{
    struct question *q = &app->question;
    const struct flow_frame *asker = stack_top(app);
    *q = (struct question){.active = true,
                           .id = line_new_id(app),
                           .query = *query,
                           .until_ms = app->facts.now_ms + DEADLINE_MS + GRACE_MS,
                           .depth = app->stack.depth,
                           .flow = asker->id};
    enum till_status status = why_not(app, &q->query);
    if (status == TILL_OK)
        status = line_ask(app, q->id, DEADLINE_MS, &q->query);
    if (status != TILL_OK)
        fail(app, status);
}

void ask_begin(struct app *app, const struct flow_effect *effect)
{
    ask_query(app, &effect->as.query);
}

void ask_end(struct app *app)
{
    app->question.active = false;
}

void ask_left(struct app *app)
{
    if (app->question.active && app->stack.depth < app->question.depth)
        ask_end(app);
}

void ask_step(struct app *app)
{
    if (!app->question.active)
        return;
    if (app->line.fd < 0)
        fail(app, TILL_DEVICE_OFFLINE);
    else if (app->facts.now_ms >= app->question.until_ms)
        fail(app, TILL_TIMEOUT);
}
