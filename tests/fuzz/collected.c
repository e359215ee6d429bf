/* Any text as a page of collected accounts, past the signature: what is read is written alike. */
#include "collected.h"
#include "fuzz.h"

static uint8_t last_signature[SIGNATURE_SIZE];

/* Every signature passes, so that what it stands under is reached. */
static enum till_status digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    (void)context;
    (void)bytes;
    memset(hash_out, 0, HASH_SIZE);
    return TILL_OK;
}

static enum till_status sign(void *context, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE])
{
    (void)hash;
    memcpy(signature_out, context, SIGNATURE_SIZE);
    return TILL_OK;
}

static enum till_status verify(void *context, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    (void)hash;
    memcpy(context, signature, SIGNATURE_SIZE);
    return TILL_OK;
}

static const struct sealer sealer = {
    .context = last_signature, .digest = digest, .sign = sign, .verify = verify};

/* Byte 0: even: the text as it is; odd: bytes, put into base32 and behind the prefix. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = fuzz_span(data, size);
    bool bytes = fuzz_byte(&in) % 2 == 1;
    static const char prefix[] = "FTC1:";
    char *text = malloc(sizeof(prefix) + 2 * in.size + 8);
    assert(text != NULL);
    size_t text_size = in.size;
    if (bytes) {
        memcpy(text, prefix, sizeof(prefix));
        base32_encode(in, text + sizeof(prefix) - 1);
        text_size = strlen(text);
    } else if (in.size > 0) {
        memcpy(text, in.data, in.size);
    }
    struct collected_page page;
    char whose[TERMINAL_MAX], again[COLLECTED_TEXT_MAX];
    enum till_status status = collected_read(&sealer, text, text_size, &page);
    assert(collected_whose(text, text_size, whose) == status);
    if (status == TILL_OK) {
        assert(strcmp(whose, page.terminal) == 0);
        assert(collected_write(&sealer, &page, again) == TILL_OK);
        assert(strlen(again) == text_size);
        for (size_t i = 0; i < text_size; i++) {
            char upper = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
            assert(upper == again[i]);
        }
    } else {
        assert(status == TILL_E_PROTOCOL);
    }
    free(text);
    return 0;
}
