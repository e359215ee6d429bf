/* What a scanner reads: a proof that is one is the same after writing and reading it again. */
#include "proof.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proof proof;
    memset(&proof, 0, sizeof proof);
    if (proof_read((const char *)data, size, &proof) != TILL_OK) {
        return 0;
    }
    assert(terminal_is_valid(proof.terminal));
    assert(proof.entry.body_size <= ENTRY_BODY_MAX);
    char text[PROOF_TEXT_MAX];
    enum till_status written = proof_write("HTTPS://A.CN/", &proof, text);
    assert(written == TILL_OK);
    struct proof again;
    memset(&again, 0, sizeof again);
    enum till_status read = proof_read(text, strlen(text), &again);
    assert(read == TILL_OK);
    assert(strcmp(again.terminal, proof.terminal) == 0);
    assert(memcmp(again.prev, proof.prev, HASH_SIZE) == 0);
    assert(again.entry.seq == proof.entry.seq && again.entry.at_s == proof.entry.at_s);
    assert(again.entry.kind == proof.entry.kind);
    assert(again.entry.body_size == proof.entry.body_size);
    assert(memcmp(again.entry.body, proof.entry.body, proof.entry.body_size) == 0);
    assert(memcmp(again.entry.signature, proof.entry.signature, SIGNATURE_SIZE) == 0);
    return 0;
}
