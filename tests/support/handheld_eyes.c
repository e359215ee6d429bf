/* The handheld looked at: screen, paper, journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "handheld.h"
#include "journal_private.h"
#include "parts.h"

/* ---- eyes ------------------------------------------------------------------------------------ */

const char *handheld_screen(const struct handheld *h)
{
    return sim_screen_name(h->world);
}

const char *handheld_text(const struct handheld *h)
{
    return sim_screen_text(h->world);
}

bool handheld_sees(const struct handheld *h, const char *text)
{
    return strstr(handheld_text(h), text) != NULL;
}

void handheld_expect(const struct handheld *h, const char *text)
{
    if (!handheld_sees(h, text))
        fail_msg("\"%s\" is not on the screen %s:\n%s", text, handheld_screen(h), handheld_text(h));
}

void handheld_expect_not(const struct handheld *h, const char *text)
{
    if (handheld_sees(h, text))
        fail_msg("\"%s\" is on the screen %s:\n%s", text, handheld_screen(h), handheld_text(h));
}

void handheld_expect_screen(const struct handheld *h, const char *name)
{
    if (strcmp(handheld_screen(h), name) != 0)
        fail_msg("%s was expected; there is %s:\n%s", name, handheld_screen(h), handheld_text(h));
}

void handheld_expect_paper(const struct handheld *h, const char *text)
{
    char *paper = sim_paper_text(h->world);
    assert_non_null(paper);
    bool has = strstr(paper, text) != NULL;
    if (!has)
        print_message("\"%s\" is not on the paper:\n%s\n", text, paper);
    free(paper);
    assert_true(has);
    assert_null(sim_printer_fault(h->world));
}

void handheld_expect_no_paper(const struct handheld *h)
{
    if (sim_printed_bytes(h->world).size > 0) {
        char *paper = sim_paper_text(h->world);
        print_message("there is paper:\n%s\n", paper);
        free(paper);
        fail();
    }
}

char *handheld_tear_off(struct handheld *h)
{
    char *paper = sim_paper_text(h->world);
    assert_non_null(paper);
    sim_paper_tear_off(h->world);
    return paper;
}

unsigned handheld_times(const char *text, const char *part)
{
    unsigned times = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        times++;
    return times;
}

/* ---- the journal ----------------------------------------------------------------------------- */

const struct fold *handheld_fold(const struct handheld *h)
{
    assert_true(h->app && h->app->journal);
    return journal_fold(h->app->journal);
}

uint64_t handheld_head(const struct handheld *h)
{
    return handheld_fold(h)->seq;
}

void handheld_entry(const struct handheld *h, uint64_t seq, struct entry *out)
{
    assert_int_equal(journal_read(h->app->journal, seq, out, NULL), TILL_OK);
}

unsigned handheld_count(const struct handheld *h, enum entry_kind kind)
{
    struct entry e;
    unsigned count = 0;
    for (uint64_t seq = 1; seq <= handheld_head(h); seq++) {
        handheld_entry(h, seq, &e);
        count += kind_base(e.kind) == kind;
    }
    return count;
}

const char *handheld_kinds(const struct handheld *h, uint64_t from_seq)
{
    static char text[4096];
    struct entry e;
    size_t used = 0;
    text[0] = '\0';
    for (uint64_t seq = from_seq; seq <= handheld_head(h) && used + 32 < sizeof text; seq++) {
        handheld_entry(h, seq, &e);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "",
                                 kind_name(e.kind));
    }
    return text;
}

void handheld_expect_kinds(const struct handheld *h, uint64_t from_seq, const char *kinds)
{
    assert_string_equal(handheld_kinds(h, from_seq), kinds);
}

void handheld_collection(const struct handheld *h, uint64_t seq, struct body_collection *out)
{
    struct entry e;
    handheld_entry(h, seq, &e);
    assert_true(kind_has_receipt(e.kind));
    assert_int_equal(entry_read_collection(&e, out), TILL_OK);
}

int64_t handheld_cash(const struct handheld *h)
{
    const struct fold_user *user = fold_current(handheld_fold(h));
    assert_non_null(user);
    return user->cash_minor;
}

struct auditor {
    struct crypto_key *key;
    bool signatures;
};

static enum till_status accept_signature(void *context, const uint8_t hash[HASH_SIZE],
                                         const uint8_t signature[SIGNATURE_SIZE])
{
    (void)context;
    (void)hash;
    (void)signature;
    return TILL_OK;
}

static enum till_status sealer_for(void *context, const uint8_t public_key[PUBLIC_KEY_SIZE],
                                   struct sealer *sealer_out)
{
    struct auditor *auditor = context;
    crypto_key_free(auditor->key);
    auditor->key = NULL;
    enum till_status status = crypto_key_load_public(public_key, &auditor->key);
    if (status == TILL_OK)
        crypto_sealer(sealer_out, auditor->key);
    if (status == TILL_OK && !auditor->signatures)
        sealer_out->verify = accept_signature;
    return status;
}

void handheld_audit(const struct handheld *h, bool signatures)
{
    char path[HANDHELD_PATH_MAX + 32];
    struct auditor auditor = {.signatures = signatures};
    struct journal_verifier verifier = {.context = &auditor, .sealer_for = sealer_for};
    struct journal_verdict verdict;
    assert_null(h->app);
    snprintf(path, sizeof path, "%s/journal.db", h->state_dir);
    assert_int_equal(journal_audit_on(CUT_VFS, path, &verifier, &verdict), TILL_OK);
    crypto_key_free(auditor.key);
    if (verdict.first_bad != 0)
        fail_msg("record %llu is bad: %s", (unsigned long long)verdict.first_bad, verdict.text);
}

const char *handheld_number(uint64_t seq, char out[RECEIPT_NUMBER_MAX])
{
    receipt_number_format(UTILITY_TERMINAL, seq, out);
    return out;
}

const char *handheld_code(const struct handheld *h, uint64_t seq, char out[PROOF_TEXT_MAX])
{
    struct proof proof;
    struct site site = utility_site();
    memset(&proof, 0, sizeof proof);
    snprintf(proof.terminal, sizeof proof.terminal, "%s", h->utility->terminal);
    assert_int_equal(journal_read(h->app->journal, seq, &proof.entry, proof.prev), TILL_OK);
    assert_int_equal(proof_write(site.receipt_url, &proof, out), TILL_OK);
    return out;
}
