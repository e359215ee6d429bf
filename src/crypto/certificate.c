#include "certificate.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "hosts.h"
#include "key.h"
#include "pem.h"
#include "when.h"

/* RFC 5280 §4.1.2.5: what GeneralizedTime can say after the epoch. */
#define CERT_TIME_MAX_S INT64_C(253402300799) /* 9999-12-31 23:59:59 */

enum { KEY_USAGE_SIGN = 0x80, KEY_USAGE_CERT_SIGN = 0x04 };

/* ---- forms ----------------------------------------------------------------------------------- */

/* Values of the extensions in DER. X.690 §11.2.2 leaves out trailing zero bits of a key usage. */
static const uint8_t authority_der[] = {0x30, 0x03, 0x01, 0x01, 0xff};
static const uint8_t leaf_der[] = {0x30, 0x00};
static const uint8_t cert_sign_der[] = {0x03, 0x02, 0x02, KEY_USAGE_CERT_SIGN};
static const uint8_t sign_der[] = {0x03, 0x02, 0x07, KEY_USAGE_SIGN};

/* SEQUENCE { OID }: id-kp-serverAuth, id-kp-clientAuth (RFC 5280 §4.2.1.12), and our own under the
 * arc of UUIDs, CRYPTO_STATEMENT_OID. */
static const uint8_t server_der[] = {0x30, 10,   0x06, 8,    0x2b, 0x06,
                                     0x01, 0x05, 0x05, 0x07, 0x03, 0x01};
static const uint8_t client_der[] = {0x30, 10,   0x06, 8,    0x2b, 0x06,
                                     0x01, 0x05, 0x05, 0x07, 0x03, 0x02};
static const uint8_t statement_der[] = {0x30, 22,   0x06, 20,   0x69, 0x82, 0x92, 0xf1,
                                        0xa7, 0xb3, 0xad, 0xdc, 0xaa, 0xa2, 0x97, 0xb3,
                                        0xca, 0xd6, 0xa1, 0xc1, 0x81, 0xea, 0xe9, 0x17};
enum { USAGE_OID_AT = 4 }; /* past the two headers */

/* clang-format off */
#define SPAN_OF(array) {(array), sizeof(array)}
/* clang-format on */
static const struct form {
    enum crypto_usage usage;
    bool is_authority;
    unsigned key_usage;
    struct span basic_der, key_usage_der;
    struct span usage_der; /* empty: no extendedKeyUsage */
    bool usage_is_critical;
} forms[] = {
    {CRYPTO_USAGE_AUTHORITY,
     true,
     KEY_USAGE_CERT_SIGN,
     SPAN_OF(authority_der),
     SPAN_OF(cert_sign_der),
     {NULL, 0},
     false},
    {CRYPTO_USAGE_SERVER, false, KEY_USAGE_SIGN, SPAN_OF(leaf_der), SPAN_OF(sign_der),
     SPAN_OF(server_der), false},
    {CRYPTO_USAGE_CLIENT, false, KEY_USAGE_SIGN, SPAN_OF(leaf_der), SPAN_OF(sign_der),
     SPAN_OF(client_der), false},
    /* Critical: who does not know the OID must not use the certificate for anything else. */
    {CRYPTO_USAGE_STATEMENT, false, KEY_USAGE_SIGN, SPAN_OF(leaf_der), SPAN_OF(sign_der),
     SPAN_OF(statement_der), true},
};
enum { FORM_COUNT = sizeof forms / sizeof forms[0] };

static const struct form *form_of_facts(const struct cert_facts *facts)
{
    for (size_t i = 0; i < FORM_COUNT; i++) {
        const struct form *f = &forms[i];
        if (f->is_authority != facts->is_authority || f->key_usage != facts->key_usage) {
            continue;
        }
        if (f->usage_der.size == 0) {
            if (facts->usage_count == 0) {
                return f;
            }
            continue;
        }
        size_t oid_size = f->usage_der.size - USAGE_OID_AT;
        if (facts->usage_count == 1 && facts->usage_oid_size == oid_size &&
            memcmp(facts->usage_oid, f->usage_der.data + USAGE_OID_AT, oid_size) == 0) {
            return f;
        }
    }
    return NULL;
}

/* ---- what the back ends use ------------------------------------------------------------------ */

bool cert_name_is_valid(const char *name)
{
    size_t size = strnlen(name, CRYPTO_NAME_MAX);
    return size < CRYPTO_NAME_MAX &&
           cert_name_copy((struct span){(const uint8_t *)name, size}, (char[CRYPTO_NAME_MAX]){0});
}

bool cert_name_copy(struct span bytes, char name_out[CRYPTO_NAME_MAX])
{
    if (bytes.size == 0 || bytes.size >= CRYPTO_NAME_MAX) {
        return false;
    }
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t c = bytes.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '.' || c == '-')) {
            return false;
        }
    }
    memcpy(name_out, bytes.data, bytes.size);
    name_out[bytes.size] = '\0';
    return true;
}

bool cert_spki_point(struct span spki, uint8_t point_out[PUBLIC_KEY_SIZE])
{
    /* SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING without unused bits }, and
     * the first byte of an uncompressed point. */
    static const uint8_t prefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
    if (spki.size != SPKI_SIZE || memcmp(spki.data, prefix, sizeof prefix) != 0) {
        return false;
    }
    memcpy(point_out, spki.data + SPKI_SIZE - PUBLIC_KEY_SIZE, PUBLIC_KEY_SIZE);
    return true;
}

static struct span without_zeros(struct span number)
{
    while (number.size > 0 && number.data[0] == 0) {
        number.data++;
        number.size--;
    }
    return number;
}

bool cert_serial_copy(struct span magnitude, uint8_t serial_out[CRYPTO_SERIAL_SIZE])
{
    struct span number = without_zeros(magnitude);
    if (number.size == 0 || number.size > CRYPTO_SERIAL_SIZE ||
        (number.size == CRYPTO_SERIAL_SIZE && (number.data[0] & 0x80) != 0)) {
        return false;
    }
    memset(serial_out, 0, CRYPTO_SERIAL_SIZE);
    memcpy(serial_out + CRYPTO_SERIAL_SIZE - number.size, number.data, number.size);
    return true;
}

enum till_status cert_signed_fill(struct cert_signed *signature_out, struct span bytes,
                                  struct span der)
{
    signature_out->der_size = 0;
    if (der.size <= SIGNATURE_DER_MAX) {
        memcpy(signature_out->der, der.data, der.size);
        signature_out->der_size = der.size;
    }
    return crypto_sha256(bytes, signature_out->hash);
}

/* TILL_E_SIGNATURE: not signed by the owner of that point. TILL_E_CRYPTO: no point. */
static enum till_status check_signature(const struct cert_signed *s,
                                        const uint8_t point[PUBLIC_KEY_SIZE])
{
    uint8_t signature[SIGNATURE_SIZE];
    enum till_status status =
        crypto_signature_from_der((struct span){s->der, s->der_size}, signature);
    if (status != TILL_OK) {
        return status;
    }
    struct crypto_key *key = NULL;
    status = crypto_key_load_public(point, &key);
    if (status == TILL_OK) {
        status = crypto_verify(key, s->hash, signature);
        crypto_key_free(key);
    }
    return status;
}

/* ---- requests -------------------------------------------------------------------------------- */

enum till_status crypto_csr_read(const char *pem, char name_out[CRYPTO_NAME_MAX],
                                 uint8_t point_out[PUBLIC_KEY_SIZE])
{
    struct csr_facts facts = {0};
    if (!pem_is_one(pem, "CERTIFICATE REQUEST", CRYPTO_CSR_PEM_MAX)) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = csr_parse(pem, &facts);
    if (status != TILL_OK) {
        return status;
    }
    if (!facts.signature.is_ecdsa_sha256) {
        return TILL_E_PROTOCOL;
    }
    status = check_signature(&facts.signature, facts.point);
    if (status != TILL_OK) {
        return status == TILL_E_CRYPTO ? TILL_E_PROTOCOL : status;
    }
    memcpy(name_out, facts.name, CRYPTO_NAME_MAX);
    memcpy(point_out, facts.point, PUBLIC_KEY_SIZE);
    return TILL_OK;
}

/* ---- certificates ---------------------------------------------------------------------------- */

static enum till_status read_facts(const char *pem, struct cert_facts *facts_out)
{
    *facts_out = (struct cert_facts){0};
    if (!pem_is_one(pem, "CERTIFICATE", CRYPTO_CERT_PEM_MAX)) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = cert_parse(pem, facts_out);
    if (status != TILL_OK) {
        return status;
    }
    const struct form *form = form_of_facts(facts_out);
    if (form == NULL || facts_out->version != 3 || facts_out->has_path_length ||
        !facts_out->signature.is_ecdsa_sha256) {
        return TILL_E_PROTOCOL;
    }
    struct crypto_key *key = NULL;
    status = crypto_key_load_public(facts_out->cert.public_key, &key);
    if (status != TILL_OK) {
        return status == TILL_E_CRYPTO ? TILL_E_PROTOCOL : status; /* a point off the curve */
    }
    crypto_key_free(key);
    facts_out->cert.usage = form->usage;
    facts_out->cert.is_authority = form->is_authority;
    return TILL_OK;
}

enum till_status crypto_cert_read(const char *pem, struct crypto_cert *cert_out)
{
    struct cert_facts facts;
    enum till_status status = read_facts(pem, &facts);
    if (status == TILL_OK) {
        *cert_out = facts.cert;
    }
    return status;
}

static bool is_within_dates(const struct crypto_cert *cert, int64_t at_s)
{
    return at_s >= cert->not_before_s && at_s <= cert->not_after_s;
}

/* One authority of a bundle. TILL_E_SIGNATURE: another may have signed it. */
static enum till_status check_by(const struct cert_facts *cert, const char *authority_pem,
                                 enum crypto_usage usage, int64_t at_s)
{
    struct cert_facts authority;
    enum till_status status = read_facts(authority_pem, &authority);
    if (status != TILL_OK) {
        return status;
    }
    if (!authority.cert.is_authority || cert->cert.usage != usage ||
        strcmp(cert->cert.issuer, authority.cert.name) != 0) {
        return TILL_E_SIGNATURE;
    }
    status = check_signature(&cert->signature, authority.cert.public_key);
    if (status != TILL_OK) {
        return status;
    }
    if (at_s != 0 &&
        !(is_within_dates(&cert->cert, at_s) && is_within_dates(&authority.cert, at_s))) {
        return TILL_CLOCK_WRONG;
    }
    return TILL_OK;
}

enum till_status crypto_cert_check(const char *cert_pem, const char *authority_pem,
                                   enum crypto_usage usage, int64_t at_s)
{
    struct cert_facts cert;
    char one[CRYPTO_CERT_PEM_MAX];
    enum till_status status = read_facts(cert_pem, &cert);
    if (status != TILL_OK) {
        return status;
    }
    /* Another status than "not signed by it" is the end: a date, or a block that can't be read. */
    for (size_t i = 0; i <= CRYPTO_BUNDLE_MOST; i++) {
        enum till_status found = crypto_bundle_at(authority_pem, i, one);
        if (found != TILL_OK) {
            return found == TILL_NOT_FOUND && i > 0 ? status : TILL_E_PROTOCOL;
        }
        status = check_by(&cert, one, usage, at_s);
        if (status != TILL_E_SIGNATURE) {
            return status;
        }
    }
    return TILL_E_PROTOCOL; /* more than a bundle holds */
}

/* ---- issuing --------------------------------------------------------------------------------- */

static void time_text(int64_t at_s, char out[CERT_TIME_MAX])
{
    struct civil c;
    when_civil("UTC0", at_s, &c);
    char text[32];
    int size = snprintf(text, sizeof text, "%04d%02u%02u%02u%02u%02u", c.year, c.month, c.day,
                        c.hour, c.minute, c.second);
    assert(size == CERT_TIME_MAX - 1);
    memcpy(out, text, CERT_TIME_MAX);
}

static void add_extension(struct cert_draft *draft, enum cert_extension_id id, bool critical,
                          struct span der)
{
    assert(draft->extension_count < CERT_EXTENSIONS_MAX);
    draft->extensions[draft->extension_count++] = (struct cert_extension){id, critical, der};
}

static bool request_is_valid(const struct crypto_cert_request *request)
{
    bool serial_fits = (request->serial[0] & 0x80) == 0;
    bool wants_hosts = request->usage == CRYPTO_USAGE_SERVER;
    return cert_name_is_valid(request->name) && serial_fits && request->not_before_s >= 0 &&
           request->not_before_s <= request->not_after_s &&
           request->not_after_s <= CERT_TIME_MAX_S && (request->hosts != NULL) == wants_hosts;
}

/* Who issues: its name; that its certificate is an authority's and belongs to the key. */
static enum till_status find_issuer(const struct crypto_cert_request *request,
                                    const struct crypto_key *issuer_key, const char *issuer_pem,
                                    char name_out[CRYPTO_NAME_MAX])
{
    uint8_t point[PUBLIC_KEY_SIZE];
    crypto_key_public(issuer_key, point);
    if (issuer_pem == NULL) {
        memcpy(name_out, request->name, strlen(request->name) + 1);
        return memcmp(point, request->public_key, sizeof point) == 0 ? TILL_OK : TILL_BAD_INPUT;
    }
    struct crypto_cert issuer;
    enum till_status status = crypto_cert_read(issuer_pem, &issuer);
    if (status != TILL_OK) {
        return status;
    }
    if (!issuer.is_authority || memcmp(point, issuer.public_key, sizeof point) != 0) {
        return TILL_BAD_INPUT;
    }
    memcpy(name_out, issuer.name, CRYPTO_NAME_MAX);
    return TILL_OK;
}

enum till_status crypto_cert_issue(const struct crypto_cert_request *request,
                                   struct crypto_key *issuer_key, const char *issuer_cert_pem,
                                   char pem_out[CRYPTO_CERT_PEM_MAX])
{
    assert(key_is_private(issuer_key));
    assert((size_t)request->usage < FORM_COUNT);
    if (!request_is_valid(request)) {
        return TILL_BAD_INPUT;
    }
    char issuer_name[CRYPTO_NAME_MAX];
    enum till_status status = find_issuer(request, issuer_key, issuer_cert_pem, issuer_name);
    if (status != TILL_OK) {
        return status;
    }
    struct cert_draft draft = {
        .name = request->name,
        .issuer_name = issuer_name,
        .issuer_pem = issuer_cert_pem,
        .issuer_key = issuer_key,
        .serial = without_zeros((struct span){request->serial, CRYPTO_SERIAL_SIZE}),
    };
    if (draft.serial.size == 0) {
        return TILL_BAD_INPUT;
    }
    time_text(request->not_before_s, draft.not_before);
    time_text(request->not_after_s, draft.not_after);

    const struct form *form = &forms[request->usage];
    assert(form->usage == request->usage);
    add_extension(&draft, CERT_BASIC_CONSTRAINTS, true, form->basic_der);
    add_extension(&draft, CERT_KEY_USAGE, true, form->key_usage_der);
    if (form->usage_der.size > 0) {
        add_extension(&draft, CERT_EXTENDED_KEY_USAGE, form->usage_is_critical, form->usage_der);
    }
    uint8_t memory[HOSTS_DER_MAX];
    struct buffer hosts_der;
    buffer_init(&hosts_der, memory, sizeof memory);
    if (request->hosts != NULL) {
        status = hosts_encode(request->hosts, &hosts_der);
        if (status != TILL_OK) {
            return status;
        }
        add_extension(&draft, CERT_SUBJECT_ALT_NAME, false,
                      (struct span){hosts_der.data, hosts_der.size});
    }
    status = crypto_key_load_public(request->public_key, &draft.subject_key);
    if (status != TILL_OK) {
        return status;
    }
    status = cert_write(&draft, pem_out);
    crypto_key_free(draft.subject_key);
    return status;
}
