/* What the office decides: approvals, disputes, corrections, cheques, teams. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alarm.h"
#include "approval.h"
#include "commands.h"
#include "crypto.h"
#include "host.h"
#include "import.h"
#include "ledger.h"
#include "money.h"
#include "office_role.h"
#include "orders.h"
#include "output.h"
#include "period.h"
#include "store_office.h"
#include "team.h"
#include "text.h"
#include "when.h"

static int ended(const char *what, enum till_status status, const char *reason)
{
    if (status == TILL_REFUSED && reason[0] != '\0') {
        output_complain(what, status, "%s: %s", what, _(reason));
        return EXIT_FOUND_WRONG;
    }
    return command_ended(what, status);
}

/* ---- approvals ------------------------------------------------------------------------------- */

struct wanted {
    const char *terminal, *challenge, *approver, *amount_text;
    enum approval_purpose purpose;
    int64_t value;
};

/* The code and the alarm that tells of it: no code is ever given that nobody can look up. */
static enum till_status approve(struct host *host, const struct wanted *w,
                                char code_out[APPROVAL_CODE_MAX])
{
    struct store_terminal t;
    uint8_t key[HASH_SIZE];
    struct alarm_text text;
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = store_terminal_get(host->store, w->terminal, &t);
    if (status == TILL_OK && t.state != TERMINAL_ACTIVE) {
        status = TILL_REFUSED;
    }
    if (status == TILL_OK) {
        status = approval_key((struct span){t.secret, sizeof(t.secret)}, key);
    }
    if (status == TILL_OK) {
        status = approval_code(key, w->challenge, w->purpose, w->value, w->approver, code_out);
    }
    crypto_wipe(&t, sizeof(t));
    crypto_wipe(key, sizeof(key));
    alarm_say(&text, w->purpose == APPROVAL_REVERSAL
                         ? N_("a code was given for a reversal of %1, challenge %2, approver %3")
                         : N_("a code was given for a limit of %1, challenge %2, approver %3"));
    alarm_add_text(&text, w->amount_text);
    alarm_add_text(&text, w->challenge);
    alarm_add_text(&text, w->approver);
    if (status == TILL_OK) {
        status = alarm_put(host->store, (int64_t)time(NULL), w->terminal, "approval", text.stored);
    }
    return store_finish(host->store, status);
}

static bool read_wanted(const struct site *site, const char *purpose, const char *limit_name,
                        struct wanted *w)
{
    size_t digits = w->challenge != NULL ? strspn(w->challenge, "0123456789") : 0;
    if (w->terminal == NULL || w->amount_text == NULL || purpose == NULL ||
        digits != APPROVAL_CHALLENGE_MAX - 1 || w->challenge[digits] != '\0' ||
        !user_is_valid(w->approver)) {
        return false;
    }
    if (strcmp(purpose, "reversal") == 0) {
        w->purpose = APPROVAL_REVERSAL;
        return money_parse(site, w->amount_text, &w->value) == TILL_OK && w->value > 0;
    }
    int limit = command_limit_named(limit_name);
    w->purpose = APPROVAL_LIMIT;
    return strcmp(purpose, "limit") == 0 && limit != LIMIT_NONE &&
           command_limit_value(site, limit, w->amount_text, &w->value) == TILL_OK && w->value > 0;
}

int command_approve(const char *dir, struct arguments *a)
{
    struct host host;
    struct wanted w = {.terminal = arguments_option(a, "--terminal", NULL),
                       .challenge = arguments_option(a, "--challenge", NULL),
                       .amount_text = arguments_option(a, "--amount", NULL),
                       .approver = arguments_option(a, "--approver", "0")};
    const char *purpose = arguments_option(a, "--purpose", NULL);
    const char *limit = arguments_option(a, "--limit", "cash");
    char code[APPROVAL_CODE_MAX];
    struct output o;
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int result = EXIT_USAGE;
    if (read_wanted(&host.site, purpose, limit, &w)) {
        status = approve(&host, &w, code);
        result = command_ended(w.terminal, status);
        if (status == TILL_OK && output_one(&o)) {
            record_put_text(&o.row, "terminal", w.terminal);
            record_put_text(&o.row, "code", code);
            record_put_text(&o.row, "approver", w.approver);
            output_one_end(&o);
        } else if (status == TILL_OK) {
            printf("%s\n", code);
            printf(_("Approver to type: %s. Good for this one alone.\n"), w.approver);
        }
        crypto_wipe(code, sizeof(code));
    }
    host_close(&host);
    return result;
}

/* ---- disputes and corrections ---------------------------------------------------------------- */

/* An answer to a dispute, and what came of it. */
struct verdict {
    const char *text, *by;
    enum dispute_outcome outcome; /* DISPUTE_UNDECIDED: not said, or both */
    int64_t open;                 /* disputes of the account that are left */
    int64_t held_minor;           /* late fee that was held until now */
};

static const char *const proofs[] = {[DISPUTE_PAPER_OURS] = N_("paper of that terminal"),
                                     [DISPUTE_PAPER_OTHER] = N_("paper of another terminal"),
                                     [DISPUTE_CHANNEL] = N_("paid another way"),
                                     [DISPUTE_WORD] = N_("the customer's word")};

static const char *code_text(const struct store_matter *m)
{
    if (m->kind == MATTER_CORRECTION) {
        return reversal_reason_text(m->code);
    }
    return m->code >= DISPUTE_PAPER_OURS && m->code <= DISPUTE_WORD ? proofs[m->code] : "?";
}

static const char *outcome_name(enum dispute_outcome outcome)
{
    return outcome == DISPUTE_PAID ? "paid" : outcome == DISPUTE_OWED ? "owed" : "";
}

static void print_matter(const struct host *host, struct output *o, const struct store_matter *m)
{
    char at[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX] = "-";
    if (o->json) {
        output_row(o);
        record_put_integer(&o->row, "id", m->id);
        record_put_text(&o->row, "terminal", m->terminal);
        record_put_integer(&o->row, "seq", (int64_t)m->seq);
        record_put_integer(&o->row, "at_s", m->at_s);
        record_put_text(&o->row, "account", m->account);
        record_put_text(&o->row, "code", code_text(m));
        record_put_text(&o->row, "reference", m->reference);
        record_put_integer(&o->row, "amount_minor", m->amount_minor);
        record_put_integer(&o->row, "answered_at_s", m->answered_at_s);
        record_put_text(&o->row, "answer", m->answer);
        if (m->kind == MATTER_DISPUTE) {
            record_put_text(&o->row, "outcome", outcome_name(m->outcome));
        }
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, m->at_s, at);
    if (m->amount_minor != 0) {
        money_format(&host->site, m->amount_minor, false, amount);
    }
    printf("%6" PRId64 "  %s  %s/%" PRIu64 "  %-12s  %12s  %s  %s", m->id, at, m->terminal, m->seq,
           m->account, amount, _(code_text(m)), m->reference);
    if (m->answered_at_s != 0) {
        printf(_("  answered: %s"), m->answer);
    }
    if (m->outcome != DISPUTE_UNDECIDED) {
        printf(" (%s)", m->outcome == DISPUTE_PAID ? _("it was paid") : _("it is owed"));
    }
    printf("\n");
}

static enum till_status list_matters(const struct host *host, enum matter_kind kind, bool all,
                                     bool json)
{
    struct store_matter m = {0};
    struct output o;
    enum till_status status;
    output_begin(&o, json);
    while ((status = store_matter_next(host->store, m.id, &m)) == TILL_OK) {
        if (m.kind == kind && (all || m.answered_at_s == 0)) {
            print_matter(host, &o, &m);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status show_matter(const struct host *host, int64_t id)
{
    struct store_matter m;
    struct output o;
    enum till_status status = store_matter_next(host->store, id - 1, &m);
    if (status == TILL_OK) {
        output_begin(&o, true);
        print_matter(host, &o, &m);
        output_end(&o);
    }
    return status;
}

/* Who noted it is told at the next contact. */
static enum till_status tell_collector(struct store *s, const struct store_matter *m,
                                       const struct verdict *v, int64_t now_s)
{
    char message[ORDERS_MESSAGE_MAX];
    (void)snprintf(message, sizeof(message),
                   v->outcome == DISPUTE_PAID
                       ? _("Dispute of %s answered: it was paid. %s")
                       : _("Dispute of %s answered: it was not paid, the late fee goes on. %s"),
                   m->account, v->text);
    enum till_status status = orders_send(s, m->terminal, message, now_s);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status answer_matter(struct host *host, int64_t id, struct verdict *v,
                                      char reason_out[STORE_REASON_MAX])
{
    struct store_matter m;
    int64_t now_s = (int64_t)time(NULL);
    char source[48];
    struct ledger_context ledger = {.store = host->store,
                                    .site = &host->site,
                                    .terminal = "",
                                    .user = LEDGER_NOBODY,
                                    .now_s = now_s};
    enum till_status status = office_role_check(host->store, v->by, false, reason_out);
    if (status == TILL_OK) {
        status = store_matter_next(host->store, id - 1, &m);
    }
    if (status == TILL_OK && (m.id != id || m.kind != MATTER_DISPUTE)) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK && m.answered_at_s != 0) {
        status = TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        status = store_matter_answer(host->store, id, now_s, v->text, v->outcome);
    }
    if (status == TILL_OK) {
        status = store_matters_open(host->store, m.account, MATTER_DISPUTE, &v->open);
    }
    if (status == TILL_OK) {
        status = period_posting_time(host->store, now_s, &ledger.now_s);
    }
    (void)snprintf(source, sizeof(source), "answer/%" PRId64, id);
    if (status == TILL_OK && v->open == 0) {
        status = ledger_answer_dispute(&ledger, source, m.account, v->outcome, &v->held_minor);
        if (status == TILL_REFUSED) {
            (void)snprintf(reason_out, STORE_REASON_MAX, "%s",
                           N_("the customer has too many open bills already"));
        }
    }
    if (status == TILL_OK) {
        status = tell_collector(host->store, &m, v, now_s);
    }
    return status == TILL_OK ? import_raise_rows(host->store) : status;
}

/* What became of the late fee. */
static void say_verdict(const struct host *host, const struct verdict *v)
{
    char amount[MONEY_TEXT_MAX];
    money_format(&host->site, v->held_minor, true, amount);
    if (v->open > 0) {
        printf(_("Other disputes of this account are open (%" PRId64 "): its late fee is held "
                 "until the last is answered, and the last answer decides.\n"),
               v->open);
    } else if (v->outcome == DISPUTE_PAID) {
        printf(_("It was paid. Late fee that was held and is dropped: %s.\n"), amount);
    } else {
        printf(_("It was not paid: the late fee goes on. What was held is owed now: %s.\n"),
               amount);
    }
}

static int answer(struct host *host, const char *id_text, struct verdict *v)
{
    char *end = NULL, reason[STORE_REASON_MAX] = "";
    long long id = id_text != NULL ? strtoll(id_text, &end, 10) : 0;
    if (id <= 0 || *end != '\0') {
        return EXIT_USAGE;
    }
    if (v->outcome == DISPUTE_UNDECIDED) {
        output_complain(id_text, TILL_BAD_INPUT, "%s",
                        _("say what was found: --paid (the customer was right: late fee that "
                          "was held is dropped) or --owed (it was not paid: the late fee "
                          "goes on, and what was held is claimed)"));
        return EXIT_USAGE;
    }
    enum till_status status = store_begin(host->store);
    if (status == TILL_OK) {
        status = store_finish(host->store, answer_matter(host, id, v, reason));
    }
    if (status == TILL_OK && output_is_json()) {
        status = show_matter(host, id);
    } else if (status == TILL_OK) {
        say_verdict(host, v);
    }
    return ended(id_text, status, reason);
}

static int matters(const char *dir, struct arguments *a, enum matter_kind kind)
{
    struct host host;
    int code = EXIT_USAGE;
    bool json = output_is_json(), all = arguments_flag(a, "--all");
    bool paid = arguments_flag(a, "--paid"), owed = arguments_flag(a, "--owed");
    struct verdict verdict = {.text = arguments_option(a, "--text", ""),
                              .by = arguments_option(a, "--by", NULL)};
    const char *what = arguments_next(a);
    const char *id = arguments_next(a);
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    if (paid != owed) {
        verdict.outcome = paid ? DISPUTE_PAID : DISPUTE_OWED;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    if (strcmp(what, "list") == 0 && id == NULL) {
        code = command_ended(dir, list_matters(&host, kind, all, json));
    } else if (strcmp(what, "answer") == 0 && kind == MATTER_DISPUTE) {
        code = answer(&host, id, &verdict);
    }
    host_close(&host);
    return code;
}

int command_dispute(const char *dir, struct arguments *a)
{
    return matters(dir, a, MATTER_DISPUTE);
}

int command_corrections(const char *dir, struct arguments *a)
{
    return matters(dir, a, MATTER_CORRECTION);
}

/* ---- cheques --------------------------------------------------------------------------------- */

static enum till_status return_cheque(struct host *host, const char *terminal, uint64_t seq,
                                      const char *by, char reason_out[STORE_REASON_MAX])
{
    struct ledger_context ledger = {.store = host->store,
                                    .site = &host->site,
                                    .terminal = terminal,
                                    .user = LEDGER_NOBODY,
                                    .now_s = (int64_t)time(NULL)};
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = office_role_check(host->store, by, false, reason_out);
    if (status == TILL_OK) {
        status = period_posting_time(host->store, ledger.now_s, &ledger.now_s);
    }
    if (status == TILL_OK) {
        status = ledger_return_cheque(&ledger, seq, reason_out);
    }
    if (status == TILL_OK) {
        status = import_raise_rows(host->store);
    }
    return store_finish(host->store, status);
}

static enum till_status trust_cheques(struct host *host, const char *account, const char *by,
                                      char reason_out[STORE_REASON_MAX])
{
    struct ledger_context ledger = {.store = host->store,
                                    .site = &host->site,
                                    .terminal = "",
                                    .user = LEDGER_NOBODY,
                                    .now_s = (int64_t)time(NULL)};
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = office_role_check(host->store, by, false, reason_out);
    if (status == TILL_OK) {
        status = ledger_trust_cheques(&ledger, account);
    }
    if (status == TILL_OK) {
        status = import_raise_rows(host->store);
    }
    return store_finish(host->store, status);
}

static void print_cheque(const char *key, const char *whose, int64_t seq, const char *state)
{
    struct output o;
    if (output_one(&o)) {
        record_put_text(&o.row, key, whose);
        if (seq > 0) {
            record_put_integer(&o.row, "seq", seq);
        }
        record_put_text(&o.row, "state", state);
        output_one_end(&o);
    }
}

static int run_cheque(struct host *host, const char *what, const char *whose, const char *number,
                      const char *by)
{
    char *end = NULL, reason[STORE_REASON_MAX] = "";
    if (strcmp(what, "trust") == 0 && number == NULL) {
        enum till_status trusted = trust_cheques(host, whose, by, reason);
        if (trusted == TILL_OK) {
            print_cheque("account", whose, 0, "trusted");
        }
        return ended(whose, trusted, reason);
    }
    uint64_t seq = number != NULL ? strtoull(number, &end, 10) : 0;
    if (strcmp(what, "returned") != 0 || seq == 0 || *end != '\0') {
        return EXIT_USAGE;
    }
    enum till_status status = return_cheque(host, whose, seq, by, reason);
    if (status == TILL_REFUSED) {
        output_complain(whose, status, "%s/%s: %s", whose, number, _(reason));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK) {
        print_cheque("terminal", whose, (int64_t)seq, "returned");
    }
    return command_ended(number, status);
}

int command_cheque(const char *dir, struct arguments *a)
{
    struct host host;
    const char *by = arguments_option(a, "--by", NULL);
    const char *what = arguments_next(a);
    const char *whose = arguments_next(a);
    const char *number = arguments_next(a);
    if (what == NULL || whose == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = run_cheque(&host, what, whose, number, by);
    host_close(&host);
    return code;
}

/* ---- teams ----------------------------------------------------------------------------------- */

/* "0032 0033" as they stand on the command line into "0032,0033". */
static bool join(struct arguments *a, char out[STORE_VALUE_MAX])
{
    struct buffer b;
    const char *word;
    buffer_init(&b, out, STORE_VALUE_MAX - 1);
    while ((word = arguments_next(a)) != NULL) {
        if (b.size > 0) {
            buffer_put_u8(&b, ',');
        }
        buffer_put_text(&b, word);
    }
    out[b.size] = '\0';
    return !b.overflow && arguments_done(a);
}

static enum till_status set_team(struct host *host, const char *supervisor, const char *members)
{
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = team_set(host->store, supervisor, members);
    if (status == TILL_OK) {
        status = import_raise_generation(host->store);
    }
    return store_finish(host->store, status);
}

int command_team(const char *dir, struct arguments *a)
{
    struct host host;
    char members[STORE_VALUE_MAX];
    const char *what = arguments_next(a);
    const char *supervisor = arguments_next(a);
    if (what == NULL || strcmp(what, "set") != 0 || supervisor == NULL || !join(a, members)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    status = set_team(&host, supervisor, members);
    struct output o;
    if (status == TILL_OK && output_one(&o)) {
        record_put_text(&o.row, "supervisor", supervisor);
        record_put_text(&o.row, "members", members);
        output_one_end(&o);
    }
    host_close(&host);
    return command_ended(supervisor, status);
}
