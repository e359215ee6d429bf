#include "approval.h"

#include <string.h>

#include "limit.h"

#define KEY_TAG "fieldtill/approval/1"
#define CHALLENGE_TAG "fieldtill/challenge/1"
#define CODE_TAG "fieldtill/code/1"

enum {
    PREIMAGE_MAX = 128,
    CHALLENGE_DIGITS = APPROVAL_CHALLENGE_MAX - 1,
    CODE_DIGITS = APPROVAL_CODE_MAX - 1
};

/* The last digits of the first eight bytes as a number. Of 2^64 the bias is below 10^-9. */
static void digits_of(const uint8_t hash[HASH_SIZE], size_t digits, char *out)
{
    struct reader r;
    reader_init(&r, (struct span){hash, HASH_SIZE});
    uint64_t number = reader_u64(&r);
    for (size_t i = digits; i > 0; i--) {
        out[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    out[digits] = '\0';
}

static void put_text(struct buffer *b, const char *text)
{
    buffer_put_u8(b, (uint8_t)strlen(text));
    buffer_put_text(b, text);
}

static bool is_digits(const char *text, size_t count)
{
    return strnlen(text, count + 1) == count && strspn(text, "0123456789") == count;
}

static bool purpose_is_known(enum approval_purpose purpose)
{
    return purpose == APPROVAL_REVERSAL || purpose == APPROVAL_LIMIT;
}

static bool is_valid(const struct approval *a)
{
    bool limit = a->purpose == APPROVAL_LIMIT ? a->limit > LIMIT_NONE && a->limit < LIMIT_COUNT
                                              : a->limit == LIMIT_NONE;
    return purpose_is_known(a->purpose) && terminal_is_valid(a->terminal) && a->value > 0 && limit;
}

enum till_status approval_key(struct span device_secret, uint8_t key_out[HASH_SIZE])
{
    static const char tag[] = KEY_TAG;
    return crypto_hmac(device_secret, (struct span){(const uint8_t *)tag, sizeof(tag) - 1},
                       key_out);
}

enum till_status approval_challenge(const struct approval *a,
                                    char challenge_out[APPROVAL_CHALLENGE_MAX])
{
    uint8_t memory[PREIMAGE_MAX];
    uint8_t hash[HASH_SIZE];
    struct buffer b;
    if (!is_valid(a)) {
        return TILL_BAD_INPUT;
    }
    buffer_init(&b, memory, sizeof(memory));
    buffer_put_text(&b, CHALLENGE_TAG);
    put_text(&b, a->terminal);
    buffer_put_u8(&b, (uint8_t)a->purpose);
    buffer_put_u8(&b, (uint8_t)a->limit);
    buffer_put(&b, a->subject, sizeof(a->subject));
    buffer_put_u64(&b, (uint64_t)a->value);
    enum till_status status = buffer_status(&b);
    if (status == TILL_OK) {
        status = crypto_sha256((struct span){b.data, b.size}, hash);
    }
    if (status == TILL_OK) {
        digits_of(hash, CHALLENGE_DIGITS, challenge_out);
    }
    return status;
}

enum till_status approval_code(const uint8_t key[HASH_SIZE], const char *challenge,
                               enum approval_purpose purpose, int64_t value, const char *approver,
                               char code_out[APPROVAL_CODE_MAX])
{
    uint8_t memory[PREIMAGE_MAX];
    uint8_t mac[HASH_SIZE];
    struct buffer b;
    if (!is_digits(challenge, CHALLENGE_DIGITS) || !purpose_is_known(purpose) || value <= 0 ||
        !user_is_valid(approver)) {
        return TILL_BAD_INPUT;
    }
    buffer_init(&b, memory, sizeof(memory));
    buffer_put_text(&b, CODE_TAG);
    buffer_put_text(&b, challenge);
    buffer_put_u8(&b, (uint8_t)purpose);
    buffer_put_u64(&b, (uint64_t)value);
    put_text(&b, approver);
    enum till_status status = buffer_status(&b);
    if (status == TILL_OK) {
        status = crypto_hmac((struct span){key, HASH_SIZE}, (struct span){b.data, b.size}, mac);
    }
    if (status == TILL_OK) {
        digits_of(mac, CODE_DIGITS, code_out);
    }
    crypto_wipe(mac, sizeof(mac));
    return status;
}

enum till_status approval_check(const uint8_t key[HASH_SIZE], const struct approval *a,
                                const char *approver, const char *code)
{
    char challenge[APPROVAL_CHALLENGE_MAX];
    char expected[APPROVAL_CODE_MAX];
    enum till_status status = approval_challenge(a, challenge);
    if (status == TILL_OK) {
        status = approval_code(key, challenge, a->purpose, a->value, approver, expected);
    }
    if (status != TILL_OK) {
        return status;
    }
    bool right = is_digits(code, CODE_DIGITS) && crypto_equal(code, expected, CODE_DIGITS);
    crypto_wipe(expected, sizeof(expected));
    return right ? TILL_OK : TILL_WRONG_PIN;
}
