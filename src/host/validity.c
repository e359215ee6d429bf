#include "validity.h"

#include "files.h"
#include "log.h"

enum { DAY_S = 86400 };

static int64_t end_of(const char *pem)
{
    struct crypto_cert cert;
    return crypto_cert_read(pem, &cert) == TILL_OK ? cert.not_after_s : 0;
}

/* Its own certificate is the first of the file. */
static int64_t end_of_server(const char *dir)
{
    char path[FILES_PATH_MAX], bundle[CRYPTO_BUNDLE_PEM_MAX], pem[CRYPTO_CERT_PEM_MAX];
    return files_path(dir, "tls.pem", path) == TILL_OK &&
                   files_read_text(path, bundle, sizeof(bundle)) == TILL_OK &&
                   crypto_bundle_at(bundle, 0, pem) == TILL_OK
               ? end_of(pem)
               : 0;
}

void validity_read(const struct authority *authority, struct validity *out)
{
    *out = (struct validity){.server_s = end_of_server(authority->dir),
                             .statement_s = end_of(authority->statement_pem),
                             .authority_s = end_of(authority->authority_pem)};
}

bool validity_is_over(const struct validity *v, int64_t now_s)
{
    return v->server_s != 0 && v->server_s <= now_s;
}

static void say(const char *what, const char *remedy, int64_t until_s, int64_t now_s)
{
    int64_t left_s = until_s - now_s;
    if (until_s == 0 || left_s > VALIDITY_WARNED_S) {
        return;
    }
    if (left_s <= 0) {
        log_error("%s has run out: terminals send nothing any more; %s", what, remedy);
    } else {
        log_warning("%s runs out in %lld days, and terminals stop sending then; %s", what,
                    (long long)(left_s / DAY_S), remedy);
    }
}

void validity_say(const struct validity *v, int64_t now_s)
{
    static const char renew[] = "do `authority tls` and start serve anew";
    static const char follow[] = "begin a new authority now: `authority next` (docs/host.md)";
    say("the server's certificate", renew, v->server_s, now_s);
    say("the certificate of the statement key", follow, v->statement_s, now_s);
    say("the certificate of the authority", follow, v->authority_s, now_s);
}
