/*
 * Flows on the stack: who is on top, what they are told, what they know.
 */
#include <assert.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"
#include "when.h"

struct flow_frame *stack_top(struct app *app)
{
    assert(app->stack.depth > 0);
    return &app->stack.frames[app->stack.depth - 1];
}

static void carry_out(struct app *app, const struct flow_effects *effects)
{
    for (size_t i = 0; i < effects->count; i++)
        perform(app, &effects->list[i]);
}

static void tell(struct app *app, const struct flow_event *event)
{
    struct flow_effects effects = {.count = 0};
    struct flow_frame *top = stack_top(app);
    facts_refresh(app);
    flow_find(top->id)->handle(top->state.bytes, &top->args, &app->facts, event, &effects);
    app->dirty = true;
    carry_out(app, &effects);
}

/* What goes over whatever stands, and over covers that are less; 0: no cover. */
static int rank_of(enum flow_id id)
{
    switch (id) {
    case FLOW_HELP:
        return 1;
    case FLOW_FAULT:
        return 2;
    case FLOW_POWER:
        return 3;
    case FLOW_LOCK:
        return 4;
    default:
        return 0;
    }
}

static bool is_cover(enum flow_id id)
{
    return rank_of(id) > 0;
}

/* What comes from devices, disk and line is for the flow under a cover, not for the cover. */
static bool goes_below(enum flow_event_type type)
{
    return type == EVENT_PRINTED || type == EVENT_ENROLLED || type == EVENT_BOOK ||
           type == EVENT_STICK || type == EVENT_ANSWER || type == EVENT_REPORT;
}

bool stack_hears(const struct app *app, size_t depth, enum flow_id id)
{
    const struct flow_stack *s = &app->stack;
    if (depth == 0 || depth > s->depth || s->frames[depth - 1].id != id)
        return false;
    for (size_t i = depth; i < s->depth; i++)
        if (!is_cover(s->frames[i].id))
            return false;
    return true;
}

void stack_event(struct app *app, const struct flow_event *event)
{
    if (app->stack.depth < 2 || !goes_below(event->type) || !is_cover(stack_top(app)->id)) {
        tell(app, event);
        return;
    }
    struct flow_frame cover = *stack_top(app);
    app->stack.depth--;
    stack_event(app, event);
    if (cover.id != FLOW_HELP && app->stack.depth < FLOW_DEPTH_MAX)
        app->stack.frames[app->stack.depth++] = cover;
    app->dirty = true;
}

/* For another cover, and the lock over it. */
static bool has_room(const struct app *app)
{
    return app->stack.depth + 1 < FLOW_DEPTH_MAX;
}

/* Where that cover stands under lesser ones; 0: nowhere. *under_more_out: a greater one stands. */
static size_t find_cover(const struct app *app, enum flow_id id, bool *under_more_out)
{
    const struct flow_stack *s = &app->stack;
    *under_more_out = false;
    for (size_t depth = s->depth; depth > 0 && is_cover(s->frames[depth - 1].id); depth--) {
        if (s->frames[depth - 1].id == id)
            return depth;
        if (rank_of(s->frames[depth - 1].id) > rank_of(id))
            *under_more_out = true;
    }
    return 0;
}

static void cover_with(struct app *app, enum flow_id id, const struct flow_args *args)
{
    bool under_more;
    if (find_cover(app, id, &under_more) > 0 || under_more)
        return;
    /* The last frame is the lock's: nothing keeps that away. */
    if (app->stack.depth == FLOW_DEPTH_MAX || (id != FLOW_LOCK && !has_room(app)))
        return;
    stack_go(app, id, args, false);
}

void stack_lock(struct app *app)
{
    const struct flow_args none = {.digit = -1};
    bool under_more;
    size_t stands = find_cover(app, FLOW_LOCK, &under_more);
    if (!app->signed_in)
        return;
    if (stands == 0) {
        cover_with(app, FLOW_LOCK, &none);
    } else if (stands < app->stack.depth) { /* its help goes */
        app->stack.depth = stands;
        app->dirty = true;
    }
}

void stack_power(struct app *app)
{
    const struct flow_args none = {.digit = -1};
    if (!app->job.active && !app->job.go_on)
        cover_with(app, FLOW_POWER, &none);
}

void stack_fault(struct app *app, const char *heading, const char *text)
{
    struct flow_args args = {.digit = -1, .tone = TONE_LOOK};
    text_copy(args.heading, sizeof args.heading, heading);
    text_copy(args.text, sizeof args.text, text);
    cover_with(app, FLOW_FAULT, &args);
}

void stack_go(struct app *app, enum flow_id id, const struct flow_args *args, bool replace)
{
    if (replace) {
        app->stack.depth--;
        ask_left(app);
    }
    assert(app->stack.depth < FLOW_DEPTH_MAX);
    struct flow_frame *frame = &app->stack.frames[app->stack.depth++];
    memset(frame, 0, sizeof *frame);
    frame->id = id;
    if (args)
        frame->args = *args;
    app->shown[0] = '\0';
    stack_event(app, &(struct flow_event){.type = EVENT_START});
}

void stack_back(struct app *app, int64_t value)
{
    if (app->stack.depth <= 1) {
        stack_home(app);
        return;
    }
    enum flow_id from = stack_top(app)->id;
    app->stack.depth--;
    ask_left(app);
    app->shown[0] = '\0';
    app->dirty = true;
    if (is_cover(from)) {
        /* What stood below stands as it did, but for a cover whose reason has gone. */
        if (is_cover(stack_top(app)->id))
            tell(app, &(struct flow_event){.type = EVENT_FACTS});
        return;
    }
    struct flow_event event = {.type = EVENT_RESUMED, .status = TILL_OK};
    event.as.resumed.from = from;
    event.as.resumed.value = value;
    stack_event(app, &event);
}

void stack_help(struct app *app)
{
    struct flow_args args = {.digit = -1};
    if (stack_top(app)->id == FLOW_HELP || !has_room(app))
        return;
    text_copy(args.text, sizeof args.text, app_screen(app));
    text_copy(args.heading, sizeof args.heading, app->screen.title);
    stack_go(app, FLOW_HELP, &args, false);
}

/* Why the paper is uncertain: TILL_OK where nothing but a power cut explains it. */
static int why_uncertain(struct app *app, const struct fold *fold)
{
    struct entry entry;
    struct body_print print;
    for (uint64_t seq = fold->seq; seq > fold->paper_seq; seq--) {
        if (journal_read(app->journal, seq, &entry, NULL) != TILL_OK)
            break;
        if (kind_base(entry.kind) == KIND_PRINT_UNCERTAIN &&
            entry_read_print(&entry, &print) == TILL_OK && print.seq == fold->paper_seq &&
            print.copy == fold->paper_copy)
            return print.status;
    }
    return TILL_OK;
}

/* What a power cut may have left half printed is told once, before the day goes on. */
static void recover_paper(struct app *app)
{
    const struct fold *fold = journal_fold(app->journal);
    struct entry entry;
    struct receipt_figures figures;
    struct blind blind;
    if (app->recovered)
        return;
    blind_look(app, &blind);
    if (fold->paper_uncertain && blind_hides_seq(app, &blind, fold->paper_seq))
        return; /* it is told to its giver, or once it is counted */
    app->recovered = true;
    if (!fold->paper_seq || !fold->paper_uncertain)
        return;
    memset(&figures, 0, sizeof figures);
    if (journal_read(app->journal, fold->paper_seq, &entry, NULL) != TILL_OK ||
        receipt_figures(&entry, &figures) != TILL_OK)
        return;
    struct flow_args args = {.digit = -1, .seq = fold->paper_seq, .copy = fold->paper_copy};
    args.kind = kind_base(entry.kind);
    args.amount_minor = figures.amount_minor;
    chain_check_code(entry.hash, args.check_code);
    args.status = why_uncertain(app, fold);
    args.tone = args.status == TILL_OK ? TONE_LOOK : TONE_NORMAL;
    stack_go(app, FLOW_PAPER, &args, false);
}

void stack_home(struct app *app)
{
    struct flow_args none = {.digit = -1};
    app->stack.depth = 0;
    ask_left(app);
    facts_refresh(app);
    const struct fold_user *user = fold_current(app->facts.fold);
    if (!app->journal || (!app->book && app->facts.fold->book_revision == 0)) {
        stack_go(app, FLOW_ENROL, &none, false);
    } else if (!app->signed_in || !user) {
        stack_go(app, FLOW_LOGIN, &none, false);
    } else if (app->must_change_pin) {
        stack_go(app, FLOW_PIN, &none, false);
    } else if (app->facts.clock == CLOCK_UNSURE && app->facts.role != ROLE_TECHNICIAN) {
        stack_go(app, FLOW_CLOCK, &none, false);
    } else if (user->absent_z != 0 && !app->training) {
        stack_go(app, FLOW_ABSENT, &none, false);
    } else if (!user->shift_open && app->facts.role != ROLE_TECHNICIAN) {
        stack_go(app, FLOW_SHIFT, &none, false);
        recover_paper(app); /* of a Z perhaps */
    } else if (user->counting) {
        stack_go(app, FLOW_CLOSE, &none, false); /* nothing else shows anything until the Z */
        recover_paper(app);
    } else {
        stack_go(app, FLOW_HOME, &none, false);
        recover_paper(app);
    }
}
