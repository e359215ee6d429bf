/* What the back ends write, read by the openssl command; and what it writes, read by them. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "certs.h"
#include "command.h"
#include "crypto.h"

enum { PATH_SIZE = 160 };
static char folder[64];
static struct command command;

static int open_folder(void **state)
{
    (void)state;
    const char *temporary = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%.40s/till-XXXXXX",
                   temporary != NULL ? temporary : "/tmp");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *listing = opendir(folder);
    for (struct dirent *e; listing != NULL && (e = readdir(listing)) != NULL;) {
        char path[sizeof folder + sizeof e->d_name + 1];
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.') {
            (void)unlink(path);
        }
    }
    if (listing != NULL) {
        closedir(listing);
    }
    return rmdir(folder);
}

/* A path in the folder; one of a few buffers in turn, so that a command line can hold several. */
static const char *path_of(const char *name)
{
    static char paths[8][PATH_SIZE];
    static size_t next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *name, char *out, size_t capacity)
{
    FILE *file = fopen(path_of(name), "rb");
    assert_non_null(file);
    size_t size = fread(out, 1, capacity - 1, file);
    out[size] = '\0';
    assert_int_equal(fclose(file), 0);
    return size;
}

static void need_openssl(void)
{
    if (!command_exists("openssl")) {
        skip();
    }
}

/* openssl with these arguments, which must do. */
#define OPENSSL(...)                                                                               \
    do {                                                                                           \
        command_run(&command, (const char *const[]){"openssl", __VA_ARGS__, NULL});                \
        if (command.exit_code != 0) {                                                              \
            fail_msg("openssl said: %s", command.output);                                          \
        }                                                                                          \
    } while (0)

/* ---- ours, read by the command --------------------------------------------------------------- */

static struct certs_party authority;

static void write_chain(void)
{
    struct crypto_cert_request request;
    struct certs_party client, statement;
    char server[CRYPTO_CERT_PEM_MAX];
    certs_party(&authority, "Utility-CA", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&client, "T0000001.line", CRYPTO_USAGE_CLIENT, &authority);
    certs_party(&statement, "host.statement", CRYPTO_USAGE_STATEMENT, &authority);
    certs_request(&request, "host", CRYPTO_USAGE_SERVER, authority.key);
    request.hosts = "localhost,till.example,127.0.0.1,10.1.2.3,::1,2001:db8::5";
    assert_int_equal(crypto_cert_issue(&request, authority.key, authority.pem, server), TILL_OK);
    write_file("ca.pem", authority.pem, strlen(authority.pem));
    write_file("client.pem", client.pem, strlen(client.pem));
    write_file("statement.pem", statement.pem, strlen(statement.pem));
    write_file("server.pem", server, strlen(server));
    certs_free(&client);
    certs_free(&statement);
}

/* Does `openssl verify` take it? two more arguments, or NULL. */
static bool verifies(const char *file, const char *purpose, const char *option, const char *value)
{
    command_run(&command,
                (const char *const[]){"openssl", "verify", "-x509_strict", "-attime", "1800000000",
                                      "-CAfile", path_of("ca.pem"), "-purpose", purpose,
                                      option != NULL ? option : path_of(file),
                                      option != NULL ? value : NULL, path_of(file), NULL});
    return command.exit_code == 0;
}

static void openssl_takes_the_chain_under_its_strict_rules(void **state)
{
    (void)state;
    need_openssl();
    write_chain();
    static const struct {
        const char *file, *purpose;
    } taken[] = {{"ca.pem", "any"},
                 {"server.pem", "sslserver"},
                 {"client.pem", "sslclient"},
                 {"statement.pem", "any"}};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (!verifies(taken[i].file, taken[i].purpose, NULL, NULL)) {
            fail_msg("%s as %s: %s", taken[i].file, taken[i].purpose, command.output);
        }
    }
    certs_free(&authority);
}

static void openssl_takes_no_certificate_for_another_purpose(void **state)
{
    (void)state;
    need_openssl();
    write_chain();
    static const struct {
        const char *file, *purpose;
    } refused[] = {{"server.pem", "sslclient"},
                   {"client.pem", "sslserver"},
                   {"statement.pem", "sslclient"},
                   {"statement.pem", "sslserver"},
                   {"statement.pem", "smimesign"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (verifies(refused[i].file, refused[i].purpose, NULL, NULL)) {
            fail_msg("%s as %s", refused[i].file, refused[i].purpose);
        }
    }
    certs_free(&authority);
}

static void openssl_finds_every_host_of_the_server_and_no_other(void **state)
{
    (void)state;
    need_openssl();
    write_chain();
    static const struct {
        const char *option, *value;
        bool is_in;
    } hosts[] = {
        {"-verify_hostname", "localhost", true},
        {"-verify_hostname", "till.example", true},
        {"-verify_ip", "127.0.0.1", true},
        {"-verify_ip", "10.1.2.3", true},
        {"-verify_ip", "::1", true},
        {"-verify_ip", "2001:db8:0::5", true},
        {"-verify_hostname", "host", false}, /* the CN is no host where there are hosts */
        {"-verify_hostname", "example", false},
        {"-verify_ip", "127.0.0.2", false},
        {"-verify_ip", "::2", false},
    };
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        if (verifies("server.pem", "sslserver", hosts[i].option, hosts[i].value) !=
            hosts[i].is_in) {
            fail_msg("%s: %s", hosts[i].value, command.output);
        }
    }
    certs_free(&authority);
}

static void openssl_names_the_extensions_that_we_meant(void **state)
{
    (void)state;
    need_openssl();
    write_chain();
    OPENSSL("x509", "-in", path_of("statement.pem"), "-noout", "-ext",
            "basicConstraints,keyUsage,extendedKeyUsage,subjectKeyIdentifier,"
            "authorityKeyIdentifier");
    static const char *const parts[] = {
        "X509v3 Basic Constraints: critical\n    CA:FALSE",
        "X509v3 Key Usage: critical\n    Digital Signature\n",
        "X509v3 Extended Key Usage: critical\n    " CRYPTO_STATEMENT_OID "\n",
        "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(command.output, parts[i]) == NULL) {
            fail_msg("lacks %s: %s", parts[i], command.output);
        }
    }
    OPENSSL("x509", "-in", path_of("ca.pem"), "-noout", "-ext", "basicConstraints,keyUsage");
    assert_non_null(strstr(command.output, "Basic Constraints: critical\n    CA:TRUE\n"));
    assert_non_null(strstr(command.output, "Key Usage: critical\n    Certificate Sign\n"));
    certs_free(&authority);
}

static void openssl_computes_the_same_fingerprint(void **state)
{
    (void)state;
    need_openssl();
    write_chain();
    struct crypto_cert cert;
    assert_int_equal(crypto_cert_read(authority.pem, &cert), TILL_OK);
    OPENSSL("x509", "-in", path_of("ca.pem"), "-outform", "DER", "-out", path_of("ca.der"));
    OPENSSL("dgst", "-sha256", "-r", path_of("ca.der"));
    char ours[2 * HASH_SIZE + 1];
    hex_encode((struct span){cert.fingerprint, HASH_SIZE}, ours);
    assert_int_equal(strncmp(command.output, ours, 2 * HASH_SIZE), 0);
    certs_free(&authority);
}

static void openssl_takes_our_request_and_our_key(void **state)
{
    (void)state;
    need_openssl();
    struct crypto_key *key = NULL;
    char csr[CRYPTO_CSR_PEM_MAX], pem[CRYPTO_KEY_PEM_MAX];
    assert_int_equal(crypto_key_create(&key), TILL_OK);
    assert_int_equal(crypto_csr_create(key, "T0000001.line", csr), TILL_OK);
    assert_int_equal(crypto_key_save(key, pem), TILL_OK);
    write_file("csr.pem", csr, strlen(csr));
    write_file("key.pem", pem, strlen(pem));
    OPENSSL("req", "-in", path_of("csr.pem"), "-verify", "-noout", "-subject");
    assert_non_null(strstr(command.output, "CN = T0000001.line"));
    OPENSSL("pkey", "-in", path_of("key.pem"), "-check", "-noout");
    crypto_key_free(key);
}

/* ---- the command's, read by us --------------------------------------------------------------- */

static enum till_status load_written(const char *name)
{
    char pem[4096];
    struct crypto_key *key = NULL;
    read_file(name, pem, sizeof pem);
    enum till_status status = crypto_key_load(pem, &key);
    crypto_key_free(key);
    return status;
}

static void keys_of_openssl_are_loaded_if_p256_and_plain(void **state)
{
    (void)state;
    need_openssl();
    OPENSSL("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
            path_of("key.pem"));
    assert_int_equal(load_written("key.pem"), TILL_OK);
    OPENSSL("ec", "-in", path_of("key.pem"), "-out", path_of("sec1.pem"));
    assert_int_equal(load_written("sec1.pem"), TILL_OK);

    /* encrypted in both ways: refused, and nobody is asked for a password */
    OPENSSL("pkcs8", "-topk8", "-in", path_of("key.pem"), "-passout", "pass:x", "-out",
            path_of("locked.pem"));
    assert_int_equal(load_written("locked.pem"), TILL_E_CRYPTO);
    OPENSSL("ec", "-in", path_of("key.pem"), "-aes128", "-passout", "pass:x", "-out",
            path_of("locked1.pem"));
    assert_int_equal(load_written("locked1.pem"), TILL_E_CRYPTO);

    OPENSSL("pkey", "-in", path_of("key.pem"), "-pubout", "-out", path_of("public.pem"));
    assert_int_equal(load_written("public.pem"), TILL_E_CRYPTO);
}

static void keys_of_another_curve_or_kind_are_refused(void **state)
{
    (void)state;
    need_openssl();
    static const char *const curves[] = {"P-384", "secp256k1", "brainpoolP256r1"};
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        char option[64];
        (void)snprintf(option, sizeof option, "ec_paramgen_curve:%s", curves[i]);
        OPENSSL("genpkey", "-algorithm", "EC", "-pkeyopt", option, "-out", path_of("other.pem"));
        assert_int_equal(load_written("other.pem"), TILL_E_CRYPTO);
    }
    OPENSSL("genpkey", "-algorithm", "ED25519", "-out", path_of("other.pem"));
    assert_int_equal(load_written("other.pem"), TILL_E_CRYPTO);
    /* 512 bits: so short that its PEM is within the size of ours */
    OPENSSL("genrsa", "-traditional", "-out", path_of("other.pem"), "512");
    assert_int_equal(load_written("other.pem"), TILL_E_CRYPTO);
}

static void a_signature_of_openssl_is_verified(void **state)
{
    (void)state;
    need_openssl();
    static const char message[] = "seq 1";
    char key_pem[CRYPTO_KEY_PEM_MAX], der[128];
    uint8_t hash[HASH_SIZE], signature[SIGNATURE_SIZE];
    struct crypto_key *key = NULL;
    assert_int_equal(crypto_key_create(&key), TILL_OK);
    assert_int_equal(crypto_key_save(key, key_pem), TILL_OK);
    write_file("key.pem", key_pem, strlen(key_pem));
    write_file("message", message, sizeof message);
    OPENSSL("dgst", "-sha256", "-sign", path_of("key.pem"), "-out", path_of("signature"),
            path_of("message"));
    size_t size = read_file("signature", der, sizeof der);
    struct span message_bytes = {(const uint8_t *)message, sizeof message};
    assert_int_equal(crypto_sha256(message_bytes, hash), TILL_OK);
    assert_int_equal(
        crypto_signature_from_der((struct span){(const uint8_t *)der, size}, signature), TILL_OK);
    assert_int_equal(crypto_verify(key, hash, signature), TILL_OK);
    crypto_key_free(key);
}

/* An authority made by the command, of exactly our form. */
static void make_authority(void)
{
    OPENSSL("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", path_of("cli-ca.key"), "-out", path_of("cli-ca.pem"), "-subj", "/CN=Cli-CA",
            "-set_serial", "4711", "-days", "3650", "-sha256", "-addext",
            "keyUsage=critical,keyCertSign");
}

static void write_extensions(const char *text)
{
    write_file("extensions", text, strlen(text));
}

/* A certificate by the command under its authority, with the extensions of the file. */
static const char *next_serial = "258";
static enum till_status read_issued(const char *curve, const char *subject, const char *digest,
                                    struct crypto_cert *cert_out)
{
    char option[64], pem[8192];
    (void)snprintf(option, sizeof option, "ec_paramgen_curve:%s", curve);
    OPENSSL("req", "-new", "-newkey", "ec", "-pkeyopt", option, "-nodes", "-keyout",
            path_of("leaf.key"), "-out", path_of("leaf.csr"), "-subj", subject);
    OPENSSL("x509", "-req", "-in", path_of("leaf.csr"), "-CA", path_of("cli-ca.pem"), "-CAkey",
            path_of("cli-ca.key"), "-set_serial", next_serial, "-days", "30", digest, "-extfile",
            path_of("extensions"), "-out", path_of("leaf.pem"));
    read_file("leaf.pem", pem, sizeof pem);
    return crypto_cert_read(pem, cert_out);
}

#define LEAF "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"

static void certificates_of_openssl_in_our_form_are_read_and_checked(void **state)
{
    (void)state;
    need_openssl();
    char ca[4096], leaf[4096];
    struct crypto_cert cert;
    static const uint8_t serial[CRYPTO_SERIAL_SIZE] = {[14] = 1, [15] = 2};
    static const struct {
        const char *usages;
        enum crypto_usage usage;
    } leaves[] = {
        {LEAF "extendedKeyUsage=clientAuth\n", CRYPTO_USAGE_CLIENT},
        {LEAF "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost\n", CRYPTO_USAGE_SERVER},
        {LEAF "extendedKeyUsage=critical," CRYPTO_STATEMENT_OID "\n", CRYPTO_USAGE_STATEMENT},
        {"basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
         CRYPTO_USAGE_AUTHORITY},
    };
    make_authority();
    read_file("cli-ca.pem", ca, sizeof ca);
    for (size_t i = 0; i < sizeof leaves / sizeof leaves[0]; i++) {
        write_extensions(leaves[i].usages);
        assert_int_equal(read_issued("P-256", "/CN=T0000001.line", "-sha256", &cert), TILL_OK);
        assert_string_equal(cert.name, "T0000001.line");
        assert_string_equal(cert.issuer, "Cli-CA");
        assert_memory_equal(cert.serial, serial, sizeof serial);
        assert_int_equal(cert.usage, leaves[i].usage);
        read_file("leaf.pem", leaf, sizeof leaf);
        assert_int_equal(crypto_cert_check(leaf, ca, leaves[i].usage, cert.not_before_s), TILL_OK);
    }
}

static void a_request_of_openssl_is_read(void **state)
{
    (void)state;
    need_openssl();
    char pem[4096], name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    OPENSSL("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", path_of("leaf.key"), "-out", path_of("leaf.csr"), "-subj", "/CN=T7");
    read_file("leaf.csr", pem, sizeof pem);
    assert_int_equal(crypto_csr_read(pem, name, point), TILL_OK);
    assert_string_equal(name, "T7");

    static const char *const others[][2] = {
        {"P-384", "/CN=T7"}, {"P-256", "/CN=T7/O=X"}, {"P-256", "/O=T7"}, {"P-256", "/CN=T 7"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char option[64];
        (void)snprintf(option, sizeof option, "ec_paramgen_curve:%s", others[i][0]);
        OPENSSL("req", "-new", "-newkey", "ec", "-pkeyopt", option, "-nodes", "-keyout",
                path_of("leaf.key"), "-out", path_of("leaf.csr"), "-subj", others[i][1]);
        read_file("leaf.csr", pem, sizeof pem);
        assert_int_equal(crypto_csr_read(pem, name, point), TILL_E_PROTOCOL);
    }
}

static void certificates_of_any_other_form_are_refused(void **state)
{
    (void)state;
    need_openssl();
    struct crypto_cert cert;
    make_authority();
    static const struct {
        const char *why, *curve, *subject, *digest, *extensions;
    } others[] = {
        {"curve", "P-384", "/CN=T1", "-sha256", LEAF "extendedKeyUsage=clientAuth\n"},
        {"digest", "P-256", "/CN=T1", "-sha512", LEAF "extendedKeyUsage=clientAuth\n"},
        {"two names", "P-256", "/CN=T1/O=X", "-sha256", LEAF "extendedKeyUsage=clientAuth\n"},
        {"no CN", "P-256", "/O=T1", "-sha256", LEAF "extendedKeyUsage=clientAuth\n"},
        {"space", "P-256", "/CN=T 1", "-sha256", LEAF "extendedKeyUsage=clientAuth\n"},
        {"no key usage", "P-256", "/CN=T1", "-sha256",
         "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n"},
        {"more key usage", "P-256", "/CN=T1", "-sha256",
         "keyUsage=digitalSignature,keyAgreement\nextendedKeyUsage=clientAuth\n"},
        {"no usage", "P-256", "/CN=T1", "-sha256", LEAF},
        {"two usages", "P-256", "/CN=T1", "-sha256",
         LEAF "extendedKeyUsage=clientAuth," CRYPTO_STATEMENT_OID "\n"},
        {"foreign usage", "P-256", "/CN=T1", "-sha256", LEAF "extendedKeyUsage=codeSigning\n"},
        {"any usage", "P-256", "/CN=T1", "-sha256", LEAF "extendedKeyUsage=anyExtendedKeyUsage\n"},
        {"path length", "P-256", "/CN=T1", "-sha256",
         "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n"},
        {"authority with usage", "P-256", "/CN=T1", "-sha256",
         "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
         "extendedKeyUsage=clientAuth\n"},
        {"unknown and critical", "P-256", "/CN=T1", "-sha256",
         LEAF "extendedKeyUsage=clientAuth\n1.2.3.4=critical,ASN1:NULL\n"},
        {"no extensions", "P-256", "/CN=T1", "-sha256", "\n"},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        write_extensions(others[i].extensions);
        enum till_status status =
            read_issued(others[i].curve, others[i].subject, others[i].digest, &cert);
        if (status != TILL_E_PROTOCOL) {
            fail_msg("%s: %s", others[i].why, status_name(status));
        }
    }
    write_extensions(LEAF "extendedKeyUsage=clientAuth\n1.2.3.4=ASN1:NULL\n");
    assert_int_equal(read_issued("P-256", "/CN=T1", "-sha256", &cert), TILL_OK);
}

static void a_serial_that_is_negative_or_longer_than_ours_is_refused(void **state)
{
    (void)state;
    need_openssl();
    static const struct {
        const char *serial;
        enum till_status status;
    } serials[] = {{"0x7fffffffffffffffffffffffffffffff", TILL_OK},
                   {"0x80000000000000000000000000000000", TILL_E_PROTOCOL},
                   {"0x100000000000000000000000000000000", TILL_E_PROTOCOL},
                   {"0", TILL_E_PROTOCOL},
                   {"-5", TILL_E_PROTOCOL}};
    struct crypto_cert cert;
    make_authority();
    write_extensions(LEAF "extendedKeyUsage=clientAuth\n");
    for (size_t i = 0; i < sizeof serials / sizeof serials[0]; i++) {
        next_serial = serials[i].serial;
        enum till_status status = read_issued("P-256", "/CN=T1", "-sha256", &cert);
        if (status != serials[i].status) {
            fail_msg("%s: %s", serials[i].serial, status_name(status));
        }
    }
    next_serial = "258";
}

/* The DER of a file, with a byte behind it where asked, in armour again. */
static void rearm(const char *name, const char *label, bool with_byte, char *pem_out, size_t size)
{
    char der[2048], body[3072];
    OPENSSL(strcmp(label, "CERTIFICATE") == 0 ? "x509" : "req", "-in", path_of(name), "-outform",
            "DER", "-out", path_of("rearm.der"));
    size_t der_size = read_file("rearm.der", der, sizeof der - 1);
    der[der_size] = 0;
    write_file("rearm.der", der, der_size + (with_byte ? 1 : 0));
    OPENSSL("base64", "-in", path_of("rearm.der"), "-out", path_of("rearm.txt"));
    read_file("rearm.txt", body, sizeof body);
    (void)snprintf(pem_out, size, "-----BEGIN %s-----\n%s-----END %s-----\n", label, body, label);
}

static void bytes_behind_a_certificate_or_request_are_refused(void **state)
{
    (void)state;
    need_openssl();
    char pem[4096], name[CRYPTO_NAME_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct crypto_cert cert;
    make_authority();
    write_extensions(LEAF "extendedKeyUsage=clientAuth\n");
    assert_int_equal(read_issued("P-256", "/CN=T1", "-sha256", &cert), TILL_OK);
    for (int with_byte = 0; with_byte < 2; with_byte++) {
        enum till_status expected = with_byte ? TILL_E_PROTOCOL : TILL_OK;
        rearm("leaf.pem", "CERTIFICATE", with_byte, pem, sizeof pem);
        assert_int_equal(crypto_cert_read(pem, &cert), expected);
        rearm("leaf.csr", "CERTIFICATE REQUEST", with_byte, pem, sizeof pem);
        assert_int_equal(crypto_csr_read(pem, name, point), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openssl_takes_the_chain_under_its_strict_rules),
        cmocka_unit_test(openssl_takes_no_certificate_for_another_purpose),
        cmocka_unit_test(openssl_finds_every_host_of_the_server_and_no_other),
        cmocka_unit_test(openssl_names_the_extensions_that_we_meant),
        cmocka_unit_test(openssl_computes_the_same_fingerprint),
        cmocka_unit_test(openssl_takes_our_request_and_our_key),
        cmocka_unit_test(keys_of_openssl_are_loaded_if_p256_and_plain),
        cmocka_unit_test(keys_of_another_curve_or_kind_are_refused),
        cmocka_unit_test(a_signature_of_openssl_is_verified),
        cmocka_unit_test(certificates_of_openssl_in_our_form_are_read_and_checked),
        cmocka_unit_test(a_request_of_openssl_is_read),
        cmocka_unit_test(certificates_of_any_other_form_are_refused),
        cmocka_unit_test(a_serial_that_is_negative_or_longer_than_ours_is_refused),
        cmocka_unit_test(bytes_behind_a_certificate_or_request_are_refused),
    };
    return cmocka_run_group_tests(tests, open_folder, remove_folder);
}
