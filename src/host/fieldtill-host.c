/*
 * fieldtill-host: the office's side. docs/host.md is its manual.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acts.h"
#include "authority.h"
#include "commands.h"
#include "config.h"
#include "host.h"
#include "language.h"
#include "log.h"
#include "output.h"
#include "owner.h"
#include "text.h"

/* In the order in which the help names them. */
static const struct command {
    const char *name;
    int (*run)(const char *dir, struct arguments *a);
    const char *help; /* msgid: each form of it, and what it does */
} commands[] = {
    {"init", command_init,
     N_("  init [--hosts NAMES]\n"
        "        make the folder with keys and an empty store; NAMES are the DNS names and\n"
        "        addresses that terminals call (default localhost,127.0.0.1,::1)\n")},
    {"serve", command_serve,
     N_("  serve [--listen ADDRESS:PORT] [--watch ADDRESS:PORT] [--book-minutes N] [--workers N]\n"
        "        [--connections N] [--deadline S] [--waiting N] [--unproven N] [--per-terminal N]\n"
        "        [--requests-per-minute N] [--batches-per-minute N] [--anonymous-per-minute N]\n"
        "        answer terminals (default 127.0.0.1:8443; port 0: any free one) until SIGTERM;\n"
        "        figures and health in plain HTTP at --watch, on this machine alone; a book is\n"
        "        made anew at most every N minutes for collections' sake (default 60); S seconds\n"
        "        are given to a whole request (default 120, then 300); the manual page says what\n"
        "        the other limits are; 0 is no limit\n")},
    {"import", command_import,
     N_("  import FILE.csv ... [--map FILE] [--encoding utf-8|gb18030]\n"
        "        site, users, meter_books, customers, bills, limits or bank_lines, known by the\n"
        "        header row, or as the mapping says; rows that are bad go to FILE.rejected.csv\n")},
    {"assign", command_assign,
     N_("  assign [--all]\n"
        "        who carries which meter book, and whose report is waited for\n"
        "  assign give BOOK --to NUMBER\n"
        "        a meter book goes from one terminal to another\n"
        "  assign set NUMBER --books IDS\n"
        "        all that a terminal carries\n")},
    {"terminals", command_terminals,
     N_("  terminals\n"
        "  terminals add NUMBER --name TEXT --books IDS [--replaces NUMBER] [--url URL]\n"
        "                       [--ticket FILE]\n"
        "        a new terminal: prints its enrolment ticket, and what to type instead\n"
        "  terminals add NUMBER --count N --books IDS --ticket FILE [--url URL]\n"
        "        N terminals with the numbers from that one on: their tickets go to the file\n"
        "  terminals code NUMBER [--url URL] [--ticket FILE]\n"
        "        another code for a terminal that has not enrolled\n"
        "  terminals revoke NUMBER\n"
        "        block a terminal for good\n"
        "  terminals stop NUMBER [--message TEXT]\n"
        "  terminals allow NUMBER [--message TEXT]\n"
        "        no new collections there, or again; records go on coming\n")},
    {"limits", command_limits,
     N_("  limits\n"
        "  limits set NUMBER|--all [cash=] [unsent=] [hours=] [receipt=] [day=] [reversals=]\n"
        "                          [reversed=]\n"
        "        how much may happen before the office has heard of it; 0 is no limit,\n"
        "        reversals=none lets nobody reverse alone\n")},
    {"message", command_message, N_("  message send NUMBER|--all TEXT\n")},
    {"approve", command_approve,
     N_("  approve --terminal NUMBER --challenge DIGITS --purpose reversal|limit --amount A\n"
        "          [--limit NAME] [--approver USER]\n"
        "        the code to read out to a collector\n")},
    {"team", command_team,
     N_("  team set NUMBER [NUMBERS ...]\n"
        "        whose challenges the supervisor at NUMBER may answer\n")},
    {"dispute", command_dispute,
     N_("  dispute list [--all]\n"
        "  dispute answer ID --paid|--owed [--text TEXT] [--by USER]\n"
        "        late fee waits until every dispute of the account is answered\n")},
    {"corrections", command_corrections, N_("  corrections list\n")},
    {"correct", command_correct,
     N_("  correct list [--all]\n"
        "  correct propose --entry NUMBER/SEQ --kind transfer|refund|cancel [--to ACCOUNT]\n"
        "                  --reason TEXT --by USER\n"
        "  correct approve ID --by USER\n"
        "  correct refuse ID --by USER\n"
        "        what was wrong after the day was closed; two different people of the office\n"
        "  correct paid ID --slip NUMBER --by USER\n"
        "        a refund was paid out\n")},
    {"cheque", command_cheque,
     N_("  cheque returned NUMBER SEQ [--by USER]\n"
        "        a cheque came back: its part of that payment is undone\n"
        "  cheque trust ACCOUNT [--by USER]\n"
        "        the customer's cheques are taken again\n")},
    {"channel", command_channel,
     N_("  channel list\n"
        "  channel add NAME [--title TEXT]\n"
        "        a bank, Alipay, WeChat, direct debit: whatever takes payments elsewhere\n"
        "  channel certificate NAME --csr FILE\n"
        "        a certificate for the API, for a request whose name is channel.NAME\n"
        "  channel stop NAME | channel allow NAME\n")},
    {"payments", command_payments,
     N_("  payments import FILE.csv --channel NAME [--map FILE] [--encoding NAME]\n"
        "        what a channel took; the same again changes nothing\n"
        "  payments list --channel NAME [--aside]\n"
        "  payments retry --channel NAME\n"
        "        once more what was set aside\n")},
    {"period", command_period,
     N_("  period list\n"
        "  period close MONTH --by USER\n"
        "        for good: what comes later is posted to the open month\n")},
    {"ledger", command_ledger,
     N_("  ledger check\n"
        "        replay everything and compare\n"
        "  ledger balance PREFIX\n"
        "        sum of the accounts that begin so, e.g. cash/0031\n")},
    {"cash", command_cash,
     N_("  cash closes|handovers|deposits|variances|moves [--open] [--date DATE]\n"
        "        who has the cash: Zs, what went from hand to hand and to the bank, what did not\n"
        "        agree, what was put into bags and paid out; only what still waits for somebody,\n"
        "        or what is of a date\n"
        "  cash slips\n"
        "        where cheques and other slips are now, and since when\n"
        "  cash explain NUMBER SEQ --owner USER\n"
        "               --reason counterfeit|damaged|change|lost|other [--amount A] [--slip S]\n"
        "               [--slips] [--text TEXT] --by USER\n"
        "        a difference of a deposit or a hand-over is over or short of somebody by name;\n"
        "        --slips: of its cheques and slips, not of its cash\n"
        "  cash settle NUMBER SEQ --text TEXT --by USER\n"
        "        a disputed hand-over or close in absence is done with; of a hand-over that was\n"
        "        taken twice, name the taking that does not stand: it is posted back\n")},
    {"bank", command_bank,
     N_("  bank match [--days N]\n"
        "        lines of the bank (imported as bank_lines) against deposits: by slip, by amount\n"
        "        and day; exit 1 where something is left, or differs and is not explained\n"
        "  bank list [--open]\n"
        "  bank join BANK REFERENCE --deposit NUMBER/SEQ --by USER\n"
        "  bank part BANK REFERENCE [--by USER]\n"
        "        match one by hand, or take it apart again: for good, but by hand\n")},
    {"day", command_day,
     N_("  day DATE [--pdf FILE]\n"
        "        a date three ways: the journals, what was counted, the bank\n")},
    {"report", command_report,
     N_("  report team [NUMBER] [--by day|collector|book|tender|type|terminal|exception|close]\n"
        "              [--from DATE] [--to DATE]\n"
        "        what the team of the supervisor at NUMBER took, or everybody; by collector and\n"
        "        today where nothing is said; close: Zs whose cash is not on its way\n"
        "  report list [NUMBER]\n"
        "  report show NUMBER/N | report save NUMBER/N FILE\n"
        "        reports that terminals sent as files, for reading: the last ten of each\n")},
    {"stock", command_stock,
     N_("  stock issue TYPE SERIES FIRST LAST --to USER [--terminal NUMBER] [--by USER]\n"
        "        numbered paper goes out: TYPE receipt, invoice or manual, SERIES - where there\n"
        "        is none; the user takes it over on a terminal, or on that one alone\n"
        "  stock transfer TYPE SERIES FIRST LAST --to USER [--terminal NUMBER] [--by USER]\n"
        "  stock return TYPE SERIES FIRST LAST [--by USER]\n"
        "        blank paper goes on to somebody else, or is here again\n"
        "  stock list [--user USER]\n"
        "        who has what, and what became of it\n"
        "  stock show NUMBER\n"
        "        the story of a number, e.g. B-00012345\n"
        "  stock count [DATE]\n"
        "        what was counted at closes, against the records; exit 1 where they differ\n"
        "  stock check\n"
        "        what does not fit, and the sums; exit 1 where something does not\n")},
    {"invoice", command_invoice,
     N_("  invoice list [--all]\n"
        "        who asked for an invoice and has none yet\n"
        "  invoice done NUMBER/SEQ --number TEXT [--by USER]\n"
        "        it was made, with that number: of a request, or of a payment; exit 1 where\n"
        "        another one stands for the same bill\n"
        "  invoice void NUMBER/SEQ [--by USER]\n"
        "        it no longer stands, or none is wanted\n")},
    {"entries", command_entries, N_("  entries NUMBER [--from SEQ]\n")},
    {"alarms", command_alarms, N_("  alarms\n")},
    {"receipt", command_receipt,
     N_("  receipt FILE | receipt --text TEXT\n"
        "        what is known of a receipt, by the text of its QR code\n")},
    {"recover", command_recover,
     N_("  recover FILE ... | recover --text TEXT\n"
        "        customers' papers of a terminal that is lost: post what their QR codes say\n")},
    {"loss", command_loss,
     N_("  loss NUMBER\n"
        "        what is known of a lost terminal, what papers told, and what nobody can tell\n"
        "  loss close NUMBER\n"
        "        give it up: blocked for good, and no customer waits for its report\n")},
    {"quarantine", command_quarantine,
     N_("  quarantine [list] [--all]\n"
        "        records that were set aside, with their reasons\n"
        "  quarantine release NUMBER SEQ --by USER [--date YYYY-MM-DD]\n"
        "        post one after all, once its reason is mended; with another value date\n"
        "  quarantine close NUMBER SEQ --reason TEXT --by USER\n"
        "        one that will never be posted: its money was settled another way\n")},
    {"stick", command_stick,
     N_("  stick DIR\n"
        "        take in what terminals put on the USB stick at DIR, and acknowledge it there\n")},
    {"backup", command_backup,
     N_("  backup FOLDER [--without-authority]\n"
        "        the store and everything beside it into a new folder, also while it serves\n"
        "  backup --check FOLDER\n"
        "        is every byte of it as it was?\n")},
    {"restore", command_restore,
     N_("  restore FOLDER\n"
        "        a host out of a backup, in --dir, where none may be; a PostgreSQL store goes\n"
        "        into the empty database that --db names\n")},
    {"paths", command_paths,
     N_("  paths\n"
        "        what terminals may ask, as docs/openapi.json describes it\n")},
    {"authority", command_authority,
     N_("  authority\n"
        "        the certificates that terminals believe, and until when they hold\n"
        "  authority tls [--hosts NAMES]\n"
        "        a new key and certificate for the server, which takes it when it begins anew\n"
        "  authority next [--days N]\n"
        "        another authority that takes its place: terminals learn it, and ask for\n"
        "        certificates by it within N days (default 14)\n"
        "  authority switch [--hosts NAMES] [--force]\n"
        "        put it in force, once every terminal knows it\n"
        "  authority withdraw\n"
        "        take back what was announced, where its key is lost\n"
        "  authority retire [--force]\n"
        "        drop the old one, once nobody has a certificate by it\n")},
    {"audit", command_audit,
     N_("  audit [--check]\n"
        "        what people did with this program; --check replays its chain\n")},
};

static void print_help(FILE *to)
{
    (void)fputs(
        _("fieldtill-host: the office's side of Fieldtill\n"
          "\n"
          "usage: fieldtill-host [--config FILE] [--dir DIR] [--db URL] [--language zh_CN|en]\n"
          "                      [--json] [--log-level error|warning|info|debug] COMMAND\n"
          "\n"
          "  --config FILE       settings, as `name = value`: any option below or of serve\n"
          "                      (default /etc/fieldtill/host.conf, where there is one)\n"
          "  --dir DIR           the host's folder (default ./host)\n"
          "  --db URL            the store: postgresql://… or sqlite:PATH (default: what init\n"
          "                      was told; else host.db in the folder)\n"
          "  --authority FILE    the authority's key, where it lies outside the folder\n"
          "  --language LANGUAGE zh_CN or en (default: the environment's LANG)\n"
          "  --json              what a command says as one array of objects, what went wrong\n"
          "                      as an object a line on standard error\n"
          "  --log-level LEVEL   error, warning, info or debug (default info)\n"
          "  --help  --version   this, and nothing else\n"
          "\n"
          "commands:\n"),
        to);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        (void)fputs(_(commands[i].help), to);
    }
    (void)fputs(_("\n"
                  "exit: 0 done, 1 found something wrong, 2 usage, 3 some rows were left out,\n"
                  "      4 files, database or network\n"),
                to);
}

static void write_log(void *context, enum log_level level, const char *line)
{
    (void)context;
    /* journald reads the level from the number; people don't need it. */
    static int to_people = -1;
    if (to_people < 0) {
        to_people = isatty(STDERR_FILENO);
    }
    if (output_is_json()) {
        output_complain("log", TILL_OK, "%s", line);
    } else if (to_people) {
        (void)fprintf(stderr, "%s\n", line);
    } else {
        (void)fprintf(stderr, "<%d>%s\n", (int)level, line);
    }
}

/* Where the catalogues are, seen from the program: in a build tree, and where it is installed. */
static void find_catalogues(char dir[PATH_MAX])
{
    static const char *const places[] = {"../locale", "../share/locale"};
    char self[PATH_MAX], beside[PATH_MAX + 32];
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
    text_copy(dir, PATH_MAX, "/usr/share/locale");
    if (size <= 0) {
        return;
    }
    self[size] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(beside, sizeof(beside), "%s/%s", self, places[i]);
        if (strlen(beside) < PATH_MAX && access(beside, F_OK) == 0) {
            text_copy(dir, PATH_MAX, beside);
            return;
        }
    }
}

static void choose_language(const char *wanted)
{
    char dir[PATH_MAX];
    const char *name = wanted;
    const char *from = getenv("LANG");
    if (name == NULL) {
        name = from != NULL && strncmp(from, "zh", 2) == 0 ? "zh_CN" : "en";
    }
    find_catalogues(dir);
    /* English stands in the program: a catalogue that is missing is no reason to stop. */
    enum till_status status = language_open(name, dir);
    (void)status;
}

/* Said on standard error if not. */
static bool can_be(const char *option, const char *value)
{
    if (value == NULL || config_can_be(option + strlen("--"), value)) {
        return true;
    }
    output_complain(option, TILL_BAD_INPUT, _("%s can't be %s.\n"), option, value);
    return false;
}

static bool choose_log_level(const char *name)
{
    static const struct {
        const char *name;
        enum log_level level;
    } levels[] = {{"error", LOG_LEVEL_ERROR},
                  {"warning", LOG_LEVEL_WARNING},
                  {"info", LOG_LEVEL_INFO},
                  {"debug", LOG_LEVEL_DEBUG}};
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcmp(name, levels[i].name) == 0) {
            log_to(write_log, NULL, levels[i].level);
            return true;
        }
    }
    return false;
}

/* An exit code. */
static int read_config(struct arguments *a, struct config *config)
{
    const char *path = arguments_option(a, "--config", NULL);
    enum till_status status = config_read(path == NULL ? CONFIG_DEFAULT_PATH : path, config);
    if (status == TILL_NOT_FOUND && path == NULL) {
        return EXIT_DONE; /* nobody asked for one */
    }
    if (status != TILL_OK) {
        output_error(path == NULL ? CONFIG_DEFAULT_PATH : path, status);
        return EXIT_ENVIRONMENT;
    }
    a->config = config;
    return EXIT_DONE;
}

static int run(const struct command *command, const char *dir, struct arguments *a)
{
    char text[ACTS_TEXT_MAX];
    int64_t n = 0;
    if (!acts_is_act(command->name, a)) {
        return command->run(dir, a);
    }
    acts_spell(a, text);
    int code = acts_begin(dir, command->name, text, &n);
    if (code == EXIT_DONE) {
        code = command->run(dir, a);
        acts_end(dir, command->name, text, n, code);
    }
    return code;
}

int main(int argc, char **argv)
{
    static struct config config;
    struct arguments a = {.count = argc - 1, .at = argv + 1};
    (void)umask(077); /* SQLite would let everybody read its files */
    /* A core dump would hold the host's keys. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0);
    log_to(write_log, NULL, LOG_LEVEL_INFO);
    if (arguments_flag(&a, "--json")) {
        output_use_json();
    }
    int code = read_config(&a, &config);
    const char *language = arguments_option(&a, "--language", NULL);
    choose_language(language);
    if (arguments_flag(&a, "--help")) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (arguments_flag(&a, "--version")) {
        printf("fieldtill-host %s\n", FIELDTILL_VERSION);
        return EXIT_DONE;
    }
    if (code != EXIT_DONE) {
        return code;
    }
    const char *dir = arguments_option(&a, "--dir", "./host");
    host_use_db(arguments_option(&a, "--db", NULL));
    authority_use_key(arguments_option(&a, "--authority", NULL));
    const char *level = arguments_option(&a, "--log-level", "info");
    bool good =
        can_be("--language", language) && can_be("--log-level", level) && choose_log_level(level);
    enum till_status status = owner_become(dir);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    code = EXIT_USAGE;
    const char *name = good ? arguments_next(&a) : NULL;
    for (size_t i = 0; name != NULL && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(name, commands[i].name) == 0) {
            code = run(&commands[i], dir, &a);
        }
    }
    if (code == EXIT_USAGE) {
        output_complain(name == NULL ? "" : name, TILL_BAD_INPUT,
                        _("Not understood. `fieldtill-host --help` lists the commands.\n"));
    }
    return code;
}
