/* `import`: the office's tables, from files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "files.h"
#include "host.h"
#include "import.h"
#include "mapping.h"
#include "output.h"
#include "text.h"

struct job {
    struct host host;
    struct import_options options;
    struct output *json; /* NULL = for people */
    const char *path;
    char *mapping; /* text of the mapping file */
};

/* ---- what is said ---------------------------------------------------------------------------- */

static void print_bad_row(void *context, uint32_t line, const char *reason)
{
    const struct job *job = context;
    output_complain(job->path, TILL_BAD_INPUT, "%s:%u: %s", job->path, (unsigned)line, _(reason));
}

static void print_report(const struct job *job, const struct import_report *r, const char *aside)
{
    if (job->json != NULL) {
        struct record_writer *row = &job->json->row;
        output_row(job->json);
        output_put_typed(job->json, "file", job->path);
        record_put_text(row, "table", r->table);
        record_put_text(row, "encoding", charset_text(r->charset));
        record_put_integer(row, "new", r->added);
        record_put_integer(row, "changed", r->changed);
        record_put_integer(row, "unchanged", r->unchanged);
        record_put_integer(row, "skipped", r->skipped);
        record_put_integer(row, "bad", r->bad);
        output_put_typed(job->json, "set_aside", r->set_aside > 0 ? aside : "");
        output_row_end(job->json);
        return;
    }
    printf(_("%s: %s: %u new, %u changed, %u unchanged, %u bad\n"), job->path, r->table,
           (unsigned)r->added, (unsigned)r->changed, (unsigned)r->unchanged, (unsigned)r->bad);
    if (r->added + r->changed == 0) {
        printf(_("%s: nothing was changed.\n"), job->path);
    }
    if (r->set_aside > 0) {
        printf(_("%s: %u bad rows are in %s: mend them there and import that file.\n"), job->path,
               (unsigned)r->set_aside, aside);
    }
    if (r->bad > r->set_aside) {
        printf(_("%s: %u rows are too long to be set aside.\n"), job->path,
               (unsigned)(r->bad - r->set_aside));
    }
}

static int refused(const struct job *job, enum till_status status)
{
    if (status == TILL_BAD_INPUT) {
        output_complain(job->path, status,
                        job->mapping == NULL
                            ? _("%s: the first row names the columns of no known table\n")
                            : _("%s: it has not the columns that the mapping names\n"),
                        job->path);
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_UNSUPPORTED) {
        output_complain(job->path, status, _("%s: save it as CSV in UTF-8 or GB18030\n"),
                        job->path);
        return EXIT_FOUND_WRONG;
    }
    output_error(job->path, status);
    return EXIT_ENVIRONMENT;
}

/* ---- doing it -------------------------------------------------------------------------------- */

static int import_one(struct job *job, const char *path)
{
    struct import_report report;
    char aside[FILES_PATH_MAX];
    job->path = path;
    enum till_status status = import_set_aside_path(path, aside);
    if (status == TILL_OK) {
        job->options.set_aside = aside;
        status = import_file_with(job->host.store, job->host.dir, path, &job->options,
                                  (int64_t)time(NULL), &report);
    }
    if (status != TILL_OK) {
        return refused(job, status);
    }
    print_report(job, &report, aside);
    return report.bad > 0 ? EXIT_PARTLY : EXIT_DONE;
}

/* Looked at here once, so that its faults are named before any file is touched. */
static int read_mapping(struct job *job, const char *path)
{
    struct mapping *m = malloc(sizeof(*m));
    size_t size = 0;
    uint32_t line = 0;
    const char *reason = "";
    enum till_status status =
        m == NULL ? TILL_E_MEMORY : files_read(path, MAPPING_SIZE_MAX, &job->mapping, &size);
    if (status == TILL_OK) {
        job->options.mapping = (struct span){(const uint8_t *)job->mapping, size};
        status = mapping_read(job->options.mapping, m, &line, &reason);
    }
    free(m);
    if (status == TILL_BAD_INPUT) {
        output_complain(path, status, "%s:%u: %s", path, (unsigned)line, _(reason));
        return EXIT_FOUND_WRONG;
    }
    if (status != TILL_OK) {
        output_error(path, status);
        return EXIT_ENVIRONMENT;
    }
    return EXIT_DONE;
}

static int import_all(struct job *job, struct arguments *a)
{
    int worst = EXIT_DONE;
    const char *path;
    while ((path = arguments_next(a)) != NULL) {
        int code = import_one(job, path);
        worst = code == EXIT_DONE ? worst : code;
        if (code == EXIT_ENVIRONMENT) {
            break;
        }
    }
    return worst;
}

int command_import(const char *dir, struct arguments *a)
{
    struct job job = {.options = {.bad_row = print_bad_row}};
    struct output output;
    bool json = output_is_json();
    const char *map = arguments_option(a, "--map", NULL);
    const char *encoding = arguments_option(a, "--encoding", NULL);
    job.options.context = &job;
    job.options.channel = arguments_option(a, "--channel", NULL);
    if (encoding != NULL) {
        job.options.charset = charset_named(encoding);
    }
    if (a->bad || a->count == 0 || (encoding != NULL && job.options.charset == CHARSET_UNKNOWN)) {
        return EXIT_USAGE;
    }
    int code = map != NULL ? read_mapping(&job, map) : EXIT_DONE;
    if (code == EXIT_DONE) {
        enum till_status status = host_open(dir, &job.host);
        if (status != TILL_OK) {
            output_error(dir, status);
            code = EXIT_ENVIRONMENT;
        } else {
            if (json) {
                output_begin(&output, true);
                job.json = &output;
            }
            code = import_all(&job, a);
            if (json) {
                output_end(&output);
            }
            host_close(&job.host);
        }
    }
    free(job.mapping);
    return code;
}
