#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "authority.h"
#include "command_succession.h"
#include "commands.h"
#include "host.h"
#include "output.h"
#include "text.h"
#include "when.h"

/* One of the folder's certificates. */
static enum till_status show_one(const struct host *host, const char *name, struct output *o)
{
    char file[32], path[FILES_PATH_MAX], pem[CRYPTO_CERT_PEM_MAX], until[WHEN_TEXT_MAX];
    char hex[2 * HASH_SIZE + 1];
    struct crypto_cert cert;
    (void)snprintf(file, sizeof(file), "%s.pem", name);
    enum till_status status = files_path(host->dir, file, path);
    if (status == TILL_OK) {
        status = files_read_text(path, pem, sizeof(pem));
    }
    if (status == TILL_OK) {
        status = crypto_cert_read(pem, &cert);
    }
    if (status != TILL_OK) {
        return status;
    }
    hex_encode((struct span){cert.fingerprint, HASH_SIZE}, hex);
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "name", name);
        record_put_integer(&o->row, "from_s", cert.not_before_s);
        record_put_integer(&o->row, "until_s", cert.not_after_s);
        record_put_text(&o->row, "fingerprint", hex);
        output_row_end(o);
    } else {
        when_format_minute(host->site.zone, cert.not_after_s, until);
        printf("%-10s %s  %s\n", name, until, hex);
    }
    return TILL_OK;
}

static enum till_status show(struct host *host, bool json)
{
    static const char *const names[] = {"authority", "statement", "tls"};
    static const char *const others[] = {NULL, "next", "old"}; /* by the stage */
    struct authority authority;
    struct output o;
    enum till_status status = authority_open(host->dir, &authority);
    if (status != TILL_OK) {
        return status;
    }
    output_begin(&o, json);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && status == TILL_OK; i++) {
        status = show_one(host, names[i], &o);
    }
    if (status == TILL_OK && others[authority.stage] != NULL) {
        status = show_one(host, others[authority.stage], &o);
    }
    if (status == TILL_OK) {
        status = command_succession_show(host, &authority, &o);
    }
    output_end(&o);
    authority_close(&authority);
    return status;
}

/* New names are those of later tickets too. */
static enum till_status remember(struct host *host, const char *hosts)
{
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = store_value_put(host->store, "hosts", hosts);
    if (status == TILL_OK) {
        return store_commit(host->store);
    }
    store_rollback(host->store);
    return status;
}

static enum till_status renew(struct host *host, const char *wanted)
{
    struct authority authority;
    char hosts[STORE_VALUE_MAX];
    enum till_status status = TILL_OK;
    if (wanted == NULL) {
        status = store_value_get(host->store, "hosts", hosts, sizeof(hosts));
    } else if (snprintf(hosts, sizeof(hosts), "%s", wanted) >= (int)sizeof(hosts)) {
        status = TILL_BAD_INPUT;
    }
    if (status == TILL_OK) {
        status = authority_open(host->dir, &authority);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = authority_renew_tls(&authority, hosts, (int64_t)time(NULL));
    authority_close(&authority);
    if (status == TILL_OK && wanted != NULL) {
        status = remember(host, hosts);
    }
    if (status == TILL_OK) {
        if (output_is_json()) {
            return show(host, true);
        }
        printf(_("The server has a new key and certificate. It takes them when it begins anew.\n"));
    }
    return status;
}

int command_authority(const char *dir, struct arguments *a)
{
    struct host host;
    const char *word = arguments_next(a);
    bool tls = word != NULL && strcmp(word, "tls") == 0;
    bool step = word != NULL && command_succession_is(word);
    const char *hosts = tls ? arguments_option(a, "--hosts", NULL) : NULL;
    if ((!step && !arguments_done(a)) || (word != NULL && !tls && !step)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = step ? command_succession(&host, word, a) : EXIT_DONE;
    if (tls) {
        status = renew(&host, hosts);
    } else if (code == EXIT_DONE && (!step || output_is_json())) {
        status = show(&host, output_is_json());
    }
    host_close(&host);
    return status == TILL_OK ? code : command_authority_ended(dir, status);
}
