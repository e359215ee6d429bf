#include <stdio.h>
#include <time.h>

#include "backup.h"
#include "commands.h"
#include "output.h"
#include "text.h"

static void say(const char *what, const struct backup_report *report, bool json)
{
    if (json) {
        struct output o;
        output_begin(&o, true);
        output_row(&o);
        output_put_typed(&o, "folder", what);
        record_put_integer(&o.row, "files", report->files);
        record_put_integer(&o.row, "bytes", (int64_t)report->bytes);
        record_put_text(&o.row, "store", report->postgres ? "postgresql" : "sqlite");
        record_put_integer(&o.row, "authority_key", report->with_key ? 1 : 0);
        output_row_end(&o);
        output_end(&o);
        return;
    }
    printf(_("%s: %u files, %llu bytes, each with its SHA-256 in backup.txt\n"), what,
           report->files, (unsigned long long)report->bytes);
    if (!report->with_key) {
        printf(_("The authority's key is not among them: keep it apart.\n"));
    }
}

static int code_of(const char *what, enum till_status status)
{
    if (status == TILL_OK) {
        return EXIT_DONE;
    }
    if (status == TILL_UNCHANGED) {
        output_complain(what, status, _("%s is there already. Nothing was changed.\n"), what);
        return EXIT_ENVIRONMENT;
    }
    if (status == TILL_BAD_INPUT) {
        output_complain(what, status,
                        _("A dump of PostgreSQL goes into an empty PostgreSQL database that "
                          "--db names, a SQLite file into the folder.\n"));
        return EXIT_USAGE;
    }
    output_error(what, status);
    return status == TILL_E_CORRUPT ? EXIT_FOUND_WRONG : EXIT_ENVIRONMENT;
}

int command_backup(const char *dir, struct arguments *a)
{
    struct backup_report report;
    bool json = output_is_json();
    bool check = arguments_flag(a, "--check");
    bool without = arguments_flag(a, "--without-authority");
    const char *folder = arguments_next(a);
    if (folder == NULL || !arguments_done(a) || (check && without)) {
        return EXIT_USAGE;
    }
    enum till_status status =
        check ? backup_check(folder, &report) : backup_make(dir, folder, !without, &report);
    if (status == TILL_OK) {
        say(folder, &report, json);
    }
    return code_of(folder, status);
}

int command_restore(const char *dir, struct arguments *a)
{
    struct backup_report report;
    bool json = output_is_json();
    const char *folder = arguments_next(a);
    if (folder == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = backup_restore(folder, dir, (int64_t)time(NULL), &report);
    if (status == TILL_OK) {
        say(dir, &report, json);
        if (!json) {
            printf(_("Restored. Terminals send again what came after the backup.\n"));
        }
    }
    return code_of(status == TILL_UNCHANGED ? dir : folder, status);
}
