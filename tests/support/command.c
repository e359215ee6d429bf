#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

extern char **environ;

bool command_exists(const char *name)
{
    const char *path = getenv("PATH");
    while (path != NULL && *path != '\0') {
        size_t size = strcspn(path, ":");
        char file[4096];
        (void)snprintf(file, sizeof file, "%.*s/%s", (int)size, path, name);
        if (access(file, X_OK) == 0) {
            return true;
        }
        path += size + (path[size] == ':' ? 1 : 0);
    }
    return false;
}

static void read_all(struct command *c, int from)
{
    size_t size = 0;
    for (;;) {
        char rest[4096];
        bool full = size == sizeof c->output - 1;
        ssize_t got = full ? read(from, rest, sizeof rest)
                           : read(from, c->output + size, sizeof c->output - 1 - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        size += full ? 0 : (size_t)got;
    }
    c->output[size] = '\0';
}

void command_run(struct command *c, const char *const argv[])
{
    int pipe_ends[2];
    if (argv[0] == NULL) {
        fail_msg("no command");
        return;
    }
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 1), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2), 0);

    /* posix_spawnp takes the arguments without const for history's sake, and changes none. */
    char *arguments[COMMAND_ARGUMENTS_MAX + 1] = {NULL};
    for (size_t i = 0; argv[i] != NULL; i++) {
        assert_true(i < COMMAND_ARGUMENTS_MAX);
        arguments[i] = (char *)(uintptr_t)argv[i];
    }
    pid_t child = 0;
    if (posix_spawnp(&child, argv[0], &actions, NULL, arguments, environ) != 0) {
        fail_msg("can't start %s", argv[0]);
    }
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
    read_all(c, pipe_ends[0]);
    close(pipe_ends[0]);

    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        assert_int_equal(errno, EINTR);
    }
    c->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
