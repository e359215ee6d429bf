/*
 * fieldtill-verify: is this journal, is this receipt what it claims to be? For an auditor, a court,
 * a supervisor, a customer. Needs no key but public ones, writes nothing.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "crypto.h"
#include "journal.h"
#include "language.h"
#include "money.h"
#include "proof.h"
#include "text.h"
#include "vfs.h"
#include "when.h"

/* Exit codes, as docs/verify.md gives them. */
enum { SOUND = 0, WRONG = 1, USAGE = 2, UNREADABLE = 3, UNKNOWN_RECORD = 4 };

enum { INPUT_MAX = 4096, LIST_MAX = 1000000 };

static const char usage[] =
    "usage: fieldtill-verify [--language zh_CN|en] [--locale DIR] COMMAND\n"
    "\n"
    "  journal FILE [--list N]\n"
    "      audits a terminal's journal: every record, hash, signature and sum. Names the first\n"
    "      bad record and why. --list shows the last N records.\n"
    "  receipt [--key HEX | --journal FILE] [--book FILE] [TEXT | -]\n"
    "      checks a receipt by what its QR code says (- or nothing: from standard input). With a\n"
    "      journal it also says whether the record is in it and confirmed by the office; with a\n"
    "      book, whether the office has corrected or refunded it.\n"
    "\n"
    "exit: 0 sound, 1 wrong, 2 usage, 3 can't be read, 4 authentic but not in the journal\n";

/* ---- keys ------------------------------------------------------------------------------------ */

/* One key at a time: a journal changes it at key_changed only. */
struct keys {
    struct crypto_key *key;
};

static enum till_status sealer_for(void *context, const uint8_t public_key[PUBLIC_KEY_SIZE],
                                   struct sealer *sealer_out)
{
    struct keys *keys = context;
    crypto_key_free(keys->key);
    keys->key = NULL;
    enum till_status status = crypto_key_load_public(public_key, &keys->key);
    if (status == TILL_OK)
        crypto_sealer(sealer_out, keys->key);
    return status;
}

/* ---- journal --------------------------------------------------------------------------------- */

/* What was reversed, and by which record: grows as it is found. */
struct reversals {
    struct {
        uint64_t seq, by;
    } * found;
    size_t count, room;
    bool failed;
};

static void note_reversal(void *context, const struct entry *e)
{
    struct reversals *reversals = context;
    struct body_reversal body;
    if (reversals->failed || kind_is_training(e->kind) || entry_read_reversal(e, &body) != TILL_OK)
        return;
    if (reversals->count == reversals->room) {
        size_t room = reversals->room ? 2 * reversals->room : 64;
        void *grown = realloc(reversals->found, room * sizeof reversals->found[0]);
        if (!grown) {
            reversals->failed = true;
            return;
        }
        reversals->found = grown;
        reversals->room = room;
    }
    reversals->found[reversals->count].seq = body.seq;
    reversals->found[reversals->count++].by = e->seq;
}

static uint64_t reversed_by(const struct reversals *reversals, uint64_t seq)
{
    for (size_t i = 0; i < reversals->count; i++)
        if (reversals->found[i].seq == seq)
            return reversals->found[i].by;
    return 0;
}

static void list_entry(void *context, const struct entry *e)
{
    const struct reversals *reversals = context;
    uint64_t by = reversed_by(reversals, e->seq);
    char at[WHEN_TEXT_MAX];
    when_format_minute("UTC0", e->at_s, at);
    printf("%8llu  %s  %-18s %s", (unsigned long long)e->seq, at, kind_name(e->kind), e->body);
    if (by != 0)
        printf(_("  reversed by %llu"), (unsigned long long)by);
    printf("\n");
}

static void list_entries(const char *path, uint32_t most)
{
    struct reversals reversals = {.count = 0};
    uint64_t acknowledged;
    enum till_status status = journal_look(path, 1, most, note_reversal, &reversals, &acknowledged);
    if (status == TILL_OK)
        status = journal_look(path, 1, most, list_entry, &reversals, &acknowledged);
    if (status != TILL_OK || reversals.failed)
        fprintf(stderr, _("The records can't be listed.\n"));
    free(reversals.found);
}

static int verify_journal(int argc, char **argv)
{
    struct keys keys = {NULL};
    const struct journal_verifier verifier = {
        .context = &keys, .sealer_for = sealer_for, .signatures = JOURNAL_SIGNATURES_ALL};
    struct journal_verdict verdict;
    unsigned long listed = 0;
    if (argc == 3 && strcmp(argv[1], "--list") == 0)
        listed = strtoul(argv[2], NULL, 10);
    else if (argc != 1)
        return USAGE;
    enum till_status status = journal_audit(argv[0], &verifier, &verdict);
    crypto_key_free(keys.key);
    if (status != TILL_OK && status != TILL_E_CORRUPT) {
        fprintf(stderr, "%s: %s\n", argv[0], _(status_text((int)status)));
        return UNREADABLE;
    }
    if (listed > 0 && listed <= LIST_MAX && status == TILL_OK)
        list_entries(argv[0], (uint32_t)listed);
    if (status != TILL_OK || verdict.first_bad != 0) {
        printf(_("WRONG at record %llu: %s\n"), (unsigned long long)verdict.first_bad,
               verdict.text);
        return WRONG;
    }
    char code[CHECK_CODE_MAX];
    chain_check_code(verdict.head, code);
    printf(_("SOUND: terminal %s, %llu records, all hashes and signatures fit, check code %s\n"),
           verdict.terminal, (unsigned long long)verdict.entries, code);
    if (verdict.text[0])
        printf("%s\n", verdict.text);
    return SOUND;
}

/* ---- receipt --------------------------------------------------------------------------------- */

struct search {
    uint64_t seq;
    struct entry entry;
    bool found;
    uint64_t reversed_by; /* 0 = it stands */
};

static void look_for(void *context, const struct entry *e)
{
    struct search *search = context;
    struct body_reversal body;
    if (search->found && entry_read_reversal(e, &body) == TILL_OK && body.seq == search->seq)
        search->reversed_by = e->seq;
    if (search->found || e->seq != search->seq)
        return;
    search->entry = *e;
    search->found = true;
}

static enum till_status find_entry(const char *journal, uint64_t seq, struct search *search,
                                   uint64_t *acknowledged)
{
    memset(search, 0, sizeof *search);
    search->seq = seq;
    return journal_look(journal, seq, LIST_MAX, look_for, search, acknowledged);
}

static bool read_input(const char *argument, char text[INPUT_MAX], size_t *size)
{
    if (argument && strcmp(argument, "-") != 0) {
        text_copy(text, INPUT_MAX, argument);
        *size = strlen(text);
        return true;
    }
    *size = fread(text, 1, INPUT_MAX - 1, stdin);
    text[*size] = '\0';
    while (*size > 0 && isspace((unsigned char)text[*size - 1]))
        text[--*size] = '\0';
    return !ferror(stdin);
}

static enum till_status key_of(const char *hex, const char *journal, uint8_t key[PUBLIC_KEY_SIZE])
{
    struct search search;
    struct body_enrolled body;
    uint64_t acknowledged;
    if (hex)
        return hex_decode(hex, strlen(hex), key, PUBLIC_KEY_SIZE);
    enum till_status status = find_entry(journal, 1, &search, &acknowledged);
    if (status == TILL_OK && !search.found)
        status = TILL_E_CORRUPT;
    if (status == TILL_OK)
        status = entry_read_enrolled(&search.entry, &body);
    if (status == TILL_OK)
        memcpy(key, body.public_key, PUBLIC_KEY_SIZE);
    return status;
}

static void describe(const struct proof *proof)
{
    char number[RECEIPT_NUMBER_MAX], at[WHEN_TEXT_MAX], code[CHECK_CODE_MAX];
    char amount[MONEY_TEXT_MAX];
    struct entry_figures figures;
    struct site site;
    site_default(&site);
    receipt_number_format(proof->terminal, proof->entry.seq, number);
    when_format_minute(site.zone, proof->entry.at_s, at);
    chain_check_code(proof->entry.hash, code);
    printf(_("receipt %s, %s, %s, check code %s\n"), number, at, kind_name(proof->entry.kind),
           code);
    entry_figures(&proof->entry, &figures);
    money_format(&site, figures.amount_minor, true, amount);
    if (figures.account[0])
        printf(_("account %s, amount %s\n"), figures.account, amount);
    else
        printf(_("amount %s\n"), amount);
    if (figures.about != 0) {
        receipt_number_format(proof->terminal, figures.about, number);
        printf(_("takes back receipt %s\n"), number);
    }
    if (kind_is_training(proof->entry.kind))
        printf(_("TRAINING: this is no receipt for money.\n"));
}

static int say_where(const char *journal, const struct proof *proof)
{
    struct search search;
    uint64_t acknowledged = 0;
    enum till_status status = find_entry(journal, proof->entry.seq, &search, &acknowledged);
    if (status != TILL_OK) {
        fprintf(stderr, "%s: %s\n", journal, _(status_text((int)status)));
        return UNREADABLE;
    }
    if (!search.found || memcmp(search.entry.hash, proof->entry.hash, HASH_SIZE) != 0) {
        printf(_("NOT IN THIS JOURNAL: signed by its key, but the journal has no such record.\n"));
        return UNKNOWN_RECORD;
    }
    if (search.reversed_by != 0) {
        char number[RECEIPT_NUMBER_MAX];
        receipt_number_format(proof->terminal, search.reversed_by, number);
        printf(_("REVERSED: receipt %s took it back.\n"), number);
    }
    if (proof->entry.seq <= acknowledged)
        printf(_("In the journal, and confirmed by the office.\n"));
    else
        printf(_("In the journal; the office has not confirmed it yet.\n"));
    return SOUND;
}

/* What the office did with it, as a terminal's book knows. Its seals are that terminal's alone. */
static int say_corrected(const char *path, const struct proof *proof)
{
    struct book *book = NULL;
    struct book_corrected corrected;
    char date[WHEN_TEXT_MAX];
    enum { SECTOR = 512 };
    enum till_status status = vfs_register(SECTOR);
    if (status == TILL_OK)
        status = book_open(path, NULL, NULL, &book);
    if (status == TILL_OK)
        status = book_corrected(book, proof->terminal, proof->entry.seq, &corrected);
    book_close(book);
    if (status == TILL_NOT_FOUND)
        return SOUND;
    if (status != TILL_OK) {
        fprintf(stderr, "%s: %s\n", path, _(status_text((int)status)));
        return UNREADABLE;
    }
    when_format_date(corrected.date, date);
    if (corrected.how == BOOK_CORRECTED_REFUNDED)
        printf(_("REFUNDED by the office on %s: it proves no payment.\n"), date);
    else if (corrected.how == BOOK_CORRECTED_MOVED)
        printf(_("CORRECTED by the office on %s: another account has the payment.\n"), date);
    else
        printf(_("CORRECTED by the office on %s: it was cancelled and proves no payment.\n"), date);
    return SOUND;
}

static int check_receipt(const uint8_t key[PUBLIC_KEY_SIZE], struct proof *proof)
{
    struct crypto_key *public_key = NULL;
    struct sealer sealer;
    enum till_status status = crypto_key_load_public(key, &public_key);
    if (status == TILL_OK) {
        crypto_sealer(&sealer, public_key);
        status = proof_verify(&sealer, proof);
    }
    crypto_key_free(public_key);
    if (status == TILL_OK && entry_check_body(&proof->entry) == TILL_E_PROTOCOL)
        status = TILL_E_PROTOCOL;
    if (status == TILL_OK)
        return SOUND;
    printf(_("NOT AUTHENTIC: %s\n"), _(status_text((int)status)));
    return WRONG;
}

static int verify_receipt(int argc, char **argv)
{
    char text[INPUT_MAX];
    size_t size;
    uint8_t key[PUBLIC_KEY_SIZE];
    struct proof proof;
    const char *hex = NULL, *journal = NULL, *book = NULL;
    for (; argc >= 2 && strncmp(argv[0], "--", 2) == 0; argc -= 2, argv += 2) {
        if (strcmp(argv[0], "--key") == 0)
            hex = argv[1];
        else if (strcmp(argv[0], "--journal") == 0)
            journal = argv[1];
        else if (strcmp(argv[0], "--book") == 0)
            book = argv[1];
        else
            return USAGE;
    }
    if (argc > 1 || (!hex && !journal))
        return USAGE;
    if (!read_input(argc ? argv[0] : NULL, text, &size))
        return UNREADABLE;
    enum till_status status = key_of(hex, journal, key);
    if (status != TILL_OK) {
        fprintf(stderr, "%s: %s\n", hex ? "--key" : journal, _(status_text((int)status)));
        return UNREADABLE;
    }
    if (proof_read(text, size, &proof) != TILL_OK) {
        printf(_("NOT AUTHENTIC: this is not what stands in the QR code of a receipt.\n"));
        return WRONG;
    }
    int code = check_receipt(key, &proof);
    if (code != SOUND)
        return code;
    printf(_("AUTHENTIC\n"));
    describe(&proof);
    code = book ? say_corrected(book, &proof) : SOUND;
    return code == SOUND && journal ? say_where(journal, &proof) : code;
}

int main(int argc, char **argv)
{
    const char *language = "zh_CN", *locale = "/usr/share/locale";
    int code = USAGE;
    for (argc--, argv++; argc >= 2 && strncmp(argv[0], "--", 2) == 0; argc -= 2, argv += 2) {
        if (strcmp(argv[0], "--language") == 0)
            language = argv[1];
        else if (strcmp(argv[0], "--locale") == 0)
            locale = argv[1];
        else
            break;
    }
    if (language_open(language, locale) != TILL_OK)
        fprintf(stderr, "fieldtill-verify: %s: English is shown\n", language);
    if (argc == 1 && strcmp(argv[0], "--help") == 0) {
        fputs(usage, stdout);
        return SOUND;
    }
    if (argc >= 2 && strcmp(argv[0], "journal") == 0)
        code = verify_journal(argc - 1, argv + 1);
    else if (argc >= 1 && strcmp(argv[0], "receipt") == 0)
        code = verify_receipt(argc - 1, argv + 1);
    if (code == USAGE)
        fputs(usage, stderr);
    return code;
}
