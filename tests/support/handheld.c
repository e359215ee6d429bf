#include "handheld.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "money.h"
#include "parts.h"
#include "test_language.h"
#include "text.h"

enum { SECTOR_SIZE = 512, ROUNDS_MAX = 2000, SEED = 1 };

/* ---- life ------------------------------------------------------------------------------------ */

static void write_ticket(const struct handheld *h)
{
    char ticket[256], path[HANDHELD_PATH_MAX + 32];
    utility_ticket(h->utility, false, ticket);
    snprintf(path, sizeof path, "%s/ticket", h->state_dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", ticket);
    assert_int_equal(fclose(file), 0);
}

void handheld_make(struct handheld *h, const struct handheld_setup *setup)
{
    const char *tmp = getenv("TMPDIR");
    memset(h, 0, sizeof *h);
    if (setup)
        h->setup = *setup;
    if (!h->setup.language)
        h->setup.language = "en";
    language_folder(h->locale_dir, sizeof h->locale_dir);
    snprintf(h->dir, sizeof h->dir, "%.100s/fieldtill-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(h->dir));
    snprintf(h->state_dir, sizeof h->state_dir, "%s/state", h->dir);
    assert_int_equal(mkdir(h->state_dir, 0700), 0);
    if (!h->setup.beside)
        cut_vfs_create(SEED, SECTOR_SIZE);
    h->world = sim_world_create(h->setup.sim);
    assert_non_null(h->world);
    h->utility = utility_open(h->dir, h->setup.terminal);
    h->utility->now_s = SIM_START_S;
    utility_publish(h->utility);
    if (!h->setup.no_ticket)
        write_ticket(h);
    sim_network_set(h->world, NETWORK_4G, 4, false);
    handheld_start(h);
}

static void remove_folder(const char *dir)
{
    char path[HANDHELD_PATH_MAX + 300];
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        (void)unlink(path);
    }
    closedir(d);
    (void)rmdir(dir);
}

void handheld_free(struct handheld *h)
{
    handheld_stop(h);
    utility_close(h->utility);
    sim_world_destroy(h->world);
    remove_folder(h->state_dir);
    remove_folder(h->dir);
    memset(h, 0, sizeof *h);
}

enum till_status handheld_try_start(struct handheld *h)
{
    char message[256];
    assert_null(h->app);
    assert_int_equal(sim_world_board(h->world, &h->board), TILL_OK);
    text_copy(h->board.serial, sizeof h->board.serial, h->setup.serial ? h->setup.serial : "");
    struct app_options options = {.state_dir = h->state_dir,
                                  .socket_path = h->utility->socket_path,
                                  .locale_dir = h->locale_dir,
                                  .language = h->setup.language,
                                  .host_url = UTILITY_URL,
                                  .vfs = CUT_VFS,
                                  .board = &h->board,
                                  .no_pixels = !h->setup.pixels,
                                  .no_idle_lock = !h->setup.idle_lock,
                                  .pin_rounds = 1};
    enum till_status status = app_open(&options, &h->app, message);
    if (status != TILL_OK) {
        h->app = NULL;
        hal_close(&h->board);
        if (!cut_vfs_is_cut())
            print_message("# %s\n", message);
    }
    return status;
}

void handheld_start(struct handheld *h)
{
    assert_int_equal(handheld_try_start(h), TILL_OK);
    handheld_settle(h);
}

void handheld_stop(struct handheld *h)
{
    if (!h->app)
        return;
    app_close(h->app);
    h->app = NULL;
    hal_close(&h->board);
}

/* On a dark disk closing changes nothing: it only frees memory, as a cut does. */
void handheld_cut_power(struct handheld *h)
{
    cut_vfs_cut();
    sim_power_cut(h->world);
    handheld_stop(h);
    utility_restart_line(h->utility);
    cut_vfs_reboot();
}

/* ---- time ------------------------------------------------------------------------------------ */

struct standing {
    uint64_t head, acknowledged, book;
    bool printing;
    char screen[32];
    char text[4096];
};

static void look(const struct handheld *h, struct standing *s)
{
    const struct app *app = h->app;
    memset(s, 0, sizeof *s);
    if (app->journal) {
        s->head = journal_fold(app->journal)->seq;
        s->acknowledged = journal_acknowledged(app->journal)->seq;
    }
    s->book = app->book ? book_meta(app->book)->revision : 0;
    s->printing = app->job.active;
    text_copy(s->screen, sizeof s->screen, sim_screen_name(h->world));
    text_copy(s->text, sizeof s->text, sim_screen_text(h->world));
}

/* For tests/run, which wants every screen to have stood in a test of this layer. */
static void note_screen(const char *name)
{
    static char last[32];
    const char *path = getenv("FIELDTILL_SCREENS_SEEN");
    FILE *seen = path && strcmp(name, last) != 0 ? fopen(path, "a") : NULL;
    if (!seen)
        return;
    text_copy(last, sizeof last, name);
    fprintf(seen, "%s\n", name);
    assert_int_equal(fclose(seen), 0);
}

void handheld_settle(struct handheld *h)
{
    struct standing before, after;
    unsigned quiet = 0;
    look(h, &before);
    for (int i = 0; i < ROUNDS_MAX && quiet < 2; i++) {
        int64_t wait_ms;
        app_step(h->app, &wait_ms);
        if (h->watch)
            h->watch(h->watch_context, h);
        if (cut_vfs_is_cut() || !h->app)
            return;
        unsigned passed = utility_step(h->utility, h->app->facts.now_s);
        look(h, &after);
        note_screen(after.screen);
        bool moved = passed > 0 || wait_ms == 0 || after.printing ||
                     memcmp(&before, &after, sizeof before) != 0;
        quiet = moved ? 0 : quiet + 1;
        before = after;
    }
    if (quiet < 2)
        fail_msg("it never comes to rest:\n%s", handheld_text(h));
}

void handheld_wait(struct handheld *h, int64_t ms)
{
    if (cut_vfs_is_cut())
        return;
    sim_advance(h->world, ms);
    handheld_settle(h);
}

void handheld_signal(struct handheld *h, enum network_bearer bearer)
{
    sim_network_set(h->world, bearer, bearer == NETWORK_NONE ? 0 : 4, false);
    handheld_wait(h, 1100);
}

/* ---- hands ----------------------------------------------------------------------------------- */

void handheld_press(struct handheld *h, enum key key)
{
    if (cut_vfs_is_cut())
        return;
    sim_advance(h->world, PERSON_MS);
    sim_press(h->world, key);
    h->keys++;
    handheld_settle(h);
}

void handheld_keys(struct handheld *h, const char *names)
{
    while (*names) {
        char name[12];
        size_t size = strcspn(names, " ");
        assert_true(size > 0 && size < sizeof name);
        memcpy(name, names, size);
        name[size] = '\0';
        int key = key_from_name(name);
        if (key == PAD_NONE)
            fail_msg("no key is called %s", name);
        handheld_press(h, (enum key)key);
        names += size + strspn(names + size, " ");
    }
}

void handheld_type(struct handheld *h, const char *text)
{
    for (; *text; text++)
        handheld_press(h, *text == '*' ? PAD_STAR : (enum key)(PAD_0 + (*text - '0')));
}

void handheld_scan(struct handheld *h, const char *text)
{
    sim_advance(h->world, PERSON_MS);
    sim_scan(h->world, text, strlen(text));
    handheld_settle(h);
}

void handheld_choose(struct handheld *h, const char *label)
{
    enum { LINES_MOST = 24 };
    char selected[160];
    snprintf(selected, sizeof selected, "> %s", label);
    for (int i = 0; i < LINES_MOST && !handheld_sees(h, selected); i++)
        handheld_press(h, PAD_DOWN);
    handheld_expect(h, selected);
    handheld_press(h, PAD_OK);
}

/* ---- parts of the day ------------------------------------------------------------------------ */

void handheld_enrol(struct handheld *h)
{
    handheld_expect_screen(h, "enrol");
    handheld_keys(h, "ok");
    handheld_expect_screen(h, "login");
}

void handheld_login(struct handheld *h)
{
    handheld_expect_screen(h, "login");
    handheld_type(h, UTILITY_USER);
    handheld_keys(h, "ok");
    handheld_type(h, UTILITY_PIN);
    handheld_keys(h, "ok");
}

/* In as few notes as it takes; the coins in one sum. */
static void count_opening(struct handheld *h, const char *opening)
{
    struct site site = utility_site();
    char typed[MONEY_TEXT_MAX];
    int64_t left_minor = 0;
    text_copy(typed, sizeof typed, opening[0] ? opening : "0");
    char *star = strchr(typed, '*');
    if (star)
        *star = '.';
    assert_int_equal(money_parse(&site, typed, &left_minor), TILL_OK);
    if (left_minor > 0)
        handheld_keys(h, "f2");
    for (size_t i = 0; i < site.note_count && left_minor > 0; i++) {
        snprintf(typed, sizeof typed, "%lld", (long long)(left_minor / site.notes_minor[i]));
        handheld_type(h, typed);
        left_minor %= site.notes_minor[i];
        handheld_keys(h, left_minor > 0 ? "ok" : "f1");
    }
    if (left_minor > 0) {
        snprintf(typed, sizeof typed, "0*%02lld", (long long)left_minor);
        handheld_type(h, typed);
        handheld_keys(h, "f1");
    }
}

void handheld_open_shift(struct handheld *h, const char *opening)
{
    handheld_expect_screen(h, "shift");
    count_opening(h, opening);
    handheld_expect_screen(h, "shift");
    handheld_keys(h, "ok");
    handheld_expect_screen(h, "home");
}

void handheld_begin_day(struct handheld *h, const struct handheld_setup *setup)
{
    handheld_make(h, setup);
    handheld_enrol(h);
    handheld_login(h);
    handheld_open_shift(h, "100");
}

void handheld_walk(struct handheld *h, unsigned meter_book)
{
    handheld_expect_screen(h, "home");
    handheld_keys(h, "1");
    handheld_expect_screen(h, "books");
    for (unsigned i = 0; i < meter_book; i++)
        handheld_keys(h, "down");
    handheld_keys(h, "ok");
    handheld_expect_screen(h, "route");
}

void handheld_open_customer(struct handheld *h, unsigned customer)
{
    char account[ACCOUNT_MAX];
    handheld_expect_screen(h, "home");
    handheld_keys(h, "2");
    utility_account(customer, account);
    handheld_type(h, account);
    handheld_keys(h, "ok");
    handheld_expect_screen(h, "customer");
}
