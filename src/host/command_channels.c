/* `channel`, `payments`, `period`: other ways of paying, and the months of the books. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "authority.h"
#include "channel.h"
#include "commands.h"
#include "crypto.h"
#include "host.h"
#include "money.h"
#include "output.h"
#include "period.h"
#include "succession.h"
#include "text.h"
#include "when.h"

/* ---- channels -------------------------------------------------------------------------------- */

static enum till_status add_channel(struct store *s, const char *name, const char *title)
{
    struct store_channel c = {0};
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = channel_name_is_valid(name) ? store_channel_get(s, name, &c) : TILL_BAD_INPUT;
    if (status == TILL_OK && strcmp(c.title, title) == 0) {
        status = TILL_UNCHANGED;
    } else if (status == TILL_OK || status == TILL_NOT_FOUND) {
        text_copy(c.name, sizeof(c.name), name);
        text_copy(c.title, sizeof(c.title), title);
        status = store_channel_put(s, &c);
    }
    return store_finish(s, status);
}

static enum till_status stop_channel(struct store *s, const char *name, bool stopped)
{
    struct store_channel c;
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_channel_get(s, name, &c);
    if (status == TILL_OK && c.stopped == stopped) {
        status = TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        c.stopped = stopped;
        status = store_channel_put(s, &c);
    }
    return store_finish(s, status);
}

/* A certificate for the API: its name is "channel.NAME"; the one before is void from now on. */
static enum till_status certify(struct host *host, const char *name, const char *csr_path,
                                char pem_out[CRYPTO_CERT_PEM_MAX])
{
    struct authority authority;
    struct store_channel c;
    struct crypto_cert cert;
    uint8_t key[PUBLIC_KEY_SIZE];
    char csr[CRYPTO_CERT_PEM_MAX], asked[CRYPTO_NAME_MAX], wanted[CRYPTO_NAME_MAX];
    (void)snprintf(wanted, sizeof(wanted), "channel.%s", name);
    enum till_status status = files_read_text(csr_path, csr, sizeof(csr));
    if (status == TILL_OK) {
        status = crypto_csr_read(csr, asked, key);
    }
    if (status == TILL_OK && strcmp(asked, wanted) != 0) {
        status = TILL_REFUSED;
    }
    if (status == TILL_OK) {
        status = authority_open(host->dir, &authority);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = authority_issue(&authority, wanted, key, (int64_t)time(NULL), pem_out);
    if (status == TILL_OK) {
        status = crypto_cert_read(pem_out, &cert);
    }
    if (status == TILL_OK) {
        status = store_begin(host->store);
    }
    if (status != TILL_OK) {
        authority_close(&authority);
        return status;
    }
    status = succession_enrolled(host->store, &authority, wanted);
    authority_close(&authority);
    if (status == TILL_OK) {
        status = store_channel_get(host->store, name, &c);
    }
    if (status == TILL_OK) {
        memcpy(c.certificate, cert.fingerprint, HASH_SIZE);
        status = store_channel_put(host->store, &c);
    }
    return store_finish(host->store, status);
}

/* only: NULL = each. */
static enum till_status list_channels(const struct host *host, const char *only, bool json)
{
    static const uint8_t none[HASH_SIZE] = {0};
    struct store_channel c = {0};
    struct output o;
    char prefix[STORE_LEDGER_ACCOUNT_MAX], owed[MONEY_TEXT_MAX];
    int64_t balance = 0;
    enum till_status status;
    output_begin(&o, json);
    while ((status = store_channel_next(host->store, c.name, &c)) == TILL_OK) {
        if (only != NULL && strcmp(c.name, only) != 0) {
            continue;
        }
        bool online = memcmp(c.certificate, none, HASH_SIZE) != 0;
        (void)snprintf(prefix, sizeof(prefix), "channel/%s", c.name);
        status = store_balance(host->store, prefix, &balance);
        if (status != TILL_OK) {
            break;
        }
        if (json) {
            output_row(&o);
            record_put_text(&o.row, "channel", c.name);
            record_put_text(&o.row, "title", c.title);
            record_put_integer(&o.row, "owes_minor", balance);
            record_put_integer(&o.row, "certificate", online);
            record_put_integer(&o.row, "stopped", c.stopped);
            output_row_end(&o);
            continue;
        }
        money_format(&host->site, balance, true, owed);
        printf("%-12s  %14s  %s%s%s\n", c.name, owed, c.title, online ? "" : _("  (files only)"),
               c.stopped ? _("  (stopped)") : "");
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* JSON has no line ends: there it is the base64 between the PEM's first and last line. */
static void print_certificate(const char *name, const char *pem)
{
    char base64[CRYPTO_CERT_PEM_MAX];
    size_t used = 0;
    struct output o;
    if (!output_one(&o)) {
        (void)fputs(pem, stdout);
        return;
    }
    for (const char *line = pem; *line != '\0'; line += line[0] == '\n') {
        size_t size = strcspn(line, "\n");
        if (line[0] != '-') {
            memcpy(base64 + used, line, size);
            used += size;
        }
        line += size;
    }
    base64[used] = '\0';
    record_put_text(&o.row, "channel", name);
    record_put_text(&o.row, "certificate", base64);
    output_one_end(&o);
}

static int run_channel(struct host *host, const char *what, const char *name, const char *title,
                       const char *csr, bool json)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    if (strcmp(what, "list") == 0 && name == NULL) {
        return command_ended(what, list_channels(host, NULL, json));
    }
    if (name == NULL) {
        return EXIT_USAGE;
    }
    enum till_status status;
    if (strcmp(what, "add") == 0) {
        status = add_channel(host->store, name, title);
    } else if (strcmp(what, "stop") == 0 || strcmp(what, "allow") == 0) {
        status = stop_channel(host->store, name, what[0] == 's');
    } else if (strcmp(what, "certificate") == 0 && csr != NULL) {
        status = certify(host, name, csr, pem);
        if (status == TILL_OK) {
            print_certificate(name, pem);
        }
        return command_ended(name, status);
    } else {
        return EXIT_USAGE;
    }
    if (status == TILL_OK && json) {
        status = list_channels(host, name, true);
    }
    return command_ended(name, status);
}

int command_channel(const char *dir, struct arguments *a)
{
    struct host host;
    bool json = output_is_json();
    const char *title = arguments_option(a, "--title", "");
    const char *csr = arguments_option(a, "--csr", NULL);
    const char *what = arguments_next(a);
    const char *name = arguments_next(a);
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = run_channel(&host, what, name, title, csr, json);
    host_close(&host);
    return code;
}

/* ---- payments -------------------------------------------------------------------------------- */

static void print_payment(const struct host *host, struct output *o,
                          const struct store_channel_payment *p)
{
    char at[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "channel", p->channel);
        record_put_integer(&o->row, "id", p->id);
        record_put_text(&o->row, "number", p->number);
        record_put_text(&o->row, "account", p->account);
        record_put_integer(&o->row, "amount_minor", p->amount_minor);
        record_put_integer(&o->row, "paid_at_s", p->value_at_s);
        record_put_integer(&o->row, "received_at_s", p->received_at_s);
        record_put_integer(&o->row, "posted", p->posted);
        record_put_text(&o->row, "reason", p->reason);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, p->value_at_s, at);
    money_format(&host->site, p->amount_minor, false, amount);
    printf("%s/%" PRId64 "  %s  %-14s %12s  %s", p->channel, p->id, at, p->account, amount,
           p->number);
    if (!p->posted) {
        /* The catalogue's word for "" is its own header. */
        printf(_("  set aside: %s"), p->reason[0] != '\0' ? _(p->reason) : "-");
    }
    printf("\n");
}

static enum till_status list_payments(const struct host *host, const char *channel, bool aside,
                                      bool json)
{
    struct store_channel_payment p = {0};
    struct store_channel c;
    struct output o;
    enum till_status status = store_channel_get(host->store, channel, &c);
    if (status != TILL_OK) {
        return status;
    }
    output_begin(&o, json);
    while ((status = (aside ? store_channel_payment_next_aside : store_channel_payment_next)(
                host->store, channel, p.id, &p)) == TILL_OK) {
        print_payment(host, &o, &p);
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static int run_payments(struct host *host, const char *what, const char *channel, bool aside,
                        bool json)
{
    uint32_t posted = 0, left = 0;
    if (strcmp(what, "list") == 0) {
        return command_ended(channel, list_payments(host, channel, aside, json));
    }
    if (strcmp(what, "retry") != 0) {
        return EXIT_USAGE;
    }
    enum till_status status =
        channel_retry(host->store, channel, (int64_t)time(NULL), &posted, &left);
    if (status != TILL_OK) {
        return command_ended(channel, status);
    }
    struct output o;
    if (output_one(&o)) {
        record_put_text(&o.row, "channel", channel);
        record_put_integer(&o.row, "posted", posted);
        record_put_integer(&o.row, "left", left);
        output_one_end(&o);
    } else {
        printf(_("%s: %u posted, %u still set aside\n"), channel, (unsigned)posted, (unsigned)left);
    }
    return left > 0 ? EXIT_PARTLY : EXIT_DONE;
}

int command_payments(const char *dir, struct arguments *a)
{
    struct host host;
    const char *what = arguments_next(a);
    if (what != NULL && strcmp(what, "import") == 0) {
        return command_import(dir, a);
    }
    bool json = output_is_json(), aside = arguments_flag(a, "--aside");
    const char *channel = arguments_option(a, "--channel", NULL);
    if (what == NULL || channel == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = run_payments(&host, what, channel, aside, json);
    host_close(&host);
    return code;
}

/* ---- periods --------------------------------------------------------------------------------- */

/* "2026-10" or "202610"; 0 = none. */
static int32_t read_month(const char *text)
{
    enum { DIGITS = 6, YEAR = 4 };
    char digits[DIGITS + 1];
    size_t size = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '-' && i == YEAR) {
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || size == DIGITS) {
            return 0;
        }
        digits[size++] = text[i];
    }
    digits[size] = '\0';
    int32_t month = size == DIGITS ? (int32_t)strtol(digits, NULL, 10) : 0;
    return month > 0 && when_date_is_valid(month * 100 + 1) ? month : 0;
}

/* only: 0 = each. */
static enum till_status list_periods(const struct host *host, int32_t only, bool json)
{
    struct store_period p = {0};
    struct output o;
    char at[WHEN_TEXT_MAX], month[WHEN_TEXT_MAX];
    enum till_status status;
    output_begin(&o, json);
    while ((status = store_period_next(host->store, p.month, &p)) == TILL_OK) {
        if (only != 0 && p.month != only) {
            continue;
        }
        if (json) {
            output_row(&o);
            record_put_integer(&o.row, "month", p.month);
            record_put_integer(&o.row, "from_s", p.from_s);
            record_put_integer(&o.row, "to_s", p.to_s);
            record_put_integer(&o.row, "closed_at_s", p.closed_at_s);
            record_put_text(&o.row, "closed_by", p.closed_by);
            record_put_integer(&o.row, "last_posting", p.last_posting);
            output_row_end(&o);
            continue;
        }
        when_format_month(p.month, month);
        when_format_minute(host->site.zone, p.closed_at_s, at);
        printf("%s  %s  %-16s  %" PRId64 "\n", month, at, p.closed_by, p.last_posting);
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static int close_period(struct host *host, const char *month_text, const char *user)
{
    struct store_period p;
    const char *reason = NULL;
    int32_t month = month_text != NULL ? read_month(month_text) : 0;
    if (month == 0 || user == NULL) {
        return EXIT_USAGE;
    }
    enum till_status status =
        period_close(host->store, month, user, (int64_t)time(NULL), &p, &reason);
    if (status == TILL_REFUSED && reason != NULL) {
        output_complain(month_text, status, "%s: %s", month_text, _(reason));
        return EXIT_FOUND_WRONG;
    }
    if (status != TILL_OK) {
        return command_ended(month_text, status);
    }
    if (output_is_json()) {
        return command_ended(month_text, list_periods(host, month, true));
    }
    printf(_("%s is closed, with posting %lld. What comes late is posted to the open month.\n"),
           month_text, (long long)p.last_posting);
    return EXIT_DONE;
}

int command_period(const char *dir, struct arguments *a)
{
    struct host host;
    bool json = output_is_json();
    const char *user = arguments_option(a, "--by", NULL);
    const char *what = arguments_next(a);
    const char *month = arguments_next(a);
    int code = EXIT_USAGE;
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    if (strcmp(what, "close") == 0) {
        code = close_period(&host, month, user);
    } else if (strcmp(what, "list") == 0 && month == NULL) {
        code = command_ended(dir, list_periods(&host, 0, json));
    }
    host_close(&host);
    return code;
}
