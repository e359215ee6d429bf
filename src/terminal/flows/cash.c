#include "cash.h"

#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "text.h"

enum { AMOUNT_MOST = 12, REFERENCE_MOST = 20, ODD_FACTOR = 5 };

/* Card and QR need hardware of their own and are not offered here. */
static const int tenders[] = {TENDER_CASH, TENDER_CHEQUE, TENDER_TRANSFER};
enum { TENDERS = sizeof tenders / sizeof tenders[0] };

/* ---- sums ------------------------------------------------------------------------------------ */

int64_t cash_due_minor(const struct cash *c)
{
    return c->amount_minor - c->other_minor;
}

static void offer(struct cash *c, const struct flow_facts *facts, size_t at)
{
    char text[MONEY_TEXT_MAX];
    c->likely_at = at;
    words_amount(facts, c->likely[at], text);
    typed_set(&c->handed, text, true);
}

static void propose_cash(struct cash *c, const struct flow_facts *facts)
{
    c->likely_count = money_likely_tenders(facts->site, cash_due_minor(c), c->likely);
    if (c->likely_count > 0)
        offer(c, facts, 0);
    else
        typed_set(&c->handed, "", false);
}

static void propose_part(struct cash *c, const struct flow_facts *facts)
{
    char text[MONEY_TEXT_MAX];
    words_amount(facts, c->amount_minor, text);
    typed_set(&c->part, text, true);
}

void cash_begin(struct cash *c, const struct flow_facts *facts, int64_t amount_minor,
                bool no_cheque)
{
    memset(c, 0, sizeof *c);
    c->tender = TENDER_CASH;
    c->amount_minor = amount_minor;
    c->no_cheque = no_cheque;
    propose_cash(c, facts);
}

void cash_keep(struct cash *c, const struct flow_facts *facts, int64_t amount_minor)
{
    c->amount_minor = amount_minor;
    c->refusal = CASH_FINE;
    if (c->other_minor >= amount_minor) {
        c->other_minor = 0;
        if (c->tender != TENDER_CASH)
            c->step = CASH_STEP_PART;
    }
    propose_part(c, facts);
    propose_cash(c, facts);
}

bool cash_handed(const struct cash *c, const struct flow_facts *facts, int64_t *minor_out)
{
    return money_parse(facts->site, c->handed.text, minor_out) == TILL_OK && *minor_out > 0;
}

int64_t cash_over_minor(const struct cash *c, const struct flow_facts *facts)
{
    int64_t handed_minor;
    if (c->step != CASH_STEP_MONEY)
        return 0;
    if (!cash_handed(c, facts, &handed_minor))
        handed_minor = 0;
    return handed_minor - cash_due_minor(c);
}

bool cash_is_carried(const struct cash *c, const struct flow_facts *facts)
{
    int64_t over_minor = cash_over_minor(c, facts), handed_minor;
    return over_minor < 0 && -over_minor <= facts->site->tolerance_minor &&
           cash_handed(c, facts, &handed_minor);
}

bool cash_is_doubtful(const struct cash *c, const struct flow_facts *facts, int64_t owed_minor)
{
    int64_t handed_minor;
    if (owed_minor > 0 && c->amount_minor / ODD_FACTOR >= owed_minor &&
        c->amount_minor > owed_minor * ODD_FACTOR)
        return true;
    if (c->step != CASH_STEP_MONEY || !cash_handed(c, facts, &handed_minor))
        return false;
    /* One note for a small bill is no slip of the finger. */
    if (facts->site->note_count > 0 && handed_minor <= facts->site->notes_minor[0])
        return false;
    return handed_minor / ODD_FACTOR >= cash_due_minor(c) &&
           handed_minor > cash_due_minor(c) * ODD_FACTOR;
}

void cash_fill(const struct cash *c, const struct flow_facts *facts, struct body_collection *body)
{
    body->amount_minor = c->amount_minor;
    body->tendered_minor = c->amount_minor;
    body->tender = c->tender;
    if (c->tender != TENDER_CASH) {
        text_copy(body->reference, sizeof body->reference, c->reference.text);
        body->other_minor = c->other_minor;
        if (c->step == CASH_STEP_PART)
            body->other_minor = 0; /* all of it: no cash was handed over */
    }
    if (c->step == CASH_STEP_MONEY && !cash_handed(c, facts, &body->tendered_minor))
        body->tendered_minor = cash_due_minor(c);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void change_tender(struct cash *c, bool forward)
{
    size_t at = 0;
    while (at + 1 < TENDERS && tenders[at] != c->tender)
        at++;
    do {
        at = (at + (forward ? 1 : TENDERS - 1)) % TENDERS;
    } while (tenders[at] == TENDER_CHEQUE && c->no_cheque);
    c->tender = tenders[at];
    c->other_minor = 0;
    c->step = c->tender == TENDER_CASH ? CASH_STEP_MONEY : CASH_STEP_REFERENCE;
}

static enum cash_said refuse(struct cash *c, enum cash_refusal refusal)
{
    c->refusal = refusal;
    return CASH_STAYS;
}

/* An amount that was typed: false where it is none, with the reason. */
static bool read_amount(struct cash *c, const struct flow_facts *facts, const struct typed *typed,
                        int64_t *minor_out)
{
    enum till_status status = money_parse(facts->site, typed->text, minor_out);
    if (status == TILL_OK && *minor_out > 0)
        return true;
    c->refusal = status == TILL_OK || typed->length == 0 ? CASH_NOTHING : CASH_ODD;
    return false;
}

static enum cash_said settle_part(struct cash *c, const struct flow_facts *facts)
{
    int64_t part_minor;
    if (!read_amount(c, facts, &c->part, &part_minor))
        return CASH_STAYS;
    if (part_minor > c->amount_minor)
        return refuse(c, CASH_PART_TOO_BIG);
    if (part_minor == c->amount_minor)
        return CASH_TAKES;
    c->other_minor = part_minor;
    c->step = CASH_STEP_MONEY;
    propose_cash(c, facts);
    return CASH_STAYS;
}

static enum cash_said confirm(struct cash *c, const struct flow_facts *facts)
{
    int64_t handed_minor;
    switch (c->step) {
    case CASH_STEP_REFERENCE:
        if (c->reference.length == 0)
            return refuse(c, CASH_NO_NUMBER);
        c->step = CASH_STEP_PART;
        propose_part(c, facts);
        return CASH_STAYS;
    case CASH_STEP_PART:
        return settle_part(c, facts);
    default:
        if (!read_amount(c, facts, &c->handed, &handed_minor))
            return CASH_STAYS;
        return handed_minor < cash_due_minor(c) ? refuse(c, CASH_SHORT) : CASH_TAKES;
    }
}

/* One step back; nothing typed before is lost. */
static enum cash_said go_back(struct cash *c, const struct flow_facts *facts)
{
    if (c->step == CASH_STEP_MONEY && c->tender == TENDER_CASH)
        return CASH_LEAVES;
    if (c->step == CASH_STEP_MONEY) {
        c->other_minor = 0;
        c->step = CASH_STEP_PART;
    } else if (c->step == CASH_STEP_PART) {
        c->step = CASH_STEP_REFERENCE;
    } else {
        c->tender = TENDER_CASH;
        c->step = CASH_STEP_MONEY;
        propose_cash(c, facts);
    }
    return CASH_STAYS;
}

static void arrow(struct cash *c, const struct flow_facts *facts, enum action action)
{
    bool forward = action == ACTION_RIGHT || action == ACTION_DOWN;
    if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        change_tender(c, forward);
        if (c->step == CASH_STEP_MONEY)
            propose_cash(c, facts);
    } else if (c->step == CASH_STEP_MONEY && c->likely_count > 0) {
        offer(c, facts, (c->likely_at + (forward ? 1 : c->likely_count - 1)) % c->likely_count);
    }
}

enum cash_said cash_act(struct cash *c, const struct flow_facts *facts,
                        const struct flow_event *event)
{
    struct typed *typed = c->step == CASH_STEP_REFERENCE ? &c->reference
                          : c->step == CASH_STEP_PART    ? &c->part
                                                         : &c->handed;
    size_t most = c->step == CASH_STEP_REFERENCE ? REFERENCE_MOST : AMOUNT_MOST;
    c->refusal = CASH_FINE;
    switch (event->as.key.action) {
    case ACTION_OK:
        return confirm(c, facts);
    case ACTION_BACK:
        return go_back(c, facts);
    case ACTION_DIGIT:
        typed_digit(typed, event->as.key.digit, most);
        break;
    case ACTION_POINT:
        if (c->step != CASH_STEP_REFERENCE)
            typed_point(typed, most);
        break;
    case ACTION_ERASE:
        typed_erase(typed);
        break;
    case ACTION_UP:
    case ACTION_DOWN:
    case ACTION_LEFT:
    case ACTION_RIGHT:
        arrow(c, facts, event->as.key.action);
        break;
    default:
        break;
    }
    return CASH_STAYS;
}

/* ---- the screen ------------------------------------------------------------------------------ */

void cash_begin_screen(const struct cash *c, struct screen *screen)
{
    static const char *const names[] = {"tender", "tender_reference", "tender_part"};
    screen_begin(screen, names[c->step],
                 c->step == CASH_STEP_REFERENCE ? KEYS_DIGITS : KEYS_AMOUNT);
    screen->fresh = c->step != CASH_STEP_REFERENCE;
}

const char *cash_title(const struct cash *c, bool advance)
{
    if (c->tender == TENDER_CHEQUE)
        return _("Cheque");
    if (c->tender == TENDER_TRANSFER)
        return _("Bank transfer");
    return advance ? _("Cash, advance") : _("Cash");
}

static const char *refusal_text(const struct cash *c, const struct flow_facts *facts)
{
    switch (c->refusal) {
    case CASH_NOTHING:
        return _("Type the amount that is handed over.");
    case CASH_ODD:
        return _("This is no amount: too many decimals, or far too large.");
    case CASH_NO_NUMBER:
        return _("Type the number that stands on it.");
    case CASH_PART_TOO_BIG:
        return _("More than is to be paid. Type what it pays of it.");
    default:
        return cash_is_carried(c, facts)
                   ? _("A little is missing. F2 carries it to the next bill, without late fee.")
                   : _("What is handed over does not cover it. F2 takes it as a part.");
    }
}

static void show_quiet(const char *left, const char *right, enum screen_tone tone,
                       struct screen *screen)
{
    struct screen_line *line = screen_line(screen, left, right);
    line->size = SIZE_SMALL;
    line->left_tone = tone;
    line->right_tone = TONE_QUIET;
}

/* A limit that this sum would pass is said before the money is on the table. */
static bool show_limit(const struct cash *c, const struct flow_facts *facts, const char *kept,
                       struct screen *screen)
{
    char heading[SCREEN_TEXT_MAX], text[SCREEN_LONG_MAX];
    const struct gate_sum sum = {c->amount_minor,
                                 c->step == CASH_STEP_MONEY ? cash_due_minor(c) : 0, 0};
    struct gate gate;
    gate_check(facts, &sum, &gate);
    if (gate.status != TILL_LIMIT_REACHED)
        return false;
    gate_words(facts, &gate, heading, text);
    show_quiet(heading, kept, TONE_OWED, screen);
    return true;
}

static void show_hint(const struct cash *c, const struct flow_facts *facts, struct screen *screen)
{
    char kept[SCREEN_TEXT_MAX], text[MONEY_TEXT_MAX], warning[SCREEN_TEXT_MAX];
    words_money(facts, c->amount_minor, text);
    snprintf(kept, sizeof kept, _("kept %s"), text);
    gate_warning(facts, warning, sizeof warning);
    if (show_limit(c, facts, kept, screen))
        return;
    if (warning[0])
        show_quiet(warning, kept, TONE_LOOK, screen);
    else if (c->no_cheque)
        show_quiet(_("no cheque: one of theirs came back"), kept, TONE_LOOK, screen);
    else if (c->step == CASH_STEP_MONEY && c->tender == TENDER_CASH)
        show_quiet(_("* decimal point, ◀▶ cheque, transfer"), kept, TONE_QUIET, screen);
    else
        show_quiet(_("whole units, * is the decimal point"), kept, TONE_QUIET, screen);
}

/* Is OK the press that takes it? */
static bool takes(const struct cash *c, const struct flow_facts *facts)
{
    int64_t part_minor;
    if (c->step == CASH_STEP_PART)
        return money_parse(facts->site, c->part.text, &part_minor) != TILL_OK ||
               part_minor >= c->amount_minor;
    return c->step == CASH_STEP_MONEY;
}

static void show_money(const struct cash *c, const struct flow_facts *facts, struct screen *screen)
{
    char text[MONEY_TEXT_MAX], choices[SCREEN_TEXT_MAX] = "▲▼";
    size_t used = 0;
    for (size_t i = 0; i < c->likely_count && used + 1 < sizeof choices; i++) {
        words_amount(facts, c->likely[i], text);
        int n = snprintf(choices + used, sizeof choices - used, i ? " · %s" : "▲▼ %s", text);
        used += n > 0 ? (size_t)n : 0;
    }
    if (c->other_minor > 0) {
        words_money(facts, c->other_minor, text);
        screen_line(screen, _(tender_text(c->tender)), text);
    }
    screen_field(screen, _("Handed over, cash"), c->handed.text, choices);
    int64_t over_minor = cash_over_minor(c, facts);
    words_money(facts, over_minor < 0 ? -over_minor : over_minor, text);
    struct screen_line *band =
        screen_band(screen, over_minor < 0 ? _("Missing") : _("Change"), text);
    band->right_tone = over_minor < 0 ? TONE_OWED : TONE_ACCENT;
}

void cash_show_doubt(struct screen *screen)
{
    screen_notice(screen, TONE_LOOK, _("Is this sum right?"),
                  _("It is far above what is owed. OK if it is; Cancel to correct it."));
}

void cash_show(const struct cash *c, const struct flow_facts *facts, struct screen *screen)
{
    bool cheque = c->tender == TENDER_CHEQUE;
    if (c->step == CASH_STEP_REFERENCE) {
        screen_field(screen, cheque ? _("Number of the cheque") : _("Number of the transfer"),
                     c->reference.text, "");
        screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
    } else if (c->step == CASH_STEP_PART) {
        screen_field(screen, cheque ? _("Paid by this cheque") : _("Paid by this transfer"),
                     c->part.text, "");
    } else {
        show_money(c, facts, screen);
    }
    if (c->refusal != CASH_FINE) /* it needs the room of the hint */
        screen_notice(screen, TONE_OWED, _("Not taken"), refusal_text(c, facts));
    else if (c->step == CASH_STEP_REFERENCE)
        show_quiet(_("◀▶ cash, cheque, transfer"), "", TONE_QUIET, screen);
    else
        show_hint(c, facts, screen);
    screen_key(screen, "OK", takes(c, facts) ? _("Take the money") : _("Next"));
    screen_key(screen, _("Clear"), _("Correct"));
}
