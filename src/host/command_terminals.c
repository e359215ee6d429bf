#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "alarm.h"
#include "authority.h"
#include "codes.h"
#include "commands.h"
#include "crypto.h"
#include "files.h"
#include "holding.h"
#include "host.h"
#include "orders.h"
#include "output.h"
#include "renewal.h"
#include "text.h"
#include "when.h"

/* ---- list ------------------------------------------------------------------------------------ */

static const char *state_text(const struct store_terminal *t)
{
    if (t->stopped) {
        return N_("stopped");
    }
    switch (t->state) {
    case TERMINAL_NEW:
        return N_("not enrolled");
    case TERMINAL_ACTIVE:
        return N_("active");
    case TERMINAL_REVOKED:
        return N_("blocked");
    case TERMINAL_RETIRED:
        return N_("retired");
    }
    return "?";
}

static enum till_status count_alarms(struct store *s, const char *terminal, int64_t *count_out)
{
    struct store_alarm alarm = {0};
    *count_out = 0;
    for (;;) {
        enum till_status status = store_alarm_next(s, alarm.id, &alarm);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        *count_out += strcmp(alarm.terminal, terminal) == 0;
    }
}

static enum till_status print_terminal(struct host *host, struct output *o,
                                       const struct store_terminal *t)
{
    char seen[WHEN_TEXT_MAX] = "-", books[STORE_ASSIGNED_TEXT_MAX];
    int64_t alarms = 0;
    enum till_status status = count_alarms(host->store, t->terminal, &alarms);
    if (status == TILL_OK) {
        status = store_assigned(host->store, t->terminal, books, sizeof(books));
    }
    if (status != TILL_OK) {
        return status;
    }
    if (t->seen_at_s != 0) {
        when_format_minute(host->site.zone, t->seen_at_s, seen);
    }
    if (!o->json) {
        printf("%-12s  %-12s  %10" PRIu64 "  %-16s  %6" PRId64 "  %-10s  %s\n", t->terminal,
               _(state_text(t)), t->head_seq, seen, alarms, books, t->name);
        return TILL_OK;
    }
    output_row(o);
    record_put_text(&o->row, "terminal", t->terminal);
    record_put_text(&o->row, "name", t->name);
    record_put_text(&o->row, "state", state_text(t));
    record_put_integer(&o->row, "head", (int64_t)t->head_seq);
    record_put_integer(&o->row, "seen_at_s", t->seen_at_s);
    record_put_integer(&o->row, "stopped", t->stopped);
    record_put_integer(&o->row, "book", (int64_t)t->book_revision);
    record_put_text(&o->row, "books", books);
    record_put_integer(&o->row, "alarms", alarms);
    output_row_end(o);
    return TILL_OK;
}

/* What is known of one, after something was done with it. */
static enum till_status show(struct host *host, const char *terminal)
{
    struct output o;
    struct store_terminal t;
    enum till_status status = store_terminal_get(host->store, terminal, &t);
    if (status == TILL_OK) {
        output_begin(&o, true);
        status = print_terminal(host, &o, &t);
        output_end(&o);
    }
    crypto_wipe(&t, sizeof(t));
    return status;
}

static enum till_status list(struct host *host, bool json)
{
    struct output o;
    struct store_terminal t = {0};
    enum till_status status;
    output_begin(&o, json);
    if (!json) {
        printf("%-12s  %-12s  %10s  %-16s  %6s  %-10s  %s\n", _("number"), _("state"), _("records"),
               _("last seen"), _("alarms"), _("books"), _("name"));
    }
    char after[TERMINAL_MAX] = "";
    while ((status = store_terminal_next(host->store, after, &t)) == TILL_OK) {
        memcpy(after, t.terminal, sizeof(after));
        status = print_terminal(host, &o, &t);
        if (status != TILL_OK) {
            break;
        }
    }
    output_end(&o);
    crypto_wipe(&t, sizeof(t));
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum { TICKET_LINE_MAX = 512 };

/* ---- tickets --------------------------------------------------------------------------------- */

static void fill_ticket(const struct authority *authority, const char *terminal, const char *url,
                        const char *code, struct enrol_ticket *ticket)
{
    memset(ticket, 0, sizeof(*ticket));
    (void)snprintf(ticket->url, sizeof(ticket->url), "%s", url);
    (void)snprintf(ticket->terminal, sizeof(ticket->terminal), "%s", terminal);
    (void)snprintf(ticket->code, sizeof(ticket->code), "%s", code);
    ticket->whole = true;
    memcpy(ticket->authority, authority->fingerprint, HASH_SIZE);
    enrol_typed_digits(authority->fingerprint, ticket->typed);
}

static enum till_status make_ticket(const struct host *host, const char *terminal, const char *url,
                                    const char *code, struct enrol_ticket *ticket)
{
    struct authority authority;
    enum till_status status = authority_open(host->dir, &authority);
    if (status == TILL_OK) {
        fill_ticket(&authority, terminal, url, code, ticket);
        authority_close(&authority);
    }
    return status;
}

/* "https://localhost:8443": a host that only programs on this machine can find. */
static bool is_this_machine(const char *url)
{
    static const char *const names[] = {"localhost", "localhost.", "[::1]"};
    const char *host = strstr(url, "://");
    host = host == NULL ? url : host + strlen("://");
    size_t size = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (size == strlen(names[i]) && strncasecmp(host, names[i], size) == 0) {
            return true;
        }
    }
    return strncmp(host, "127.", strlen("127.")) == 0 && strspn(host, "0123456789.") == size;
}

/* Who tries things out on one machine means it so: said, and not refused. */
static void warn_of_this_machine(const char *url)
{
    if (is_this_machine(url)) {
        output_complain(url, TILL_E_CONFIG,
                        _("%s is this machine alone: no handheld can reach it. Give a name or an "
                          "address of this host that they can: --url https://HOST:PORT\n"),
                        url);
    }
}

static enum till_status write_line(const char *path, const char *text)
{
    char line[TICKET_LINE_MAX + 1];
    size_t size = strlen(text);
    memcpy(line, text, size);
    line[size++] = '\n';
    return files_write(path, (struct span){(const uint8_t *)line, size});
}

static int print_ticket(struct host *host, const char *terminal, const char *url, const char *file,
                        const char *code)
{
    struct enrol_ticket ticket;
    char line[TICKET_LINE_MAX];
    enum till_status status = make_ticket(host, terminal, url, code, &ticket);
    if (status == TILL_OK) {
        status = enrol_ticket_write(&ticket, line, sizeof(line));
    }
    if (status != TILL_OK) {
        output_error("--url", status);
        return status == TILL_BAD_INPUT ? EXIT_USAGE : EXIT_ENVIRONMENT;
    }
    struct output o;
    warn_of_this_machine(url);
    if (file != NULL) {
        status = write_line(file, line);
        if (status != TILL_OK) {
            output_error(file, status);
            return EXIT_ENVIRONMENT;
        }
    }
    if (output_one(&o)) {
        record_put_text(&o.row, "terminal", terminal);
        record_put_text(&o.row, "ticket", line);
        record_put_text(&o.row, "code", code);
        record_put_text(&o.row, "check", ticket.typed);
        record_put_integer(&o.row, "days", CODES_DAYS);
        output_put_typed(&o, "file", file == NULL ? "" : file);
        output_one_end(&o);
        return EXIT_DONE;
    }
    printf("%s\n", line);
    printf(_("To type: terminal %s, code %s, check %s (good for %d days, for one device)\n"),
           terminal, code, ticket.typed, (int)CODES_DAYS);
    return EXIT_DONE;
}

/* ---- many at once ---------------------------------------------------------------------------- */

enum { COUNT_MOST = 100000 };

/* "0099" -> "0100"; as many digits as before. TILL_BAD_INPUT: no digits, or none above it. */
static enum till_status next_number(char number[TERMINAL_MAX])
{
    for (size_t i = strlen(number); i-- > 0;) {
        if (number[i] < '0' || number[i] > '9') {
            return TILL_BAD_INPUT;
        }
        if (number[i] != '9') {
            number[i]++;
            return TILL_OK;
        }
        number[i] = '0';
    }
    return TILL_BAD_INPUT;
}

static enum till_status write_ticket(const struct authority *authority, const char *terminal,
                                     const char *url, const char *code, FILE *file)
{
    struct enrol_ticket ticket;
    char line[TICKET_LINE_MAX];
    fill_ticket(authority, terminal, url, code, &ticket);
    enum till_status status = enrol_ticket_write(&ticket, line, sizeof(line));
    return status == TILL_OK && fprintf(file, "%s\n", line) < 0 ? TILL_E_IO : status;
}

/* The next numbers, as many as are wanted or as there are; *first becomes the one after them. */
static size_t take_numbers(char first[TERMINAL_MAX], unsigned long wanted, struct codes_new *many,
                           enum till_status *status_out)
{
    size_t count = 0;
    while (*status_out == TILL_OK && count < CODES_MANY_MAX && count < wanted) {
        memcpy(many[count++].terminal, first, TERMINAL_MAX);
        *status_out = next_number(first);
    }
    return count;
}

/* Numbers that are given already are passed over, so that a run that broke off goes on. Tickets are
 * written once their terminals are there. */
static enum till_status add_numbers(struct host *host, const struct codes_request *request,
                                    const char *url, unsigned long count, FILE *file)
{
    struct authority authority;
    char number[TERMINAL_MAX];
    text_copy(number, sizeof(number), request->terminal);
    struct codes_new *many = calloc(CODES_MANY_MAX, sizeof(*many));
    enum till_status more = TILL_OK; /* are there numbers above? */
    enum till_status status = many == NULL ? TILL_E_MEMORY : authority_open(host->dir, &authority);
    if (status != TILL_OK) {
        free(many);
        return status;
    }
    while (status == TILL_OK && count > 0) {
        size_t taken = take_numbers(number, count, many, &more);
        status = taken == 0
                     ? more
                     : codes_add_many(host->store, request, (int64_t)time(NULL), many, taken);
        for (size_t i = 0; status == TILL_OK && i < taken; i++) {
            if (many[i].added) {
                status = write_ticket(&authority, many[i].terminal, url, many[i].code, file);
                count--;
            }
        }
    }
    crypto_wipe(many, CODES_MANY_MAX * sizeof(*many));
    free(many);
    authority_close(&authority);
    return status;
}

static int add_many(struct host *host, struct codes_request *request, const char *url,
                    const char *count_text, const char *path)
{
    char *end = NULL;
    unsigned long count = strtoul(count_text, &end, 10);
    if (*end != '\0' || count == 0 || count > COUNT_MOST || path == NULL ||
        request->replaces[0] != '\0' || strlen(request->terminal) >= TERMINAL_MAX) {
        return EXIT_USAGE;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        output_error(path, errno == EEXIST ? TILL_UNCHANGED : TILL_E_IO);
        return EXIT_ENVIRONMENT;
    }
    enum till_status status = add_numbers(host, request, url, count, file);
    bool written = fclose(file) == 0;
    if (status != TILL_OK || !written) {
        return command_ended(path, status == TILL_OK ? TILL_E_IO : status);
    }
    struct output o;
    warn_of_this_machine(url);
    if (output_one(&o)) {
        record_put_integer(&o.row, "tickets", (int64_t)count);
        record_put_integer(&o.row, "days", CODES_DAYS);
        output_put_typed(&o, "file", path);
        output_one_end(&o);
        return EXIT_DONE;
    }
    printf(_("%lu tickets are in %s (good for %d days, each for one device)\n"), count, path,
           (int)CODES_DAYS);
    return EXIT_DONE;
}

/* What the one that was replaced carried, and nobody does now. */
static enum till_status warn_of_nobodys(struct host *host, const char *carried)
{
    char nobodys[STORE_ASSIGNED_TEXT_MAX];
    enum till_status status = holding_nobodys(host->store, carried, nobodys);
    if (status == TILL_OK && nobodys[0] != '\0' && !output_is_json()) {
        printf(_("No terminal carries these meter books now: %s\n"), nobodys);
    }
    return status;
}

static int add(struct host *host, struct arguments *a)
{
    char code[ENROL_CODE_MAX], url_memory[ENROL_URL_MAX + 64], line[TICKET_LINE_MAX];
    const char *terminal = arguments_next(a);
    struct codes_request request = {.terminal = terminal};
    request.name = arguments_option(a, "--name", "");
    request.books = arguments_option(a, "--books", "");
    request.replaces = arguments_option(a, "--replaces", "");
    host_default_url(host, url_memory, sizeof(url_memory));
    const char *url = arguments_option(a, "--url", url_memory);
    const char *file = arguments_option(a, "--ticket", NULL);
    const char *count = arguments_option(a, "--count", NULL);
    if (terminal == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    int known = command_knows_books(host, request.books);
    if (known != EXIT_DONE) {
        return known;
    }
    if (count != NULL) {
        return add_many(host, &request, url, count, file);
    }
    /* Before the number is given: numbers are never given twice. */
    struct enrol_ticket probe;
    enum till_status status = make_ticket(host, terminal, url, "00000000", &probe);
    if (status == TILL_OK) {
        status = enrol_ticket_write(&probe, line, sizeof(line));
    }
    if (status != TILL_OK) {
        return command_ended(url, status);
    }
    char carried[STORE_ASSIGNED_TEXT_MAX] = "";
    if (request.replaces[0] != '\0') {
        status = store_assigned(host->store, request.replaces, carried, sizeof(carried));
    }
    if (status == TILL_OK) {
        status = codes_add(host->store, &request, (int64_t)time(NULL), code);
    }
    if (status == TILL_UNCHANGED) {
        output_complain(terminal, status,
                        _("Terminal %s exists or existed: numbers are never given twice.\n"),
                        terminal);
        return EXIT_FOUND_WRONG;
    }
    if (status != TILL_OK) {
        return command_ended(terminal, status);
    }
    status = warn_of_nobodys(host, carried);
    return status == TILL_OK ? print_ticket(host, terminal, url, file, code)
                             : command_ended(terminal, status);
}

static int renew(struct host *host, struct arguments *a)
{
    char code[ENROL_CODE_MAX], url_memory[ENROL_URL_MAX + 64];
    const char *terminal = arguments_next(a);
    host_default_url(host, url_memory, sizeof(url_memory));
    const char *url = arguments_option(a, "--url", url_memory);
    const char *file = arguments_option(a, "--ticket", NULL);
    if (terminal == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = codes_renew(host->store, terminal, (int64_t)time(NULL), code);
    if (status == TILL_REFUSED) {
        output_complain(terminal, status, _("Terminal %s is enrolled already.\n"), terminal);
        return EXIT_FOUND_WRONG;
    }
    return status == TILL_OK ? print_ticket(host, terminal, url, file, code)
                             : command_ended(terminal, status);
}

static int revoke(struct host *host, struct arguments *a)
{
    const char *terminal = arguments_next(a);
    if (terminal == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = codes_revoke(host->store, terminal, (int64_t)time(NULL));
    if (status != TILL_OK && status != TILL_UNCHANGED) {
        return command_ended(terminal, status);
    }
    if (output_is_json()) {
        return command_ended(terminal, show(host, terminal));
    }
    printf(_("Terminal %s is blocked.\n"), terminal);
    return EXIT_DONE;
}

/* Blocked and retired ones stay so: nothing of theirs is taken any more, whatever is allowed. */
static bool is_over(const struct store_terminal *t)
{
    return t->state == TERMINAL_REVOKED || t->state == TERMINAL_RETIRED;
}

static int complain_of_end(struct host *host, const char *terminal)
{
    struct store_terminal t;
    enum till_status status = store_terminal_get(host->store, terminal, &t);
    crypto_wipe(t.secret, sizeof(t.secret));
    if (status != TILL_OK || !is_over(&t)) {
        return command_ended(terminal, status == TILL_OK ? TILL_REFUSED : status);
    }
    output_complain(terminal, TILL_REFUSED,
                    _("Terminal %s is not allowed again (%s): its device gets a new number.\n"),
                    terminal, _(state_text(&t)));
    return EXIT_FOUND_WRONG;
}

/* No new collections, or again. A terminal with two histories stays stopped: it is to be enrolled
 * under a new number. */
static enum till_status set_stopped(struct host *host, const char *terminal, bool stopped,
                                    const char *message)
{
    struct store_terminal t;
    int64_t now_s = (int64_t)time(NULL);
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = store_terminal_get(host->store, terminal, &t);
    if (status == TILL_OK && !stopped &&
        (is_over(&t) || store_fork_count(host->store, terminal) > 0)) {
        status = TILL_REFUSED;
    }
    if (status == TILL_OK) {
        t.stopped = stopped;
        status = store_terminal_put(host->store, &t);
    }
    crypto_wipe(&t, sizeof(t));
    if (status == TILL_OK && !stopped) {
        /* Whoever may go on may also renew a certificate that has run out. */
        status = renewal_allow(host->store, terminal, now_s);
    }
    if (status == TILL_OK && message != NULL) {
        status = orders_send(host->store, terminal, message, now_s);
    }
    if (status == TILL_OK) {
        status = alarm_put(host->store, now_s, terminal, stopped ? "stopped" : "allowed",
                           stopped ? N_("the office stopped new collections")
                                   : N_("the office allowed new collections again"));
    }
    if (status == TILL_OK) {
        return store_commit(host->store);
    }
    store_rollback(host->store);
    return status;
}

static int stop(struct host *host, struct arguments *a, bool stopped)
{
    const char *message = arguments_option(a, "--message", NULL);
    const char *terminal = arguments_next(a);
    if (terminal == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = set_stopped(host, terminal, stopped, message);
    if (status == TILL_REFUSED) {
        return complain_of_end(host, terminal);
    }
    if (status != TILL_OK) {
        return command_ended(terminal, status);
    }
    if (output_is_json()) {
        return command_ended(terminal, show(host, terminal));
    }
    printf(stopped ? _("Terminal %s takes no new collections from its next contact on.\n")
                   : _("Terminal %s takes collections again from its next contact on.\n"),
           terminal);
    return EXIT_DONE;
}

int command_terminals(const char *dir, struct arguments *a)
{
    struct host host;
    int code = EXIT_USAGE;
    bool json = output_is_json();
    const char *what = arguments_next(a);
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    if (what == NULL && arguments_done(a)) {
        status = list(&host, json);
        code = EXIT_DONE;
        if (status != TILL_OK) {
            output_error(dir, status);
            code = EXIT_ENVIRONMENT;
        }
    } else if (what != NULL && strcmp(what, "add") == 0) {
        code = add(&host, a);
    } else if (what != NULL && strcmp(what, "code") == 0) {
        code = renew(&host, a);
    } else if (what != NULL && strcmp(what, "revoke") == 0) {
        code = revoke(&host, a);
    } else if (what != NULL && (strcmp(what, "stop") == 0 || strcmp(what, "allow") == 0)) {
        code = stop(&host, a, strcmp(what, "stop") == 0);
    }
    host_close(&host);
    return code;
}
