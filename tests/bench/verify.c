/*
 * verify: the audit of a journal of 1,000,000 entries, entries a second.
 *
 * It is the whole audit but for the signatures, of which the last is checked: by the chain it
 * vouches for all (JOURNAL_SIGNATURES_LAST). A signature takes a thousand times as long as a hash;
 * with all of them the row would say nothing but how fast they are.
 *
 * The baseline in turns with it: the same entries' bytes lie in memory, laid out as they are
 * hashed, and the same library hashes them one after the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto.h"
#include "journal_story.h"
#include "stage.h"
#include "tale.h"
#include "vfs.h"

enum { ENTRIES = 1000000, TURNS = 5, BYTES_AN_ENTRY = 320 };

struct bytes {
    uint8_t *data; /* size in 16 bits, then as many bytes; again and again */
    size_t size, capacity;
    uint8_t prev[HASH_SIZE]; /* of the next entry; of the first it does not matter */
};

/* ---- the journal ----------------------------------------------------------------------------- */

static void make_journal(const char *path)
{
    struct crypto_key *key = NULL;
    struct tale_seal seal = {.resting = false};
    struct journal *journal = NULL;
    uint8_t public_key[PUBLIC_KEY_SIZE];
    bench_need(crypto_key_create(&key), "key");
    crypto_key_public(key, public_key);
    crypto_sealer(&seal.key, key);
    struct sealer sealer = tale_sealer(&seal);
    struct journal_options options = story_options(NULL, path, &sealer);
    bench_need(story_create(&options, public_key, &journal), "journal");
    tale_tell(journal, &seal, ENTRIES, STORY_BEGIN_S, story_account);
    journal_close(journal);
    crypto_key_free(key);
}

/* ---- the baseline ---------------------------------------------------------------------------- */

/* What the chain hashes, one entry after the other. */
static void lay_out(void *context, const struct entry *e)
{
    struct bytes *bytes = context;
    uint8_t memory[CHAIN_PREIMAGE_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    chain_preimage(STORY_TERMINAL, e, bytes->prev, &out);
    if (bytes->size + sizeof(uint16_t) + out.size > bytes->capacity)
        bench_fail("the entries are larger than expected");
    uint16_t size = (uint16_t)out.size;
    memcpy(bytes->data + bytes->size, &size, sizeof size);
    memcpy(bytes->data + bytes->size + sizeof size, memory, size);
    bytes->size += sizeof size + size;
    memcpy(bytes->prev, e->hash, HASH_SIZE);
}

static void load(const char *path, struct bytes *bytes)
{
    uint64_t acknowledged;
    bytes->capacity = (size_t)ENTRIES * BYTES_AN_ENTRY;
    bytes->data = malloc(bytes->capacity);
    if (!bytes->data)
        bench_fail("out of memory");
    bench_need(journal_look(path, 1, ENTRIES, lay_out, bytes, &acknowledged), "look");
}

static double hash_us(const struct bytes *bytes)
{
    uint8_t hash[HASH_SIZE];
    double from = bench_now_us();
    for (size_t at = 0; at < bytes->size;) {
        uint16_t size;
        memcpy(&size, bytes->data + at, sizeof size);
        at += sizeof size;
        bench_need(crypto_sha256((struct span){bytes->data + at, size}, hash), "hash");
        at += size;
    }
    double took = bench_now_us() - from;
    if (memcmp(hash, bytes->prev, HASH_SIZE) != 0)
        bench_fail("the last hash is another");
    return took;
}

/* ---- the audit ------------------------------------------------------------------------------- */

static enum till_status sealer_for(void *context, const uint8_t public_key[PUBLIC_KEY_SIZE],
                                   struct sealer *sealer_out)
{
    struct crypto_key **key = context;
    crypto_key_free(*key);
    *key = NULL;
    enum till_status status = crypto_key_load_public(public_key, key);
    if (status == TILL_OK)
        crypto_sealer(sealer_out, *key);
    return status;
}

static double audit_us(const char *path)
{
    struct crypto_key *key = NULL;
    const struct journal_verifier verifier = {
        .context = &key, .sealer_for = sealer_for, .signatures = JOURNAL_SIGNATURES_LAST};
    struct journal_verdict verdict;
    double from = bench_now_us();
    bench_need(journal_audit(path, &verifier, &verdict), "audit");
    double took = bench_now_us() - from;
    if (verdict.first_bad != 0 || verdict.entries != ENTRIES)
        bench_fail(verdict.text);
    crypto_key_free(key);
    return took;
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct bytes bytes = {0};
    struct samples audits = {0}, hashes = {0};
    struct stat info;
    char dir[BENCH_PATH_MAX], path[BENCH_PATH_MAX + 16];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "verify", dir);
    snprintf(path, sizeof path, "%s/journal.db", dir);
    bench_need(vfs_register(512), "vfs");
    make_journal(path);
    load(path, &bytes);
    for (int i = 0; i < TURNS; i++) {
        samples_add(&hashes, hash_us(&bytes));
        samples_add(&audits, audit_us(path));
    }
    bench_row("verify", ENTRIES / samples_at(&audits, 0) * 1e6, "/s",
              ENTRIES / samples_at(&hashes, 0) * 1e6);
    bench_say("verify: %.0f MB of file, %.0f MB hashed; audit best %.2f s, median %.2f s",
              stat(path, &info) == 0 ? (double)info.st_size / 1e6 : 0, (double)bytes.size / 1e6,
              samples_at(&audits, 0) / 1e6, samples_at(&audits, 0.5) / 1e6);
    samples_free(&audits);
    samples_free(&hashes);
    free(bytes.data);
    return 0;
}
