#include <stdio.h>

#include "api.h"
#include "commands.h"
#include "output.h"

/* What docs/openapi.json describes. */
int command_paths(const char *dir, struct arguments *a)
{
    struct output o;
    bool post = false;
    bool json = output_is_json();
    (void)dir;
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    output_begin(&o, json);
    const char *path = NULL;
    for (size_t i = 0; (path = api_path(i, &post)) != NULL; i++) {
        if (json) {
            output_row(&o);
            record_put_text(&o.row, "method", post ? "POST" : "GET");
            record_put_text(&o.row, "path", path);
            output_row_end(&o);
        } else {
            printf("%-4s %s\n", post ? "POST" : "GET", path);
        }
    }
    output_end(&o);
    return EXIT_DONE;
}
