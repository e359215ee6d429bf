#include "postgres.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#define PROGRAMS "/usr/lib/postgresql/15/bin/"
enum { START_TRIES = 600, TRY_MS = 25, OPEN_FILES = 16 };

/* In the child, before exec: nobody's root, and not longer alive than the test. */
static void become_server_user(void)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;

    if (geteuid() == 0 && (user == NULL || setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 ||
                           setuid(user->pw_uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

static pid_t spawn(const struct postgres *p, const char *const argv[])
{
    char log[POSTGRES_PATH_SIZE + 8];
    pid_t pid;

    snprintf(log, sizeof(log), "%s/log", p->folder);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int fd;

        become_server_user();
        fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
            _exit(126);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return pid;
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

void postgres_url(const struct postgres *p, const char *database, char url_out[POSTGRES_URL_SIZE])
{
    snprintf(url_out, POSTGRES_URL_SIZE, "postgresql://postgres@127.0.0.1:%d/%s", p->port,
             database);
}

static PGconn *connect_to(const struct postgres *p, const char *database)
{
    char url[POSTGRES_URL_SIZE];

    postgres_url(p, database, url);
    return PQconnectdb(url);
}

void postgres_start(struct postgres *p)
{
    char data[POSTGRES_PATH_SIZE + 8], port[16];
    const char *const argv[] = {PROGRAMS "postgres",
                                "-D",
                                data,
                                "-p",
                                port,
                                "-k",
                                p->folder,
                                "-h",
                                "127.0.0.1",
                                "-c",
                                p->durable ? "fsync=on" : "fsync=off",
                                "-c",
                                p->durable ? "full_page_writes=on" : "full_page_writes=off",
                                "-c",
                                "shared_buffers=128MB",
                                "-c",
                                "autovacuum_naptime=10min",
                                "-c",
                                "jit=off", /* compiling takes longer than any statement here */
                                "-c",      /* killed, it leaves nothing outside its folder */
                                "dynamic_shared_memory_type=mmap",
                                NULL};
    const struct timespec pause = {.tv_nsec = TRY_MS * 1000000L};
    bool answers = false;

    snprintf(data, sizeof(data), "%s/data", p->folder);
    snprintf(port, sizeof(port), "%d", p->port);
    p->pid = spawn(p, argv);
    for (int i = 0; i < START_TRIES && !answers; i++) {
        PGconn *conn = connect_to(p, "postgres");

        answers = PQstatus(conn) == CONNECTION_OK;
        PQfinish(conn);
        if (!answers)
            nanosleep(&pause, NULL);
    }
    assert_true(answers);
}

void postgres_make(struct postgres *p, bool durable)
{
    char data[POSTGRES_PATH_SIZE + 8];
    const char *tmp = getenv("TMPDIR");
    const char *const argv[] = {PROGRAMS "initdb",
                                "-D",
                                data,
                                "-U",
                                "postgres",
                                "-A",
                                "trust",
                                "-E",
                                "UTF8",
                                "--locale=C",
                                "--no-sync",
                                "--no-instructions",
                                NULL};
    const struct passwd *user = getpwnam("postgres");
    int code = 0;

    memset(p, 0, sizeof(*p));
    p->durable = durable;
    snprintf(p->folder, sizeof(p->folder), "%s/ft-pg.XXXXXX", tmp != NULL ? tmp : "/tmp");
    assert_non_null(mkdtemp(p->folder));
    if (geteuid() == 0) {
        assert_non_null(user);
        assert_int_equal(chown(p->folder, user->pw_uid, user->pw_gid), 0);
    }
    snprintf(data, sizeof(data), "%s/data", p->folder);
    assert_true(waitpid(spawn(p, argv), &code, 0) > 0);
    assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    p->port = free_port();
    postgres_start(p);
}

static void end(struct postgres *p, int signal_number)
{
    if (p->pid == 0)
        return;
    (void)kill(p->pid, signal_number);
    (void)waitpid(p->pid, NULL, 0);
    p->pid = 0;
}

/* Each backend leads a group of its own: its processes are those whose parent it is. */
void postgres_kill(struct postgres *p)
{
    char path[64], list[4096] = "";
    char *at = list;
    FILE *file;

    if (p->pid == 0)
        return;
    (void)kill(p->pid, SIGSTOP); /* nothing new meanwhile */
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)p->pid, (int)p->pid);
    file = fopen(path, "re");
    assert_non_null(file);
    if (fgets(list, sizeof(list), file) == NULL)
        list[0] = '\0';
    fclose(file);
    for (long pid = strtol(at, &at, 10); pid > 0; pid = strtol(at, &at, 10))
        (void)kill((pid_t)pid, SIGKILL);
    end(p, SIGKILL);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void postgres_remove(struct postgres *p)
{
    end(p, SIGQUIT);
    (void)nftw(p->folder, remove_one, OPEN_FILES, FTW_DEPTH | FTW_PHYS);
}

void postgres_ask(const struct postgres *p, const char *database, const char *sql, char *text_out,
                  size_t capacity)
{
    PGconn *conn = connect_to(p, database);
    PGresult *result;

    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(conn));
    result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQresultErrorMessage(result));
    snprintf(text_out, capacity, "%s",
             PQntuples(result) > 0 && PQnfields(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    PQfinish(conn);
}

void postgres_run(const struct postgres *p, const char *database, const char *sql)
{
    char ignored[8];

    postgres_ask(p, database, sql, ignored, sizeof(ignored));
}

void postgres_empty(const struct postgres *p, const char *database)
{
    postgres_run(p, database,
                 "SET session_replication_role = replica;"
                 "DO $$ DECLARE t RECORD; BEGIN"
                 " FOR t IN SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
                 "  AND NOT relispartition AND relname <> 'fieldtill_schema'"
                 "  AND relnamespace = 'public'::regnamespace"
                 " LOOP EXECUTE format('DELETE FROM %I', t.relname); END LOOP;"
                 " FOR t IN SELECT relname FROM pg_class WHERE relkind = 'S'"
                 " LOOP PERFORM setval(t.relname::regclass, 1, false); END LOOP; END $$");
}
