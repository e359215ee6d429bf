/*
 * Network state from the kernel: which interface has the default route, and is it up.
 *
 * /proc/net/route and /proc/net/ipv6_route (proc(5)), /sys/class/net/NAME/operstate (RFC 2863).
 * Bars are 4 on a wire; on a radio they are the modem's to know: where the board has one and says
 * so, its signal is shown, and GPRS told from 4G by what it speaks, for one interface serves both.
 * Else 2 stands for "some".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux_drivers.h"
#include "modem.h"
#include "network.h"
#include "route_line.h"
#include "text.h"

enum { ROUTES_MAX = 512, NAME_MAX_SIZE = 16 };

struct interfaces {
    struct network network;
    char root[96];                                /* "" except in tests */
    char names[NETWORK_WIRED + 1][NAME_MAX_SIZE]; /* by bearer; "" = none of that kind */
    const struct modem *modem;                    /* the board's, to be asked; NULL: none */
};

static bool is_up(const struct interfaces *n, const char *name)
{
    char path[160];
    char state[16] = "";
    snprintf(path, sizeof path, "%s/sys/class/net/%s/operstate", n->root, name);
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(state, sizeof state, file) != NULL;
    fclose(file);
    /* PPP and loopback links say "unknown" and work. */
    return read && (strcmp(state, "up\n") == 0 || strcmp(state, "unknown\n") == 0);
}

static bool has_default_route(const struct interfaces *n, const char *name)
{
    static const char *const tables[] = {"/proc/net/route", "/proc/net/ipv6_route"};
    bool found = false;
    for (int i = 0; i < 2 && !found; i++) {
        char path[160];
        char line[256];
        snprintf(path, sizeof path, "%s%s", n->root, tables[i]);
        FILE *file = fopen(path, "re");
        if (!file) {
            continue;
        }
        for (int row = 0; row < ROUTES_MAX && !found && fgets(line, sizeof line, file); row++) {
            found = route_is_default(line, i == 1, name);
        }
        fclose(file);
    }
    return found;
}

static int no_fd(void *context)
{
    (void)context;
    return -1;
}

/* What the modem knows of the radio. 3G is nearer to 4G: what counts is how much may be sent. */
static void ask_modem(const struct interfaces *n, struct network_state *state)
{
    struct modem_state modem;
    if (modem_state(n->modem, &modem) != TILL_OK) {
        return; /* the kernel's word stands */
    }
    if (modem.access != MODEM_ACCESS_UNKNOWN) {
        state->bearer = modem.access <= MODEM_ACCESS_EDGE ? NETWORK_GPRS : NETWORK_4G;
    }
    state->bars = modem_bars(&modem);
}

static enum till_status look(void *context, struct network_state *state_out)
{
    const struct interfaces *n = context;
    *state_out = (struct network_state){NETWORK_NONE, 0, false};
    /* The best that works: the wire, then 4G, then GPRS. */
    for (int bearer = NETWORK_WIRED; bearer > NETWORK_NONE; bearer--) {
        const char *name = n->names[bearer];
        if (name[0] != '\0' && is_up(n, name) && has_default_route(n, name)) {
            state_out->bearer = (enum network_bearer)bearer;
            state_out->bars = bearer == NETWORK_WIRED ? 4 : 2;
            if (bearer != NETWORK_WIRED && n->modem) {
                ask_modem(n, state_out);
            }
            break;
        }
    }
    return TILL_OK;
}

enum till_status interfaces_open(struct opening *opening, struct board *board)
{
    struct interfaces *n = calloc(1, sizeof *n);
    if (!n) {
        return TILL_E_MEMORY;
    }
    bool any = false;
    text_copy(n->root, sizeof n->root,
              settings_text(opening->settings, opening->section, "root", ""));
    for (int bearer = NETWORK_GPRS; bearer <= NETWORK_WIRED; bearer++) {
        const char *key = network_bearer_name((enum network_bearer)bearer);
        const char *name = settings_text(opening->settings, opening->section, key, "");
        if (strlen(name) >= NAME_MAX_SIZE || strchr(name, '/')) {
            settings_complain(opening->settings, opening->section, key, "is no interface");
            free(n);
            return TILL_E_CONFIG;
        }
        text_copy(n->names[bearer], NAME_MAX_SIZE, name);
        any = any || name[0] != '\0';
    }
    if (!any) {
        settings_complain(opening->settings, opening->section, "wired",
                          "one of wired, 4g, gprs must name an interface");
        free(n);
        return TILL_E_CONFIG;
    }
    bool asks = false;
    enum till_status status =
        settings_flag(opening->settings, opening->section, "modem", false, &asks);
    if (status == TILL_OK && asks && !board->modem) {
        settings_complain(opening->settings, opening->section, "modem", "the board has no modem");
        status = TILL_E_CONFIG;
    }
    if (status != TILL_OK) {
        free(n);
        return status;
    }
    n->modem = asks ? board->modem : NULL;
    n->network = (struct network){n, no_fd, look, free};
    board->network = &n->network;
    return TILL_OK;
}
